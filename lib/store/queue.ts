import type { Store } from "./store.ts";

export type PutQueue = Store & {
  /** Waits until everything is put. @throws the first error of a put */
  drain(): Promise<void>;
};

/** So many puts go on at the same time unless told otherwise. */
const usual = 8;

/**
 * A store whose `put` does not wait for the object to be there but only for room: at most `inFlight` puts go on
 * at the same time, which bounds memory as well. The error of a put surfaces at the next one or at `drain`. Bytes
 * must not be changed once they are given; objects can be read only after `drain`.
 */
export function putQueue(store: Store, { inFlight = usual } = {}): PutQueue {
  const underWay = new Set<Promise<void>>();
  let failed: { error: unknown } | undefined;
  const check = () => {
    if (failed !== undefined) throw failed.error;
  };
  return {
    ...store,
    async put(key, bytes, options) {
      while (underWay.size >= inFlight) await Promise.race(underWay);
      check();
      const done: Promise<void> = store
        .put(key, bytes, options)
        .catch((error) => {
          failed ??= { error };
        })
        .finally(() => underWay.delete(done));
      underWay.add(done);
    },
    async drain() {
      while (underWay.size > 0) await Promise.all(underWay);
      check();
    },
  };
}

/** Does `work` with a queue and returns when all it put is there; after a failure no put is left under way. */
export async function withQueue<T>(store: Store, work: (queue: Store) => Promise<T>): Promise<T> {
  const queue = putQueue(store);
  let result: T;
  try {
    result = await work(queue);
  } catch (error) {
    await queue.drain().catch(() => {});
    throw error;
  }
  await queue.drain();
  return result;
}
