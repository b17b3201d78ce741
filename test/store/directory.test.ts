import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { directoryStore } from "../../lib/store/directory.ts";
import { chanceOf } from "../fuzz/chance.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "neuropress-directory-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(root, { recursive: true });
});

/** Makes every look at the clock a second later than the one before: then the disk is slow. */
function slowDisk(): void {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => {
    now += 1000;
    return now;
  });
}

const options = { contentType: "application/octet-stream" };

test.each(["quick", "slow"])("a %s disk: files small and large, whole and in parts", async (disk) => {
  if (disk === "slow") slowDisk();
  const store = directoryStore(root);
  const chance = chanceOf("directory", 0, 0);
  for (const length of [0, 1, 1000, 2 ** 20, 2 ** 20 + 1, 3 * 2 ** 20 + 5]) {
    const bytes = Uint8Array.from({ length }, () => chance.below(256));
    for (let again = 0; again < 2; again++) await store.put(`a/${length}`, bytes, options);
    expect(Buffer.compare(await readFile(path.join(root, `a/${length}`)), bytes)).toBe(0);
    expect(Buffer.compare((await store.get(`a/${length}`))!.bytes, bytes)).toBe(0);
    for (let i = 0; i < 10; i++) {
      const offset = chance.below(length + 2);
      const most = chance.below(length + 2);
      const expected = bytes.subarray(offset, offset + most);
      const into = new Uint8Array(most + 3).fill(7);
      for (const range of [
        { offset, length: most },
        { offset, length: most, into },
      ]) {
        const { bytes: found } = (await store.get(`a/${length}`, range))!;
        expect(Buffer.compare(found, expected)).toBe(0);
      }
      expect(into.subarray(expected.length).every((byte) => byte === 7)).toBe(true);
    }
  }
});

test.each(["quick", "slow"])(
  "a %s disk: what is there already stays, and a folder is no object",
  async (disk) => {
    if (disk === "slow") slowDisk();
    const store = directoryStore(root);
    for (const name of ["x", "y", "z"]) {
      await store.put(name, Uint8Array.of(1), { ...options, ifNoneMatch: "*" });
      await expect(store.put(name, Uint8Array.of(2), { ...options, ifNoneMatch: "*" })).rejects.toThrow(
        "has changed",
      );
      expect([...(await store.get(name))!.bytes]).toEqual([1]);
    }
    await store.put("g/chunk", Uint8Array.of(1, 2, 3), { ...options, contentEncoding: "gzip" });
    expect(await readdir(path.join(root, "g"))).toEqual(["chunk.gz"]);
    const range = { offset: 1, length: 5 };
    expect(await store.get("g/chunk", range)).toEqual({
      bytes: Uint8Array.of(2, 3),
      contentEncoding: "gzip",
    });
    expect(await store.get("nothing")).toBeUndefined();
    expect(await store.get("x/nothing")).toBeUndefined();
    await expect(store.get("g")).rejects.toThrow("EISDIR");
    await expect(store.put("g", Uint8Array.of(1), options)).rejects.toThrow("EISDIR");
  },
);
