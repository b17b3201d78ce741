import { expect, test } from "vitest";
import { memoryStore } from "../../lib/store/memory.ts";
import { putQueue, withQueue } from "../../lib/store/queue.ts";
import type { Store } from "../../lib/store/store.ts";

const plain = { contentType: "text/plain" };
const bytes = (n: number) => Uint8Array.of(n);

/** A store whose puts go on until they are let go, and one that says how many do at a time. */
function slowStore() {
  const memory = memoryStore();
  const waiting: { key: string; finish: () => void; fail: (error: Error) => void }[] = [];
  let most = 0;
  const store: Store = {
    ...memory,
    async put(key, value, options) {
      const gate = new Promise<void>((finish, fail) => waiting.push({ key, finish, fail }));
      most = Math.max(most, waiting.length);
      await gate.finally(() => {
        waiting.splice(
          waiting.findIndex((one) => one.key === key),
          1,
        );
      });
      await memory.put(key, value, options);
    },
  };
  return { store, waiting, objects: memory.objects, most: () => most };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("a put waits for room, and never are more under way than allowed", async () => {
  const { store, waiting, objects, most } = slowStore();
  const queue = putQueue(store, { inFlight: 3 });
  const accepted: number[] = [];
  const all = (async () => {
    for (let i = 0; i < 10; i++) {
      await queue.put(`k${i}`, bytes(i), plain);
      accepted.push(i);
    }
    await queue.drain();
  })();
  await turn();
  expect(accepted).toEqual([0, 1, 2]);
  waiting[1]?.finish();
  await turn();
  expect(accepted, "one has ended, one more is taken").toEqual([0, 1, 2, 3]);
  while (objects.size < 10) {
    waiting[0]?.finish();
    await turn();
  }
  await all;
  expect(most()).toBe(3);
  expect([...objects.values()].map((object) => object.bytes[0]).sort((a, b) => a! - b!)).toEqual([
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
  ]);
});

test("drain waits for what is under way", async () => {
  const { store, waiting } = slowStore();
  const queue = putQueue(store);
  await queue.put("a", bytes(1), plain);
  let drained = false;
  const drain = queue.drain().then(() => {
    drained = true;
  });
  await turn();
  expect(drained).toBe(false);
  waiting[0]?.finish();
  await drain;
});

test("the error of a put surfaces at the next put, and at drain", async () => {
  const { store, waiting } = slowStore();
  const queue = putQueue(store, { inFlight: 2 });
  await queue.put("a", bytes(1), plain);
  waiting[0]?.fail(new Error("the disk is full"));
  await turn();
  await expect(queue.put("b", bytes(2), plain)).rejects.toThrow("the disk is full");
  await expect(queue.drain()).rejects.toThrow("the disk is full");
  expect(waiting, "nothing was begun after the failure").toEqual([]);
});

test("withQueue ends when all is put, or with the error of a put or of the work", async () => {
  const { store, waiting, objects } = slowStore();
  const done = withQueue(store, async (queue) => {
    await queue.put("a", bytes(1), plain);
    return "result";
  });
  await turn();
  expect(objects.size).toBe(0);
  waiting[0]?.finish();
  expect(await done).toBe("result");
  expect(objects.size).toBe(1);

  const failing = withQueue(store, (queue) => queue.put("b", bytes(2), plain));
  await turn();
  waiting[0]?.fail(new Error("no room"));
  await expect(failing).rejects.toThrow("no room");

  let ended = false;
  const broken = withQueue(store, async (queue) => {
    await queue.put("c", bytes(3), plain);
    throw new Error("the work failed");
  }).finally(() => {
    ended = true;
  });
  broken.catch(() => {});
  await turn();
  expect(ended, "a put is still under way").toBe(false);
  waiting[0]?.finish();
  await expect(broken).rejects.toThrow("the work failed");
});
