import { expect, test } from "vitest";
import { idOf } from "../../lib/verify/palette.ts";
import {
  addTally,
  createTally,
  encodeTally,
  sortTally,
  type Tally,
  tallyRange,
  tallyRow,
} from "../../lib/verify/tally.ts";

type Counted = { id: bigint; scale: number; voxels: number; box: number[]; sums: number[] };

/** The bytes of entries, written here field by field: three words, the box, a free word, four float64. */
function bytesOf(entries: readonly Counted[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(72 * entries.length));
  entries.forEach(({ id, scale, voxels, box, sums }, i) => {
    view.setBigUint64(72 * i, id, true);
    view.setInt32(72 * i + 8, scale, true);
    box.forEach((value, d) => {
      view.setInt32(72 * i + 12 + 4 * d, value, true);
    });
    [voxels, ...sums].forEach((value, d) => {
      view.setFloat64(72 * i + 40 + 8 * d, value, true);
    });
  });
  return new Uint8Array(view.buffer);
}

function entriesOf({ palette, censuses }: Tally): Counted[] {
  return [...censuses].flatMap(([scale, census]) =>
    Array.from(census.voxels.keys(), (n) => ({
      id: n < palette.count ? BigInt(idOf(palette, n)) : 0n,
      scale,
      voxels: census.voxels[n]!,
      box: [...census.boxes.subarray(6 * n, 6 * n + 6)],
      sums: [...census.sums.subarray(3 * n, 3 * n + 3)],
    })).filter(({ voxels }) => voxels > 0),
  );
}

const large = 2n ** 64n - 1n;
const here: Counted[] = [
  { id: 0n, scale: 0, voxels: 3, box: [0, 0, 0, 2, 2, 1], sums: [1.5, 2, 0] },
  { id: large, scale: 0, voxels: 2 ** 40, box: [-5, 6, 7, 8, 9, 10], sums: [2 ** 52, 0.5, 7] },
  { id: large, scale: 1, voxels: 1, box: [1, 1, 1, 2, 2, 2], sums: [1, 1, 1] },
];
const there: Counted[] = [
  { id: large, scale: 1, voxels: 4, box: [0, 3, 0, 1, 4, 9], sums: [0, 3, 8] },
  { id: 7n << 32n, scale: 1, voxels: 5, box: [4, 4, 4, 9, 5, 5], sums: [30, 20, 20] },
];
const read = (...parts: Uint8Array[]) => {
  const tally = createTally();
  for (const part of parts) addTally(tally, part);
  return tally;
};

test("what is written is what was read, word for word, wherever the bytes begin", () => {
  const bytes = bytesOf(here);
  expect(encodeTally(read(bytes))).toEqual(bytes);
  const shifted = new Uint8Array(bytes.length + 3);
  shifted.set(bytes, 3);
  expect(encodeTally(read(shifted.subarray(3)))).toEqual(bytes);
  expect(encodeTally(createTally())).toEqual(new Uint8Array(0));
});

test("parts add up by id and scale: voxels, sums, and a box around both", () => {
  expect(entriesOf(read(bytesOf(here), bytesOf(there)))).toEqual([
    here[0],
    here[1],
    { id: large, scale: 1, voxels: 5, box: [0, 1, 0, 2, 4, 9], sums: [1, 4, 9] },
    there[1],
  ]);
});

test("half an entry is no tally", () => {
  expect(() => read(bytesOf(here).subarray(0, 100))).toThrow("a tally has 100 bytes, no whole entries");
});

test.each([1, 2, 5, 64])(
  "sorted into %i buckets, each is a range of its entries in their order",
  (buckets) => {
    const entries = Array.from({ length: 500 }, (_, i) => ({
      ...here[0]!,
      id: (BigInt(i % 170) << 31n) + BigInt(i % 170),
      scale: Math.floor(i / 170),
      voxels: i + 1,
    }));
    const bucketOf = (lo: number, hi: number) => (lo ^ (hi << 2)) % buckets;
    const sorted = sortTally(bytesOf(entries), { buckets, bucketOf: (lo, hi) => Math.abs(bucketOf(lo, hi)) });
    let found = 0;
    for (let bucket = 0; bucket < buckets; bucket++) {
      const row = tallyRow(bucket);
      const { offset, length } = tallyRange(sorted.subarray(row.offset, row.offset + row.length), buckets);
      const own = entries.filter(
        ({ id }) => Math.abs(bucketOf(Number(id & 0xffffffffn), Number(id >> 32n))) === bucket,
      );
      expect(sorted.subarray(offset, offset + length)).toEqual(bytesOf(own));
      found += own.length;
    }
    expect(found).toBe(entries.length);
  },
);
