import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { directoryStore } from "../../lib/store/directory.ts";
import { memoryStore } from "../../lib/store/memory.ts";
import { ChangedError, type ObjectEntry, type Store } from "../../lib/store/store.ts";

const plain = { contentType: "text/plain" };
const text = (value: string) => new TextEncoder().encode(value);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "neuropress-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function entriesOf(store: Store): Promise<ObjectEntry[]> {
  const entries: ObjectEntry[] = [];
  for await (const entry of store.entries()) entries.push(entry);
  return entries.sort((a, b) => (a.key < b.key ? -1 : 1));
}

test.each([
  ["memory", () => memoryStore()],
  ["a folder", () => directoryStore(folder)],
])("%s: the top level with sizes, and ranges as far as the object goes", async (_, make) => {
  const store = make();
  await store.put("info", text("12345"), plain);
  await store.put("a b.tif", text("123"), plain);
  await store.put("deeper/info", text("1"), plain);
  expect(await entriesOf(store)).toMatchObject([
    { key: "a b.tif", size: 3 },
    { key: "info", size: 5 },
  ]);
  const part = async (offset: number, length: number) => {
    const object = await store.get("info", { offset, length });
    return new TextDecoder().decode(object?.bytes);
  };
  expect([await part(1, 2), await part(3, 9), await part(5, 1), await part(9, 1)]).toEqual([
    "23",
    "45",
    "",
    "",
  ]);
});

test("memory: etags are md5 as S3's, and conditions are held to", async () => {
  const store = memoryStore();
  await store.put("a", text("hello"), plain);
  const etag = "5d41402abc4b2a76b9719d911017c592";
  expect(await store.head("a")).toEqual({ size: 5, etag });
  expect((await store.get("a", { offset: 0, length: 1, etag }))?.bytes).toEqual(text("h"));
  await expect(store.get("a", { offset: 0, length: 1, etag: "other" })).rejects.toThrow(ChangedError);
  await expect(store.put("a", text("x"), { ...plain, ifNoneMatch: "*" })).rejects.toThrow(ChangedError);
  await expect(store.put("a", text("x"), { ...plain, ifMatch: "other" })).rejects.toThrow(ChangedError);
  await store.put("a", text("x"), { ...plain, ifMatch: etag });
  await expect(store.put("b", text("x"), { ...plain, ifMatch: etag })).rejects.toThrow(ChangedError);
});

test("a folder that is not there has nothing", async () => {
  expect(await entriesOf(directoryStore(path.join(folder, "none")))).toEqual([]);
});

test("a folder: an object that is there is found gzipped as well, by its own name", async () => {
  const store = directoryStore(folder);
  await store.put("deep/chunk", text("12"), { contentType: "x/y", contentEncoding: "gzip" });
  expect(await store.head("deep/chunk")).toEqual({ size: 2 });
  expect(await store.head("deep")).toBeUndefined();
  expect(await store.head("deep/none")).toBeUndefined();
  await store.delete("deep/chunk");
  expect(await store.head("deep/chunk")).toBeUndefined();
});

test("a folder: what must not be there yet is not written over", async () => {
  const store = directoryStore(folder);
  const once = { ...plain, ifNoneMatch: "*" } as const;
  await store.put("once", text("first"), once);
  await expect(store.put("once", text("x"), once)).rejects.toThrow(ChangedError);
  expect((await store.get("once"))?.bytes).toEqual(text("first"));
});

test.each([
  ["memory", () => memoryStore()],
  ["a folder", () => directoryStore(folder)],
])("%s: a range may be read into memory that is there", async (_, make) => {
  const store = make();
  const long = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * 2_654_435_761) >>> 24);
  await store.put("deep/long", long, plain);
  const into = new Uint8Array(2_500_010);
  const read = async (offset: number, length: number) =>
    (await store.get("deep/long", { offset, length, into: into.subarray(5, 5 + length) }))?.bytes;
  expect(Buffer.compare((await read(7, 2_500_000))!, long.subarray(7, 2_500_007))).toBe(0);
  expect(await read(2_999_998, 100)).toEqual(long.subarray(-2));
  expect(await read(3_000_001, 5)).toEqual(new Uint8Array(0));
  expect(await store.get("deep/none", { offset: 0, length: 1, into })).toBeUndefined();
  expect([...into.subarray(0, 5), ...into.subarray(-5)]).toEqual(Array(10).fill(0));
});

test("a folder: a range goes straight into the memory given", async () => {
  const store = directoryStore(folder);
  await store.put("some", text("0123456789"), plain);
  const into = new Uint8Array(4);
  const object = await store.get("some", { offset: 3, length: 4, into });
  expect(object?.bytes.buffer).toBe(into.buffer);
  expect(into).toEqual(text("3456"));
  await store.put("packed", text("abc"), { contentType: "x/y", contentEncoding: "gzip" });
  expect(await store.get("packed", { offset: 1, length: 2, into })).toEqual({
    bytes: text("bc"),
    contentEncoding: "gzip",
  });
});
