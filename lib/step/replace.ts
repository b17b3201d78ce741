import { inLanes } from "../store/lanes.ts";
import { ChangedError, type ObjectHead, type PutOptions, type Store } from "../store/store.ts";

export type Replacement<T> = {
  readonly keys: readonly string[];
  /** Asked before anything is put; it throws to stop that. */
  readonly confirm?: () => Promise<void>;
  /** Puts the objects, each once, in the order in which readers may meet them. */
  readonly put: (store: Store) => Promise<T>;
};

/** Tries against others who replace the same objects. */
const mostTries = 20;

/**
 * Replaces objects that belong together, each only if it is still what it was before leave was asked for. However
 * late a put comes to pass, it thus cannot undo what somebody has put since, whose leave was the newer one.
 */
export async function replaceTogether<T>(store: Store, { keys, confirm, put }: Replacement<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    const heads = await inLanes(keys, (key) => store.head(key));
    const known = new Map(keys.map((key, i) => [key, conditionOn(heads[i])]));
    await confirm?.();
    try {
      return await put({
        ...store,
        put: (key, bytes, options) => store.put(key, bytes, { ...options, ...known.get(key) }),
      });
    } catch (error) {
      // Another has put something, or it was our own put, done though its answer was lost.
      if (!(error instanceof ChangedError) || tries === mostTries) throw error;
    }
  }
}

function conditionOn(head: ObjectHead | undefined): Pick<PutOptions, "ifMatch" | "ifNoneMatch"> {
  if (head === undefined) return { ifNoneMatch: "*" };
  return head.etag === undefined ? {} : { ifMatch: head.etag };
}
