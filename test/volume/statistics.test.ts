import { expect, test } from "vitest";
import { mapVec, product } from "../../lib/format/vec.ts";
import { cutView, wholeView } from "../../lib/format/view.ts";
import { allocateWords, release } from "../../lib/kernel/memory.ts";
import { countLabels } from "../../lib/volume/statistics.ts";
import { chanceOf } from "../fuzz/chance.ts";
import { countPlainly } from "../plain/volume/statistics.ts";

test("voxels, boxes and sums of a label, in local voxels", () => {
  // Two slices of 3x2: 1 1 0 / 0 2 2 and 0 0 0 / 0 0 2.
  const labels = Uint32Array.of(1, 1, 0, 0, 2, 2, 0, 0, 0, 0, 0, 2);
  const { voxels, boxes, sums } = countLabels(wholeView(labels, [3, 2, 2]), 3);
  expect(Array.from(voxels)).toEqual([7, 2, 3]);
  expect(Array.from(boxes.subarray(6))).toEqual([0, 0, 0, 2, 1, 1, 1, 1, 0, 3, 2, 2]);
  // Label 1 is at 0 0 0 and 1 0 0; label 2 at 1 1 0, 2 1 0 and 2 1 1.
  expect(Array.from(sums.subarray(3))).toEqual([1, 0, 0, 5, 3, 1]);
});

test("parts of a block in kernel memory and outside: as without a kernel", () => {
  const chance = chanceOf("statistics", 0, 0);
  for (let i = 0; i < 1000; i++) {
    const shape = mapVec(() => 1 + chance.below(chance.one([3, 9, 40])));
    const most = chance.one([1, 2, 5, 300]);
    const stay = chance.one([1, 4, 50]);
    let label = 0;
    const labels = Uint32Array.from({ length: product(shape) }, () => {
      if (chance.once(stay)) label = chance.below(most);
      return label;
    });
    const own = allocateWords(labels.length);
    own.set(labels);
    const at = mapVec((d) => chance.below(shape[d]));
    const part = mapVec((d) => 1 + chance.below(shape[d] - at[d]));
    const expected = countPlainly(cutView(wholeView(labels, shape), at, part), most);
    for (const memory of [labels, own])
      expect(countLabels(cutView(wholeView(memory, shape), at, part), most)).toEqual(expected);
    release(own);
  }
});

test("a label that cannot be is refused", () => {
  expect(() => countLabels(wholeView(Uint32Array.of(1, 2, 3), [3, 1, 1]), 3)).toThrow("none of 3");
});
