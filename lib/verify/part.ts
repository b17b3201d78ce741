import type { Vec3 } from "../format/vec.ts";
import { gridOf, type Layout, voxelsOf } from "./layout.ts";

/** Chunks [lo, hi) of the grid of a scale, and all of the scale before that they stand for. */
export type Part = { readonly scale: number; readonly lo: Vec3; readonly hi: Vec3 };

/** How many chunks of a scale a part has along each axis, and how many parts there are along each. */
type PartGrid = { readonly scale: number; readonly step: Vec3; readonly shape: Vec3; readonly count: number };

/**
 * Cuts the check of a volume into parts of about so many voxels of the scale before: whole chunks of every scale but
 * the full one, which is read with the next; a volume of one scale is read by itself.
 */
export function* partsOf(layout: Layout, voxels: number): Generator<Part> {
  const count = countParts(layout, voxels);
  for (let number = 0; number < count; number++) yield partAt(layout, voxels, number);
}

/** How many parts `partsOf` has. */
export function countParts(layout: Layout, voxels: number): number {
  return gridsOf(layout, voxels).reduce((sum, { count }) => sum + count, 0);
}

/** A part of `partsOf` by its number. @throws Error if there is none */
export function partAt(layout: Layout, voxels: number, number: number): Part {
  let left = number;
  for (const { scale, step, shape, count } of gridsOf(layout, voxels)) {
    if (left < count) {
      const at = [
        left % shape[0],
        Math.floor(left / shape[0]) % shape[1],
        Math.floor(left / (shape[0] * shape[1])),
      ];
      const grid = gridOf(layout.scales[scale]!);
      const lo = at.map((place, d) => place * step[d]!) as unknown as Vec3;
      const hi = lo.map((first, d) => Math.min(grid[d]!, first + step[d]!)) as unknown as Vec3;
      return { scale, lo, hi };
    }
    left -= count;
  }
  throw new Error(`there is no part ${number}`);
}

function gridsOf(layout: Layout, voxels: number): PartGrid[] {
  const only = layout.scales.length === 1;
  return layout.scales.flatMap((scale, index): PartGrid[] => {
    if (index === 0 && !only) return [];
    const grid = gridOf(scale);
    const { factor, chunk } = scale;
    const one = voxelsOf({ lo: [0, 0, 0], hi: chunk }) * factor[0] * factor[1] * factor[2];
    // Rows of chunks, then planes of rows: a part is a box.
    const along = Math.min(grid[0], Math.max(1, Math.floor(voxels / one)));
    const rows = along < grid[0] ? 1 : Math.min(grid[1], Math.max(1, Math.floor(voxels / (one * grid[0]))));
    const shape: Vec3 = [Math.ceil(grid[0] / along), Math.ceil(grid[1] / rows), grid[2]];
    return [{ scale: index, step: [along, rows, 1], shape, count: shape[0] * shape[1] * shape[2] }];
  });
}
