import { expect, test } from "vitest";
import { mapVec, product } from "../../../lib/format/vec.ts";
import { cutView, wholeView } from "../../../lib/format/view.ts";
import { allocateWords, release } from "../../../lib/kernel/memory.ts";
import { createDigester } from "../../../lib/step/verify/digest.ts";
import type { Digest } from "../../../lib/verify/hash.ts";
import { wordA, wordB } from "../../../lib/verify/palette.ts";
import { chanceOf } from "../../fuzz/chance.ts";
import { digestOf } from "../../plain/digest.ts";

test("parts of a block in kernel memory and outside: as without a kernel", () => {
  const chance = chanceOf("digest", 0, 0);
  for (let i = 0; i < 1000; i++) {
    const shape = mapVec(() => 1 + chance.below(chance.one([3, 9, 40])));
    const count = chance.one([1, 2, 5, 300]);
    const id = () => Uint32Array.from({ length: count }, () => chance.below(2 ** 32));
    const table = { count, lo: id(), hi: id() };
    const ids = Array.from(table.lo, (lo, label) => [lo, table.hi[label] as number] as const);
    const words = {
      a: Int32Array.from(ids, ([lo, hi]) => wordA(lo, hi)),
      b: Int32Array.from(ids, ([lo, hi]) => wordB(lo, hi)),
    };
    const stay = chance.one([1, 4, 50]);
    let label = 0;
    const labels = Uint32Array.from({ length: product(shape) }, () => {
      if (chance.once(stay)) label = chance.below(count);
      return label;
    });
    const own = allocateWords(labels.length);
    own.set(labels);
    const at = mapVec((d) => chance.below(shape[d]));
    const part = mapVec((d) => 1 + chance.below(shape[d] - at[d]));
    const digest = createDigester(table);
    const step = 1 + chance.below(chance.one([part[0], 50]));
    const expected: Digest[] = [];
    for (let x = 0; x < part[0]; x += step) {
      const [from, wide] = [at[0] + x, Math.min(step, part[0] - x)];
      const box = cutView(wholeView(labels, shape), [from, at[1], at[2]], [wide, part[1], part[2]]);
      expected.push(digestOf(box, words));
    }
    for (const memory of [labels, own])
      expect(digest(cutView(wholeView(memory, shape), at, part), step)).toEqual(expected);
    release(own);
  }
});

test("a label that cannot be is refused", () => {
  const digest = createDigester({ count: 3, lo: Uint32Array.of(0, 1, 2), hi: new Uint32Array(3) });
  expect(() => digest(wholeView(Uint32Array.of(1, 2, 3), [3, 1, 1]), 2)).toThrow("none of 3");
});
