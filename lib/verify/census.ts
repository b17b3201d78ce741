import type { Digest } from "./hash.ts";
import { startDigest, stepA, stepB } from "./hash.ts";
import type { Palette } from "./palette.ts";
import type { View } from "./view.ts";

/** What the voxels of one scale say of each id, by its number; room for all numbers of the palette. */
export type Census = {
  voxels: Float64Array;
  /** lo x, y, z, hi x, y, z in local voxels; of ids without voxels meaningless. */
  boxes: Int32Array;
  /** Sums of x, y, z over the voxels' first corners. */
  sums: Float64Array;
};

export function createCensus(): Census {
  return { voxels: new Float64Array(0), boxes: new Int32Array(0), sums: new Float64Array(0) };
}

/** Makes room for ids that came later. */
export function fitCensus(census: Census, count: number): void {
  const before = census.voxels.length;
  if (before >= count) return;
  const room = Math.max(count, 2 * before, 256);
  const voxels = new Float64Array(room);
  voxels.set(census.voxels);
  const sums = new Float64Array(3 * room);
  sums.set(census.sums);
  const boxes = new Int32Array(6 * room);
  boxes.set(census.boxes);
  for (let i = before; i < room; i++) boxes.fill(0x7fffffff, 6 * i, 6 * i + 3);
  for (let i = before; i < room; i++) boxes.fill(-0x80000000, 6 * i + 3, 6 * i + 6);
  Object.assign(census, { voxels, boxes, sums });
}

/**
 * Counts a view and hashes it in one go, run by run.
 *
 * @param lo local voxel of the view's first
 * @returns the hash of the view (see hash.ts)
 */
export function countView(view: View, palette: Palette, census: Census, lo: readonly number[]): Digest {
  fitCensus(census, palette.count);
  const { labels, shape } = view;
  const { voxels, boxes, sums } = census;
  const { a, b } = palette;
  const [width, height, depth] = shape;
  const [x0, y0, z0] = lo as [number, number, number];
  const digest = startDigest();
  let [laneA, laneB] = [digest.a, digest.b];
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      const row = view.offset + j * view.strideY + k * view.strideZ;
      const [y, z] = [y0 + j, z0 + k];
      let i = 0;
      while (i < width) {
        const label = labels[row + i]!;
        const start = i;
        i++;
        // Most runs are long: four at once, then what is left.
        for (let at = row + i; i + 4 <= width; i += 4, at += 4) {
          const one = (labels[at]! ^ label) | (labels[at + 1]! ^ label);
          if ((one | (labels[at + 2]! ^ label) | (labels[at + 3]! ^ label)) !== 0) break;
        }
        while (i < width && labels[row + i] === label) i++;
        laneA = stepA(laneA, a[label]!, start);
        laneB = stepB(laneB, b[label]!, start);
        const n = i - start;
        voxels[label]! += n;
        const s = 3 * label;
        sums[s]! += n * (x0 + (start + i - 1) / 2);
        sums[s + 1]! += n * y;
        sums[s + 2]! += n * z;
        const at = 6 * label;
        if (x0 + start < boxes[at]!) boxes[at] = x0 + start;
        if (y < boxes[at + 1]!) boxes[at + 1] = y;
        if (z < boxes[at + 2]!) boxes[at + 2] = z;
        if (x0 + i > boxes[at + 3]!) boxes[at + 3] = x0 + i;
        if (y >= boxes[at + 4]!) boxes[at + 4] = y + 1;
        if (z >= boxes[at + 5]!) boxes[at + 5] = z + 1;
      }
    }
  }
  return { a: laneA >>> 0, b: laneB >>> 0 };
}
