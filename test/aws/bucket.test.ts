import { createHash, randomUUID } from "node:crypto";
import { type AddressInfo, connect, createServer } from "node:net";
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect } from "vitest";
import { bucketStore } from "../../lib/store/bucket.ts";
import { createS3 } from "../../lib/store/client.ts";
import { ChangedError, type Store } from "../../lib/store/store.ts";
import { endpoint, test } from "./lane.ts";

const bucket = `store-${randomUUID()}`;
const text = (value: string) => new TextEncoder().encode(value);
const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const plain = { contentType: "text/plain" };
let client: S3Client;
let store: Store;

beforeAll(async () => {
  client = createS3({ endpoint, region: "us-east-1", credentials });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  store = bucketStore({ client, bucket, prefix: "some/project" });
});
afterAll(() => client.destroy());

async function keysOf(listing: AsyncIterable<string>): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of listing) keys.push(key);
  return keys.sort();
}

test("an object has its bytes, its headers and S3's etag, without quotes", async () => {
  const bytes = text("hello");
  await store.put("a", bytes, { ...plain, contentEncoding: "gzip", cacheControl: "no-cache" });
  const Key = "some/project/a";
  expect(await client.send(new HeadObjectCommand({ Bucket: bucket, Key }))).toMatchObject({
    ContentType: "text/plain",
    ContentEncoding: "gzip",
    CacheControl: "no-cache",
  });
  // md5 of "hello", as md5sum prints it.
  const etag = "5d41402abc4b2a76b9719d911017c592";
  expect(await store.head("a")).toEqual({ size: 5, etag });
  expect(await store.get("a")).toEqual({ bytes, etag, contentEncoding: "gzip" });
});

test("ranges are those of a file: short at the end, empty beyond it", async () => {
  await store.put("range", text("0123456789"), plain);
  const part = async (offset: number, length: number) => {
    const object = await store.get("range", { offset, length });
    return object && new TextDecoder().decode(object.bytes);
  };
  expect(await part(2, 3)).toBe("234");
  expect(await part(8, 10)).toBe("89");
  expect(await part(10, 4)).toBe("");
  expect(await part(100, 4)).toBe("");
  expect(await part(3, 0)).toBe("");
  await store.put("empty", text(""), plain);
  expect((await store.get("empty"))?.bytes).toEqual(new Uint8Array(0));
});

test("what is not there is undefined", async () => {
  expect(await store.get("none")).toBeUndefined();
  expect(await store.get("none", { offset: 0, length: 4 })).toBeUndefined();
  expect(await store.head("none")).toBeUndefined();
  await expect(store.delete("none")).resolves.toBeUndefined();
});

test("a bucket that is not there is an error, not an absence", async () => {
  const nowhere = bucketStore({ client, bucket: "neuropress-no-such-bucket" });
  await expect(nowhere.get("a")).rejects.toThrow();
  await expect(keysOf(nowhere.list(""))).rejects.toThrow();
});

test("an object that was replaced is not read for the one that was meant", async () => {
  await store.put("slice", text("old"), plain);
  const { etag } = (await store.head("slice")) as { etag: string };
  expect((await store.get("slice", { offset: 0, length: 3, etag }))?.bytes).toEqual(text("old"));
  await store.put("slice", text("new"), plain);
  await expect(store.get("slice", { offset: 0, length: 3, etag })).rejects.toThrow(ChangedError);
});

test("conditional puts: only if there is none, only over the one that was read", async () => {
  await store.put("lock", text("1"), { ...plain, ifNoneMatch: "*" });
  await expect(store.put("lock", text("2"), { ...plain, ifNoneMatch: "*" })).rejects.toThrow(
    /^lock has changed/,
  );
  const { etag: ifMatch } = (await store.head("lock")) as { etag: string };
  await store.put("lock", text("3"), { ...plain, ifMatch });
  await expect(store.put("lock", text("4"), { ...plain, ifMatch })).rejects.toThrow(ChangedError);
  expect((await store.get("lock"))?.bytes).toEqual(text("3"));
});

