import { expect, test } from "vitest";
import type { Vec3 } from "../../lib/format/vec.ts";
import { clusterRange, fieldBox } from "../../lib/volume/surface/range.ts";
import { createExtractor } from "../../lib/volume/surface.ts";
import { createExtractor as createPlain } from "../plain/volume/surface.ts";
import { chance, cutBox, fillVolume } from "./volumes.ts";

/** Sizes of one voxel, odd and even, flat and long; from nearly uniform to a label per voxel. */
const sizes: Vec3[] = [
  [1, 1, 1],
  [2, 1, 3],
  [33, 2, 1],
  [1, 40, 2],
  [9, 8, 7],
  [16, 17, 18],
];

test.each([true, false])("the kernel finds what the plain passes find; clusters: %s", (cluster) => {
  const kernel = createExtractor({ cluster });
  const plain = createPlain({ cluster });
  const random = chance(11);
  for (const size of sizes) {
    for (const labels of [1, 2, 5, 5000]) {
      for (const change of [0.02, 0.3, 1]) {
        let label = 0;
        const volume = fillVolume(size, () => {
          if (random() < change) label = Math.floor(random() * (labels + 1));
          return label;
        });
        for (const lo of [
          [0, 0, 0],
          [0, 0, Math.floor(size[2] / 4) * 2],
        ] as Vec3[]) {
          const hi: Vec3 = [size[0], size[1] > 4 ? 4 : size[1], size[2]];
          const range = clusterRange({ lo, hi }, size);
          const block = {
            ...range,
            labels: cutBox(volume, fieldBox(range)),
            volume: size,
            labelCount: labels + 1,
          };
          expect(kernel.extract(block)).toEqual(plain.extract(block));
        }
      }
    }
  }
});

test("far from the origin of a large volume keys are still exact", () => {
  const size: Vec3 = [200_000, 180_000, 90_000];
  const range = clusterRange({ lo: [199_992, 179_990, 89_994], hi: size }, size);
  const { lo, hi } = fieldBox(range);
  const shape: Vec3 = [hi[0] - lo[0], hi[1] - lo[1], hi[2] - lo[2]];
  const { labels } = fillVolume(shape, (...p) => {
    if (p.some((along, d) => along + lo[d]! >= size[d]!)) return 0;
    return p[0] % 3 === 1 && (p[1] + p[2]) % 2 === 0 ? 1 : 0;
  });
  const block = { ...range, labels, volume: size, labelCount: 2 };
  const [piece] = createExtractor().extract(block);
  expect(piece).toEqual(createPlain().extract(block)[0]);
  expect(piece!.keys.reduce((a, b) => Math.max(a, b))).toBeGreaterThan(2 ** 48);
});

test("labels beyond their count, or outside the volume, are refused", () => {
  const range = clusterRange({ lo: [0, 0, 0], hi: [4, 4, 4] }, [4, 4, 4]);
  const block = { ...range, volume: [4, 4, 4] as Vec3, labelCount: 2 };
  const inside = new Uint32Array(7 ** 3);
  inside[3 * 49 + 3 * 7 + 3] = 2;
  expect(() => createExtractor().extract({ ...block, labels: inside })).toThrow(/unreachable/);
  const everywhere = new Uint32Array(7 ** 3).map((_, i) => i % 2);
  expect(() => createExtractor().extract({ ...block, labels: everywhere })).toThrow(/unreachable/);
});
