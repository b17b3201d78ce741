import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { inflateSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { drawSample, makeSample, sampleIds } from "../../lib/local/sample.ts";
import { encodeSlice } from "../../lib/local/slice.ts";

const folder = mkdtempSync(path.join(tmpdir(), "sample-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Read by tifffile 2026.3.3 from the slices, as uint64 [z][y][x]; test/peer asks tifffile for it again. */
const voxelHash = "d44df78b6269fa4d9e7f36a15ae2feffbd4e7426f9a87ef281817e3b064e3578";

test("the sample's voxels are those that tifffile reads from the slices", () => {
  const ids = sampleIds();
  const labels = drawSample();
  const words = new Uint32Array(labels.length * 2);
  labels.forEach((label, i) => {
    words[2 * i] = ids[2 * label]!;
    words[2 * i + 1] = ids[2 * label + 1]!;
  });
  expect(sha256(new Uint8Array(words.buffer))).toBe(voxelHash);
});

test("ids are above 2^53, some above 2^63, all different", () => {
  const words = sampleIds();
  const ids = Array.from({ length: words.length / 2 - 1 }, (_, i) => {
    return (BigInt(words[2 * i + 3]!) << 32n) | BigInt(words[2 * i + 2]!);
  });
  expect(ids.length).toBe(54);
  expect(new Set(ids).size).toBe(54);
  expect(ids.filter((id) => id <= 2n ** 53n)).toEqual([]);
  expect(ids.filter((id) => id > 2n ** 63n).length).toBe(27);
});

test("about 80 % is background and every segment is of some size", () => {
  const counts = new Array<number>(55).fill(0);
  for (const label of drawSample()) counts[label]!++;
  expect(counts[0]! / (256 * 256 * 128)).toBeCloseTo(0.8, 1);
  expect(Math.min(...counts)).toBeGreaterThan(5000);
});

test("makeSample writes 128 slices and the guide's basic info", async () => {
  await makeSample(folder);
  const names = readdirSync(folder).sort();
  expect(names.length).toBe(129);
  expect([names[1], names[128]]).toEqual(["sample_0000.tif", "sample_0127.tif"]);
  const info = JSON.parse(readFileSync(path.join(folder, "info"), "utf8"));
  expect(info.encoding).toBe("compressed_segmentation");
  expect(info.scales).toEqual([{ voxel_offset: [0, 0, 0], resolution: [16, 16, 40], size: [256, 256, 128] }]);
});

test("a slice is a classic little-endian TIFF, byte for byte", () => {
  const words = Uint32Array.of(1, 2, 0xfffffffe, 0xffffffff);
  const file = encodeSlice({ words, width: 1, height: 2, deflate: false });
  const entry = (tag: number, value: number) => [tag & 255, tag >> 8, 4, 0, 1, 0, 0, 0, value, 0, 0, 0];
  // TIFF 6.0 section 2: header, the strip at 8, the directory at 24 with ten LONG entries, no next directory.
  expect([...file]).toEqual([
    ...[0x49, 0x49, 42, 0, 24, 0, 0, 0],
    ...[1, 0, 0, 0, 2, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ...[10, 0],
    ...entry(256, 1),
    ...entry(257, 2),
    ...entry(258, 64),
    ...entry(259, 1),
    ...entry(262, 1),
    ...entry(273, 8),
    ...entry(277, 1),
    ...entry(278, 64),
    ...entry(279, 16),
    ...entry(339, 1),
    ...[0, 0, 0, 0],
  ]);
});

test("strips of 64 rows are zlib streams at the offsets of the directory", () => {
  const words = Uint32Array.from({ length: 2 * 3 * 130 }, (_, i) => i * 2654435761);
  const file = encodeSlice({ words, width: 3, height: 130, deflate: true });
  const view = new DataView(file.buffer);
  const directory = view.getUint32(4, true);
  const list = (entry: number) => {
    const at = directory + 2 + entry * 12;
    const count = view.getUint32(at + 4, true);
    return Array.from({ length: count }, (_, i) =>
      view.getUint32(view.getUint32(at + 8, true) + 4 * i, true),
    );
  };
  const [offsets, counts] = [list(5), list(8)];
  const strips = offsets.map((offset, i) => inflateSync(file.subarray(offset, offset + counts[i]!)));
  expect(strips.map((strip) => strip.length)).toEqual([64 * 24, 64 * 24, 2 * 24]);
  expect(Buffer.concat(strips).equals(Buffer.from(words.buffer))).toBe(true);
});

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
