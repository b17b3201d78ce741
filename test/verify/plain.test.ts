import { expect, test } from "vitest";
import type { Vec3 } from "../../lib/format/vec.ts";
import { countView, createCensus } from "../../lib/verify/census.ts";
import { joinSurfaces, type Surface } from "../../lib/verify/fragment.ts";
import { startDigest, stepA, stepB } from "../../lib/verify/hash.ts";
import { checkMajority } from "../../lib/verify/majority.ts";
import { createPalette, idOf, numberOf } from "../../lib/verify/palette.ts";
import { decodeSegmentation } from "../../lib/verify/segmentation.ts";
import { viewOf } from "../../lib/verify/view.ts";

/** Numbers below `end`, the same in every run. */
function dice(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
}

const whole = (shape: Vec3) => {
  const box = { lo: [0, 0, 0] as const, hi: shape };
  return viewOf(new Uint32Array(shape[0] * shape[1] * shape[2]), box, box);
};

test("surfaces are joined as by the names of their places", () => {
  const roll = dice(7);
  const values = [0, -0, 1, 1.5, -2, 1e9, 1e-40];
  const surfaces = Array.from({ length: 3 }, (): Surface => {
    const positions = Float32Array.from({ length: 90 }, () => values[roll(values.length)]!);
    return { positions, indices: Uint32Array.from({ length: 240 }, () => roll(30)) };
  });
  const names = new Map<string, number>();
  const positions: number[] = [];
  const indices: number[] = [];
  for (const surface of surfaces) {
    for (const index of surface.indices) {
      const at = Array.from(surface.positions.subarray(3 * index, 3 * index + 3));
      if (!names.has(at.join())) positions.push(...at);
      if (!names.has(at.join())) names.set(at.join(), names.size);
      indices.push(names.get(at.join())!);
    }
  }
  const joined = joinSurfaces(surfaces);
  expect(Array.from(joined.indices)).toEqual(indices);
  // 0 and -0 are one place.
  expect(Array.from(joined.positions, (v) => v + 0)).toEqual(positions.map((v) => v + 0));
});

test("runs of every length are counted and hashed as voxel by voxel", () => {
  const roll = dice(3);
  const palette = createPalette();
  for (let id = 1; id < 6; id++) numberOf(palette, id * 1000, 0);
  const view = whole([131, 5, 3]);
  for (let i = 0, end = 0; i < view.labels.length; i = end) {
    end = i + 1 + roll(14);
    view.labels.fill(roll(6), i, end);
  }
  const census = createCensus();
  const digest = countView(view, palette, census, [10, 20, 30]);
  let { a, b } = startDigest();
  const voxels = [0, 0, 0, 0, 0, 0];
  const sums = voxels.map(() => [0, 0, 0]);
  view.labels.forEach((label, i) => {
    const [x, y, z] = [i % 131, Math.floor(i / 131) % 5, Math.floor(i / 655)];
    voxels[label]!++;
    [x + 10, y + 20, z + 30].forEach((v, d) => {
      sums[label]![d]! += v;
    });
    if (x > 0 && view.labels[i - 1] === label) return;
    a = stepA(a, palette.a[label]!, x);
    b = stepB(b, palette.b[label]!, x);
  });
  expect(digest).toEqual({ a: a >>> 0, b: b >>> 0 });
  expect(Array.from(census.voxels.subarray(0, 6))).toEqual(voxels);
  expect(Array.from(census.sums.subarray(0, 18))).toEqual(sums.flat());
});

test.each([1, 2])("a wrong voxel is found wherever it is in a cell of 2 x 2 x %d", (deep) => {
  const palette = createPalette();
  numberOf(palette, 9, 0);
  for (let i = 0; i < 4 * deep; i++) {
    const fine = whole([4, 2, deep]);
    const coarse = whole([2, 1, 1]);
    coarse.labels.fill(1);
    fine.labels.fill(1);
    const cells = { factor: [2, 2, deep] as const, lead: [0, 0, 0] as const, rule: "majority" as const };
    expect(checkMajority(fine, coarse, palette, cells).wrong).toBe(0);
    // All of the second cell is of another id but one voxel.
    for (let j = 0; j < 4 * deep; j++) fine.labels[2 + (j % 2) + 4 * (j >> 1)] = i === j ? 1 : 0;
    expect(checkMajority(fine, coarse, palette, cells)).toMatchObject({ wrong: 1, first: [1, 0, 0] });
  }
});

test("blocks of two ids: numbers come in the order of voxels, and an entry that is not used is not looked up", () => {
  const roll = dice(5);
  for (const bits of ["mixed", "zeros", "ones"]) {
    const rows = Uint32Array.from({ length: 16 }, () => roll(2 ** 32));
    rows[0]! |= 1;
    if (bits === "zeros") rows.fill(0);
    if (bits === "ones") rows.fill(0xffffffff);
    // Headers, values, table; with zeros the table ends with its first entry.
    const table = bits === "zeros" ? [70] : [70, 71];
    const words = Uint32Array.from([1, 18 | (1 << 24), 2, ...rows, ...table]);
    const view = whole([8, 8, 8]);
    const palette = createPalette();
    decodeSegmentation(new Uint8Array(words.buffer), { block: [8, 8, 8], idWords: 1 }, palette, view);
    const bit = (i: number) => (rows[i >>> 5]! >>> (i & 31)) & 1;
    expect(Array.from(view.labels, (n) => idOf(palette, n))).toEqual(
      Array.from({ length: 512 }, (_, i) => String(70 + bit(i))),
    );
    expect(view.labels[0]).toBe(1);
  }
});
