import { expect, test } from "vitest";
import { requestCounter } from "../../lib/store/count.ts";
import { memoryStore } from "../../lib/store/memory.ts";

const plain = { contentType: "text/plain" };

test("each request is counted, with the bytes that it moved, and answered as without", async () => {
  const counter = requestCounter();
  const store = counter.of(memoryStore());
  await store.put("a/b", new Uint8Array(10), plain);
  await store.put("c", new Uint8Array(5), plain);
  expect((await store.get("a/b", { offset: 2, length: 3 }))?.bytes).toHaveLength(3);
  expect(await store.get("nothing")).toBeUndefined();
  expect(await store.head("c")).toMatchObject({ size: 5 });
  const listed: string[] = [];
  for await (const key of store.list("a/")) listed.push(key);
  for await (const { key } of store.entries()) listed.push(key);
  expect(listed).toEqual(["a/b", "c"]);
  await store.delete("c");
  expect(counter.now()).toEqual({
    puts: 2,
    gets: 2,
    heads: 1,
    lists: 2,
    deletes: 1,
    bytesRead: 3,
    bytesWritten: 15,
  });
});

test("a listing is a request for every thousand keys, as far as it is read", async () => {
  const memory = memoryStore();
  for (let i = 0; i < 2500; i++) await memory.put(`k${i}`, new Uint8Array(0), plain);
  const counter = requestCounter();
  const store = counter.of(memory);
  for await (const _ of store.list(""));
  expect(counter.now().lists).toBe(3);
  for await (const _ of store.list("none"));
  expect(counter.now().lists).toBe(4);
  for await (const _ of store.list("k")) break;
  expect(counter.now().lists).toBe(5);
});

test("what one counter counts is the sum over its stores", async () => {
  const counter = requestCounter();
  await counter.of(memoryStore()).head("a");
  await counter.of(memoryStore()).head("b");
  expect(counter.now().heads).toBe(2);
});
