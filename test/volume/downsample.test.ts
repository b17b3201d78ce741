import { expect, test } from "vitest";
import { mapVec, product, type Vec3 } from "../../lib/format/vec.ts";
import { cutView, wholeView } from "../../lib/format/view.ts";
import { allocateWords, release } from "../../lib/kernel/memory.ts";
import { downsample } from "../../lib/volume/majority.ts";
import { type Chance, chanceOf } from "../fuzz/chance.ts";
import { downsamplePlainly } from "../plain/volume/majority.ts";

function makeLabels(chance: Chance, length: number): Uint32Array {
  const most = chance.one([1, 2, 3, 6, 1000]);
  const stay = chance.one([1, 2, 30]);
  let label = 0;
  return Uint32Array.from({ length }, () => {
    if (chance.once(stay)) label = chance.below(most);
    return label;
  });
}

test.each(["majority", "majority-sparse"] as const)(
  "%s of boxes of all parities: as without a kernel",
  (downsampling) => {
    const chance = chanceOf(downsampling, 0, 0);
    for (let i = 0; i < 3000; i++) {
      const shape = mapVec(() => 1 + chance.below(chance.one([2, 6, 20])));
      const factor = chance.once(4)
        ? mapVec(() => 1 + chance.below(2))
        : chance.one<Vec3>([
            [2, 2, 1],
            [2, 2, 2],
          ]);
      const lead = mapVec((d) => chance.below(factor[d]));
      const whole = makeLabels(chance, product(shape));
      const own = allocateWords(whole.length);
      own.set(whole);
      const at = mapVec((d) => chance.below(shape[d]));
      const part = mapVec((d) => 1 + chance.below(shape[d] - at[d]));
      const reduction = { factor, lead, downsampling };
      const expected = downsamplePlainly(cutView(wholeView(whole, shape), at, part), reduction);
      const room = allocateWords(expected.labels.length + 3).fill(77);
      const inside = downsample(cutView(wholeView(own, shape), at, part), reduction, room);
      const outside = downsample(cutView(wholeView(whole, shape), at, part), reduction);
      for (const found of [inside, outside]) {
        expect(found.shape).toEqual(expected.shape);
        expect(Array.from(found.labels)).toEqual(Array.from(expected.labels));
      }
      expect(Array.from(room.subarray(-3)), "nothing is written behind it").toEqual([77, 77, 77]);
      release(own);
      release(room);
    }
  },
);

test("every division of eight votes", () => {
  // 4^8 cells of labels 0 to 3: all counts and all ties.
  const shape: Vec3 = [2 ** 9, 2, 2 ** 9];
  const labels = new Uint32Array(product(shape));
  for (let cell = 0; cell < 4 ** 8; cell++) {
    for (let i = 0; i < 8; i++) {
      const x = 2 * (cell % 256) + (i & 1);
      const z = 2 * Math.floor(cell / 256) + (i >> 2);
      labels[x + 512 * (((i >> 1) & 1) + 2 * z)] = (cell >> (2 * i)) & 3;
    }
  }
  for (const downsampling of ["majority", "majority-sparse"] as const) {
    for (const factor of [
      [2, 2, 2],
      [2, 2, 1],
      [1, 2, 2],
      [2, 1, 1],
    ] as const) {
      const reduction = { factor, lead: [0, 0, 0], downsampling } as const;
      const found = downsample(wholeView(labels, shape), reduction);
      expect(found.labels).toEqual(downsamplePlainly(wholeView(labels, shape), reduction).labels);
    }
  }
});

test("what has no cells is refused", () => {
  const view = wholeView(new Uint32Array(8), [2, 2, 2]);
  const refuse = (factor: Vec3, lead: Vec3) =>
    expect(() => downsample(view, { factor, lead, downsampling: "majority" })).toThrow("no cells");
  refuse([3, 1, 1], [0, 0, 0]);
  refuse([2, 1, 1], [0, 1, 0]);
  refuse([0, 1, 1], [0, 0, 0]);
  expect(() =>
    downsample(view, { factor: [1, 1, 1], lead: [0, 0, 0], downsampling: "majority" }, allocateWords(7)),
  ).toThrow("too few");
});
