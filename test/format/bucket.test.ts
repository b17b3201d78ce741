import { expect, test } from "vitest";
import { bucketOf, decodeHead, encodePack, headLength, recordWords } from "../../lib/format/bucket.ts";
import { decodeEntries, entryWords } from "../../lib/format/entry.ts";
import { encodeGroup, entryRange, rowRange } from "../../lib/format/group.ts";

const buckets = 5;
const cut = (pack: Uint8Array, { offset, length }: { offset: number; length: number }) =>
  pack.slice(offset, offset + length);
const parts = Array.from({ length: 40 }, (_, i) => ({
  lo: (i * 2654435761) >>> 0,
  hi: i % 3,
  voxels: i * 1000,
  box: [-1, 2, 3, 4, 5, i],
  sums: [i, 2 ** 52 + i, i * 2 ** 33],
  triangles: i % 2,
  pieces: Array.from({ length: i % 3 }, (_, k) => Uint8Array.from({ length: i % 4 }, (_, j) => i + j + k)),
}));
const recordsOf = (pack: Uint8Array) => decodeHead(pack.subarray(0, headLength(pack)));
const byId = (a: { lo: number; hi: number }, b: { lo: number; hi: number }) => a.hi - b.hi || a.lo - b.lo;

/** The entries of a bucket, read as the mesh stage does. */
function entriesIn(group: Uint8Array, bucket: number) {
  const { more, ...range } = entryRange(cut(group, rowRange(bucket)), buckets);
  const entries = [...decodeEntries(new Uint32Array(cut(group, range).buffer))];
  return { more, entries };
}

test("words of a pack: the number of records, the records, then from a multiple of 8 on the surfaces", () => {
  const part = {
    lo: 7,
    hi: 1,
    voxels: 9,
    box: [1, 2, 3, 4, 5, 6],
    sums: [3, 2 ** 32, 5],
    triangles: 2,
    pieces: [Uint8Array.of(8), Uint8Array.of(9)],
  };
  const pack = encodePack([part], buckets);
  const record = [7, 1, 9, 1, 2, 3, 4, 5, 6, 2, 80, 2, 3, 0, 0, 1, 5, 0];
  expect([...new Uint32Array(pack.slice(0, 80).buffer)]).toEqual([1, ...record, 0]);
  expect([...pack.subarray(80)]).toEqual([8, 9]);
});

test("words of a group: of each bucket where its entries begin and end, then entries by bucket and by block", () => {
  const record = (lo: number) => Uint32Array.of(lo, 0, 1, 0, 0, 0, 1, 1, 1, 0, 100, 0, ...new Uint32Array(6));
  const ids = Array.from({ length: 100 }, (_, i) => i + 1);
  const [even, odd] = [0, 1].map((bucket) => ids.find((id) => bucketOf(id, 0, 2) === bucket) as number);
  const packs = [
    { block: 4, records: new Uint32Array([...record(even!), ...record(odd!)]) },
    { block: 9, records: record(even!) },
  ];
  const words = [...new Uint32Array(encodeGroup(packs, 2, true).buffer)];
  expect(words.slice(0, 6)).toEqual([0, 2, 1, 2, 3, 1]);
  const blockAndId = [0, 1, 2].map((i) => words.slice(6 + entryWords * i, 8 + entryWords * i));
  expect(blockAndId).toEqual([
    [4, even],
    [9, even],
    [4, odd],
  ]);
});

test("every part of every block is found in its bucket, with its surface, by ranges", () => {
  const packs = new Map([
    [3, encodePack(parts, buckets)],
    [17, encodePack(parts.slice(0, 25), buckets)],
  ]);
  const group = encodeGroup(
    [...packs].map(([block, pack]) => ({ block, records: recordsOf(pack) })),
    buckets,
    false,
  );
  for (const [block, expected] of [[3, parts] as const, [17, parts.slice(0, 25)] as const]) {
    const found = [];
    for (let bucket = 0; bucket < buckets; bucket++) {
      const { more, entries } = entriesIn(group, bucket);
      expect(more).toBe(false);
      expect(entries.map((entry) => entry.block)).toEqual(
        entries.map((entry) => entry.block).sort((a, b) => a - b),
      );
      for (const { block: of, at, bytes, ...record } of entries) {
        if (of !== block) continue;
        expect(bucketOf(record.lo, record.hi, buckets)).toBe(bucket);
        found.push({ ...record, surface: [...packs.get(block)!.subarray(at, at + bytes)] });
      }
    }
    const whole = expected.map(({ pieces, ...part }) => ({
      ...part,
      surface: pieces.flatMap((piece) => [...piece]),
    }));
    expect(found.sort(byId)).toEqual(whole.sort(byId));
  }
});

test("the surfaces of a bucket lie side by side in a pack", () => {
  const pack = encodePack(parts, buckets);
  const group = encodeGroup([{ block: 0, records: recordsOf(pack) }], buckets, false);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const { entries } = entriesIn(group, bucket);
    for (const [i, { at }] of entries.entries()) {
      if (i > 0) expect(at).toBe(entries[i - 1]!.at + entries[i - 1]!.bytes);
    }
  }
});

test("the bytes do not depend on the order of the parts", () => {
  expect(encodePack([...parts].reverse(), buckets)).toEqual(encodePack(parts, buckets));
});

test("a block without segments", () => {
  const pack = encodePack([], buckets);
  expect(headLength(pack)).toBe(4);
  const group = encodeGroup([{ block: 0, records: recordsOf(pack) }], buckets, false);
  expect(entriesIn(group, 3)).toEqual({ more: false, entries: [] });
  expect(recordsOf(pack).length % recordWords).toBe(0);
});

test("ids spread over the buckets, consecutive ones too", () => {
  const counts = new Array(16).fill(0);
  for (let id = 1; id <= 16_000; id++) counts[bucketOf(id, 0, 16)]++;
  expect(Math.min(...counts)).toBeGreaterThan(700);
  expect(Math.max(...counts)).toBeLessThan(1400);
});
