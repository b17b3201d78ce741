import { expect, test } from "vitest";
import { addLabel, createLabels, type LabelTable } from "../../lib/format/label.ts";
import { encodeSegmentation } from "../../lib/format/segmentation.ts";
import { mapVec, product, type Vec3 } from "../../lib/format/vec.ts";
import { cutView, type LabelView, wholeView } from "../../lib/format/view.ts";
import { allocateWords, release } from "../../lib/kernel/memory.ts";
import { type Chance, chanceOf } from "../fuzz/chance.ts";
import { encodePlainly } from "../plain/format/segmentation.ts";

const eight: Vec3 = [8, 8, 8];

/** A table of so many ids, in order; from the middle on beyond 32 bits, and of many beyond 2^53. */
function makeTable(count: number): LabelTable {
  const table = createLabels();
  for (let i = 1; i < count; i++) {
    if (i < count / 2) addLabel(table, i * 30_011, 0);
    else addLabel(table, (i * 2654435761) >>> 0, (i - Math.floor(count / 2)) * 8191 + 1);
  }
  return table;
}

/**
 * Labels in cubes of a few voxels, so that there are blocks of one label, two, three, four and more, and each of them
 * first seen anywhere in its block.
 */
function makeLabels(chance: Chance, shape: Vec3, count: number): Uint32Array {
  const side = chance.one([1, 2, 5, 7, 8, 13, 40]);
  const few = chance.one([1, 2, 3, 4, 5, 17, count]);
  const odd = chance.one([2, 30, 1000, 1e9]);
  const start = chance.below(side);
  const cubes = new Map<number, number>();
  return Uint32Array.from({ length: product(shape) }, (_, i) => {
    const at = [i % shape[0], Math.floor(i / shape[0]) % shape[1], Math.floor(i / shape[0] / shape[1])];
    const [x, y, z] = at.map((v) => Math.floor((v + start) / side));
    const cube = x! + 100 * (y! + 100 * z!);
    if (!cubes.has(cube)) cubes.set(cube, chance.below(Math.min(few, count)));
    return chance.once(odd) ? chance.below(count) : cubes.get(cube)!;
  });
}

function compare(view: LabelView, table: LabelTable, block: Vec3): void {
  for (const dataType of ["uint32", "uint64"] as const) {
    const format = { dataType, block };
    const encoded = encodeSegmentation(view, table, format);
    expect(Buffer.compare(encoded, encodePlainly(view, table, format))).toBe(0);
  }
}

test("parts of a block in kernel memory and outside: bytes as without a kernel", () => {
  const chance = chanceOf("encode", 0, 0);
  for (let i = 0; i < 250; i++) {
    const block = chance.once(3) ? mapVec(() => chance.one([1, 2, 3, 4, 5, 8, 16, 64])) : eight;
    const shape = mapVec(() => 1 + chance.below(chance.one([8, 20, 40])));
    const count = 1 + chance.below(chance.one([1, 3, 6, 200, 5000]));
    const table = makeTable(count);
    const labels = makeLabels(chance, shape, count);
    const own = allocateWords(labels.length);
    own.set(labels);
    const at = mapVec((d) => chance.below(shape[d]));
    const part = mapVec((d) => 1 + chance.below(shape[d] - at[d]));
    compare(wholeView(own, shape), table, block);
    compare(cutView(wholeView(own, shape), at, part), table, block);
    compare(cutView(wholeView(labels, shape), at, part), table, block);
    release(own);
  }
});

test("labels in any order of their ids: bytes as of labels in order", () => {
  const chance = chanceOf("order", 0, 0);
  for (let i = 0; i < 150; i++) {
    const block = chance.once(3) ? mapVec(() => chance.one([1, 3, 8, 16])) : eight;
    const shape = mapVec(() => 1 + chance.below(chance.one([8, 20, 40])));
    const count = 1 + chance.below(chance.one([1, 3, 6, 40, 600]));
    const table = makeTable(count);
    const labels = makeLabels(chance, shape, count);
    // Label 0 is id 0 in every table.
    const places = Array.from({ length: count - 1 }, (_, k) => ({ label: k + 1, at: chance.word() }));
    const mixed = createLabels();
    const renamed = new Uint32Array(count);
    for (const { label } of places.sort((a, b) => a.at - b.at))
      renamed[label] = addLabel(mixed, table.lo[label]!, table.hi[label]!);
    const other = labels.map((label) => renamed[label]!);
    for (const dataType of ["uint32", "uint64"] as const) {
      const format = { dataType, block };
      const encoded = encodeSegmentation(wholeView(other, shape), mixed, format);
      expect(Buffer.compare(encoded, encodePlainly(wholeView(labels, shape), table, format))).toBe(0);
    }
  }
});

test.each([1, 2, 3, 4, 5, 16, 17, 24, 25, 256, 257, 512])(
  "%i labels in a whole block, in any order",
  (count) => {
    const chance = chanceOf("whole", count, 0);
    for (let i = 0; i < 60; i++) {
      const table = makeTable(600);
      const first = chance.one([0, 1, 70]);
      const names = Array.from({ length: count }, (_, k) => first + k);
      const labels = Uint32Array.from({ length: 512 }, () => chance.one(names));
      // Some labels are seen in the last voxels only.
      if (chance.once(2)) labels.fill(labels[0]!, 0, 512 - count);
      compare(wholeView(labels, eight), table, eight);
    }
  },
);

test("a label that is none of the table, and a view beyond its labels, are refused", () => {
  const format = { dataType: "uint64", block: eight } as const;
  const noise = Uint32Array.from({ length: 512 }, (_, i) => i % 9);
  expect(() => encodeSegmentation(wholeView(noise, eight), makeTable(8), format)).toThrow(
    "none of its table",
  );
  expect(() => encodeSegmentation(wholeView(noise, [8, 8, 9]), makeTable(9), format)).toThrow(
    "beyond its memory",
  );
});

test("a lookup table beyond the reach of a header is refused", () => {
  // A block of 64^3 with its own label per voxel is 2^18 words of values and 2^19 of ids.
  const shape: Vec3 = [64, 64, 64 * 22];
  const count = 2 ** 18 + 1;
  const table = makeTable(count);
  const labels = Uint32Array.from({ length: product(shape) }, (_, i) => i % count);
  const format = { dataType: "uint64", block: [64, 64, 64] } as const;
  expect(() => encodeSegmentation(wholeView(labels, shape), table, format)).toThrow("24-bit offset");
});