test("keys are literal: spaces, plus, percent, unicode, colons", async () => {
  const keys = ["a b", "a+b", "a%20b", "a%2Fb", "größe/12:0", "x&y=z?#", "日本"];
  for (const key of keys) await store.put(`odd/${key}`, text(key), plain);
  expect(await keysOf(store.list("odd/"))).toEqual(keys.map((key) => `odd/${key}`).sort());
  for (const key of keys) expect((await store.get(`odd/${key}`))?.bytes).toEqual(text(key));
  await store.delete("odd/a b");
  expect(await store.head("odd/a b")).toBeUndefined();
  expect(await store.head("odd/a+b")).toBeDefined();
});

test("listings go on beyond a page; the top level has no deeper objects and no folder markers", async () => {
  const many = bucketStore({ client, bucket, prefix: "many" });
  const names = Array.from({ length: 1203 }, (_, i) => `z${i}.tif`);
  await Promise.all(names.map((name) => many.put(name, text(name), plain)));
  await many.put("deeper/z0.tif", text("x"), plain);
  await bucketStore({ client, bucket }).put("many/", text(""), plain);
  await bucketStore({ client, bucket }).put("many-more", text(""), plain);
  expect(await keysOf(many.list("z"))).toEqual([...names].sort());
  const entries = new Map<string, unknown>();
  for await (const { key, ...head } of many.entries()) entries.set(key, head);
  expect([...entries.keys()].sort()).toEqual([...names].sort());
  expect(entries.get("z7.tif")).toEqual({
    size: 6,
    etag: createHash("md5").update("z7.tif").digest("hex"),
  });
});

test("large objects go in parts, both ways, and appear as a whole", { timeout: 120_000 }, async () => {
  const bytes = new Uint8Array(64 * 2 ** 20 + 70_001);
  const words = new Uint32Array(bytes.buffer, 0, bytes.byteLength >> 2);
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(i, 2654435761);
  await store.put("large", bytes, { ...plain, cacheControl: "no-cache" });
  const { etag, size } = (await store.head("large")) as { etag: string; size: number };
  expect(size).toBe(bytes.byteLength);
  expect(etag, "S3 marks the etag of an upload in parts with their number").toMatch(/-5$/);
  const whole = await client.send(new GetObjectCommand({ Bucket: bucket, Key: "some/project/large" }));
  expect(whole.CacheControl).toBe("no-cache");
  const judged = createHash("sha256")
    .update((await whole.Body?.transformToByteArray()) ?? "")
    .digest("hex");
  expect(judged).toBe(createHash("sha256").update(bytes).digest("hex"));
  const read = await store.get("large");
  expect(Buffer.compare(read?.bytes ?? new Uint8Array(0), bytes)).toBe(0);
  const inner = await store.get("large", { offset: 3, length: bytes.byteLength - 5, etag });
  expect(Buffer.compare(inner?.bytes ?? new Uint8Array(0), bytes.subarray(3, -2))).toBe(0);
});

test("an upload in parts that fails leaves nothing", { timeout: 120_000 }, async () => {
  const bytes = new Uint8Array(64 * 2 ** 20 + 1);
  await store.put("taken", text("x"), plain);
  await expect(store.put("taken", bytes, { ...plain, ifNoneMatch: "*" })).rejects.toThrow(ChangedError);
  expect(await store.head("taken")).toMatchObject({ size: 1 });
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  expect(Uploads).toEqual([]);
});

test("a body that breaks off is fetched again", async () => {
  const bytes = new Uint8Array(2 ** 20).fill(7);
  await store.put("long", bytes, plain);
  const proxy = await cuttingProxy(2);
  const through = createS3({ endpoint: proxy.url, region: "us-east-1", credentials });
  const cut = bucketStore({ client: through, bucket, prefix: "some/project" });
  expect(Buffer.compare((await cut.get("long"))?.bytes ?? new Uint8Array(0), bytes)).toBe(0);
  expect(proxy.connections()).toBe(3);
  through.destroy();
  proxy.close();
});

/** A way to the emulator that breaks in the middle of the answer, so many times. */
async function cuttingProxy(times: number) {
  const { hostname, port } = new URL(endpoint);
  let connections = 0;
  const server = createServer((near) => {
    const cut = connections++ < times;
    const far = connect(Number(port), hostname);
    let passed = 0;
    far.on("data", (data) => {
      passed += data.length;
      near.write(data);
      if (cut && passed > 300_000) near.destroy();
    });
    near.pipe(far);
    for (const end of [near, far]) end.on("error", () => {});
    far.on("close", () => near.end());
    near.on("close", () => far.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, connections: () => connections, close: () => server.close() };
}
