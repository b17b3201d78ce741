import { type ChunkGrid, chunkBox, gridShape, positionOf } from "../format/chunk.ts";
import { type Box, mapVec, product, type Vec3 } from "../format/vec.ts";
import type { Plan } from "./plan.ts";
import type { ScalePlan } from "./scale.ts";

/** How the samples of a slice are stored: the smallest rectangle that can be read alone. */
export type Storage = { readonly width: number; readonly height: number };

/** Voxels of the largest block: its labels take 48 MiB, which bounds the memory of a worker. */
const mostVoxels = 3 * 2 ** 22;
/** A small volume is still cut into about so many blocks, so that threads have something to share. */
const fewestBlocks = 8;

/**
 * The size of the blocks of whole chunks that scale 0 is cut into, the unit of the encode stage. Among the sizes that
 * fit the memory bound it takes the one that decodes the fewest samples: a strip or tile that lies in several blocks
 * is decoded once for each. Depends on the input only, never on the machine.
 */
export function planBlockSize(scale: ScalePlan, storage: Storage): Vec3 {
  // Surfaces are cut at even voxels, so a block has an even number of them along each axis.
  const unit = mapVec((d) => Math.max(2, scale.chunkSize[d]));
  const grid = gridShape({ ...scale, chunkSize: unit });
  const budget = Math.max(product(unit), Math.min(mostVoxels, product(scale.size) / fewestBlocks));
  let best = unit;
  let least = Number.POSITIVE_INFINITY;
  const [alongX, alongY, alongZ] = [evenCuts(grid[0]), evenCuts(grid[1]), evenCuts(grid[2])];
  for (const z of alongZ) {
    for (const y of alongY) {
      for (const x of alongX) {
        const shape = mapVec((d) => ([x, y, z][d] as number) * unit[d]);
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

/** In how many chunks, ascending, an axis of so many can be cut so that parts differ by as little as they can. */
function evenCuts(chunks: number): number[] {
  const cuts = new Set<number>();
  for (let parts = chunks; parts >= 1; parts--) cuts.add(Math.ceil(chunks / parts));
  return [...cuts];
}

/** The grid whose chunks are the blocks of a plan; they are numbered x fastest. */
export function blockGrid({ scales, blockSize }: Pick<Plan, "scales" | "blockSize">): ChunkGrid {
  const [full] = scales;
  if (full === undefined) throw new Error("a plan has at least one scale");
  return { size: full.size, voxelOffset: full.voxelOffset, chunkSize: blockSize };
}

/** Local voxels of a block. */
export function blockBox(plan: Pick<Plan, "scales" | "blockSize">, block: number): Box {
  const grid = blockGrid(plan);
  return chunkBox(grid, positionOf(gridShape(grid), block));
}

/** Samples decoded for the whole volume, with the margin of three voxels that surfaces need. */
export function samplesDecoded(size: Vec3, shape: Vec3, { width, height }: Storage): number {
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
