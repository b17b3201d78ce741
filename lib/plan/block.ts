import { chunkBox, gridShape, positions } from "../format/chunk.ts";
import { type Box, mapVec, product, type Vec3 } from "../format/vec.ts";
import type { ScalePlan } from "./scale.ts";

/** How the samples of a slice are stored: the smallest rectangle that can be read alone. */
export type Storage = { readonly width: number; readonly height: number };

/** Voxels of the largest block: its labels take 64 MiB, which bounds the memory of a worker. */
const mostVoxels = 2 ** 24;
/** A small volume is still cut into about so many blocks, so that threads have something to share. */
const fewestBlocks = 8;

/**
 * Cuts scale 0 into blocks of whole chunks, the unit of the encode stage. Among the shapes that fit the
 * memory bound it takes the one that decodes the fewest samples: a strip or tile that lies in several blocks
 * is decoded once for each. Depends on the input only, never on the machine.
 */
export function planBlocks(scale: ScalePlan, storage: Storage): Box[] {
  const grid = { ...scale, chunkSize: blockShape(scale, storage) };
  return Array.from(positions([0, 0, 0], gridShape(grid)), (at) => chunkBox(grid, at));
}

function blockShape(scale: ScalePlan, storage: Storage): Vec3 {
  // Surfaces are cut at even voxels, so a block has an even number of them along each axis.
  const unit = mapVec((d) => Math.max(2, scale.chunkSize[d]));
  const grid = gridShape({ ...scale, chunkSize: unit });
  const budget = Math.max(product(unit), Math.min(mostVoxels, product(scale.size) / fewestBlocks));
  let best = unit;
  let least = Number.POSITIVE_INFINITY;
  for (let z = 1; z <= grid[2]; z *= 2) {
    for (let y = 1; y <= 2 * grid[1]; y *= 2) {
      for (let x = 1; x <= 2 * grid[0]; x *= 2) {
        const shape = mapVec((d) => Math.min([x, y, z][d] as number, grid[d]) * unit[d]);
        const voxels = product(mapVec((d) => Math.min(shape[d], scale.size[d])));
        if (voxels > budget && product(shape) > product(unit)) continue;
        const cost = samplesDecoded(scale.size, shape, storage);
        if (cost < least) {
          least = cost;
          best = shape;
        }
      }
    }
  }
  return best;
}

/** Samples decoded for the whole volume, with the margin of three voxels that surfaces need. */
function samplesDecoded(size: Vec3, shape: Vec3, { width, height }: Storage): number {
  const along = (d: 0 | 1 | 2, unit: number) => {
    let sum = 0;
    for (let lo = 0; lo < size[d]; lo += shape[d]) {
      const from = Math.max(0, lo - 1);
      const to = Math.min(size[d], lo + shape[d] + 2);
      sum += Math.min(size[d], Math.ceil(to / unit) * unit) - Math.floor(from / unit) * unit;
    }
    return sum;
  };
  return along(0, width) * along(1, height) * along(2, 1);
}
