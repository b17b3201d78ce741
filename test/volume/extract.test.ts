import { expect, test } from "vitest";
import type { Vec3 } from "../../lib/format/vec.ts";
import { joinPieces } from "../../lib/volume/mesh/weld.ts";
import { clusterRange, fieldBox, slabsOf } from "../../lib/volume/surface/range.ts";
import { createExtractor } from "../../lib/volume/surface.ts";
import { createExtractor as createPlain } from "../plain/volume/surface.ts";
import { chance, cutBox, fillVolume, piecesOf } from "./volumes.ts";

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

test("a block in slabs: the same pieces as of blocks of their height, and together the same mesh", () => {
  const random = chance(5);
  for (const size of [
    [9, 8, 7],
    [6, 7, 40],
    [5, 4, 33],
  ] as Vec3[]) {
    const volume = fillVolume(size, () => Math.floor(random() * 3));
    const range = clusterRange({ lo: [0, 0, 0], hi: size }, size);
    const labels = cutBox(volume, fieldBox(range));
    for (const layers of [1, 3, 8, 100]) {
      const extractor = createExtractor();
      const pieces = [...slabsOf(range, labels, layers)].flatMap((slab) =>
        extractor.extract({ ...slab, volume: size, labelCount: 3 }),
      );
      const blocks = piecesOf(volume, [
        ...size.slice(0, 2),
        Math.min(2 * layers, size[2]),
      ] as unknown as Vec3);
      const byLabel = (some: typeof pieces, label: number) => some.filter((piece) => piece.label === label);
      for (const label of [1, 2])
        expect(joinPieces(byLabel(pieces, label), size)).toEqual(joinPieces(byLabel(blocks, label), size));
      if (2 * layers < size[2]) expect(pieces.length).toBeGreaterThan(2);
    }
  }
});
