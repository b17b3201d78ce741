import { gridShape } from "../../format/chunk.ts";
import { type Box, mapVec, product, type Vec3 } from "../../format/vec.ts";
import { blockGrid } from "../../plan/block.ts";
import type { Plan } from "../../plan/plan.ts";
import { boxOfChunk, coveredBy, type Layout, scaleOf } from "../../verify/layout.ts";
import { countParts, type Part, partAt } from "../../verify/part.ts";
import { layoutOf } from "./layout.ts";

/** Voxels of a part, those of the scale before: as many as a block of the encode stage has at most. */
const partVoxels = 2 ** 24;
/** A small volume is still cut into about so many parts, so that threads have something to share. */
const fewestParts = 8;

/** In how many parts a volume is verified. */
export function partCount(plan: Omit<Plan, "parts">): number {
  const layout = layoutOf(plan);
  return countParts(layout, voxelsOfPart(layout));
}

/** Chunks of a scale to read back, with what they were made of; and the blocks whose hashes tell of that. */
export function verifiedPart(plan: Plan, number: number): Part & { readonly blocks: readonly number[] } {
  const layout = layoutOf(plan);
  const part = partAt(layout, voxelsOfPart(layout), number);
  const { chunkSize: shape, ...grid } = blockGrid(plan);
  return {
    ...part,
    blocks: blocksOver(fullBox(layout, part), { shape, grid: gridShape({ chunkSize: shape, ...grid }) }),
  };
}

function voxelsOfPart(layout: Layout): number {
  return Math.min(partVoxels, Math.ceil(product(scaleOf(layout, 0).size) / fewestParts));
}

/** Local voxels of scale 0 that a part reads; none if it reads further scales. */
function fullBox(layout: Layout, { scale, lo, hi }: Part): Box | undefined {
  if (scale > 1) return undefined;
  const own = scaleOf(layout, scale);
  const last = mapVec((d) => hi[d] - 1);
  const box = { lo: boxOfChunk(own, lo).lo, hi: boxOfChunk(own, last).hi };
  if (scale === 0) return box;
  const covered = coveredBy(layout, 1, box).box;
  // A chunk that begins here may end elsewhere, but the block that it is of begins where it begins or before.
  return covered;
}

function blocksOver(box: Box | undefined, { shape, grid }: { shape: Vec3; grid: Vec3 }): number[] {
  if (box === undefined) return [];
  const first = mapVec((d) => Math.floor(box.lo[d] / shape[d]));
  const end = mapVec((d) => Math.min(grid[d], Math.ceil(box.hi[d] / shape[d])));
  const found: number[] = [];
  for (let z = first[2]; z < end[2]; z++) {
    for (let y = first[1]; y < end[1]; y++) {
      for (let x = first[0]; x < end[0]; x++) found.push(x + grid[0] * (y + grid[1] * z));
    }
  }
  return found;
}
