import { expect, test } from "vitest";
import { bucketOf, decodeRecords, encodePack, indexRange, recordRange } from "../../lib/format/bucket.ts";

const buckets = 5;
const cut = (pack: Uint8Array, { offset, length }: { offset: number; length: number }) =>
  pack.subarray(offset, offset + length);
const parts = Array.from({ length: 40 }, (_, i) => ({
  lo: (i * 2654435761) >>> 0,
  hi: i % 3,
  voxels: i * 1000,
  box: [-1, 2, 3, 4, 5, i],
  sums: [i, 2 ** 52 + i, i * 2 ** 33],
  triangles: i % 2,
  piece: Uint8Array.from({ length: i % 4 }, (_, j) => i + j),
}));

test("every part is found in its bucket, with its surface, by three ranges", () => {
  const pack = encodePack(parts, buckets);
  const found = [];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const records = recordRange(cut(pack, indexRange(bucket)), buckets);
    for (const { at, bytes, ...record } of decodeRecords(cut(pack, records))) {
      expect(bucketOf(record.lo, record.hi, buckets)).toBe(bucket);
      found.push({ ...record, piece: pack.slice(at, at + bytes) });
    }
  }
  const byId = (a: { lo: number; hi: number }, b: { lo: number; hi: number }) => a.hi - b.hi || a.lo - b.lo;
  expect(found.sort(byId)).toEqual([...parts].sort(byId));
});

test("the bytes do not depend on the order of the parts", () => {
  expect(encodePack([...parts].reverse(), buckets)).toEqual(encodePack(parts, buckets));
});

test("a block without segments", () => {
  const pack = encodePack([], buckets);
  expect(recordRange(cut(pack, indexRange(3)), buckets).length).toBe(0);
});

test("ids spread over the buckets, consecutive ones too", () => {
  const counts = new Array(16).fill(0);
  for (let id = 1; id <= 16_000; id++) counts[bucketOf(id, 0, 16)]++;
  expect(Math.min(...counts)).toBeGreaterThan(700);
  expect(Math.max(...counts)).toBeLessThan(1400);
});
