import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fileEtag, partSize, wholeBytes } from "../../lib/cloud/etag.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "neuropress-etag-"));
});
afterAll(() => rm(folder, { recursive: true }));

const write = async (bytes: Uint8Array) => {
  const file = path.join(folder, "file");
  await writeFile(file, bytes);
  return fileEtag(file, bytes.byteLength);
};

test("a small file's ETag is its MD5 (RFC 1321, A.5)", async () => {
  expect(await write(new Uint8Array(0))).toBe("d41d8cd98f00b204e9800998ecf8427e");
  expect(await write(new TextEncoder().encode("message digest"))).toBe("f96b697d7cb7938d525a2f31aaf161d0");
});

test("a large file's ETag is the MD5 of its parts' MD5s, and their number", async () => {
  // 80 MiB of zeros are five parts of 16 MiB, each of MD5 2c7ab85a893283e98c931e9511add182 (md5sum).
  expect(await write(new Uint8Array(80 * 2 ** 20))).toBe("91897b809961e71d67e9abef57e6b3dd-5");
});

test("parts grow with the file, so that there are never more than 10,000", () => {
  expect(partSize(wholeBytes + 1)).toBe(16 * 2 ** 20);
  const size = 5 * 2 ** 40;
  expect(Math.ceil(size / partSize(size))).toBeLessThanOrEqual(10_000);
  expect(partSize(size) % 2 ** 20).toBe(0);
});
