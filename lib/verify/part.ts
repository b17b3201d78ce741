import type { Vec3 } from "../format/vec.ts";
import { gridOf, type Layout, voxelsOf } from "./layout.ts";

/** Chunks [lo, hi) of the grid of a scale, and all of the scale before that they stand for. */
export type Part = { readonly scale: number; readonly lo: Vec3; readonly hi: Vec3 };

/**
 * Cuts the check of a volume into parts of about so many voxels of the scale before: whole chunks of every scale but
 * the full one, which is read with the next; a volume of one scale is read by itself.
 */
export function partsOf(layout: Layout, voxels: number): Part[] {
  const only = layout.scales.length === 1;
  return layout.scales.flatMap((scale, index) => {
    if (index === 0 && !only) return [];
    const grid = gridOf(scale);
    const { factor, chunk } = scale;
    const one = voxelsOf({ lo: [0, 0, 0], hi: chunk }) * factor[0] * factor[1] * factor[2];
    // Rows of chunks, then planes of rows: a part is a box.
    const along = Math.min(grid[0], Math.max(1, Math.floor(voxels / one)));
    const rows = along < grid[0] ? 1 : Math.min(grid[1], Math.max(1, Math.floor(voxels / (one * grid[0]))));
    const parts: Part[] = [];
    for (let z = 0; z < grid[2]; z++) {
      for (let y = 0; y < grid[1]; y += rows) {
        for (let x = 0; x < grid[0]; x += along) {
          const hi: Vec3 = [Math.min(grid[0], x + along), Math.min(grid[1], y + rows), z + 1];
          parts.push({ scale: index, lo: [x, y, z], hi });
        }
      }
    }
    return parts;
  });
}
