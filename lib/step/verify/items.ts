import { type Box, mapVec, product, shapeOf, type Vec3 } from "../../format/vec.ts";
import type { VerifyItem } from "../../plan/items.ts";
import type { Plan } from "../../plan/plan.ts";
import { boxOfChunk, coveredBy, type Layout, scaleOf } from "../../verify/layout.ts";
import { partsOf } from "../../verify/part.ts";
import { layoutOf } from "./layout.ts";

/** Voxels of a part, those of the scale before: as many as a block of the encode stage has at most. */
const partVoxels = 2 ** 24;
/** A small volume is still cut into about so many parts, so that threads have something to share. */
const fewestParts = 8;

/**
 * The parts in which a volume is verified, largest first as they come: of scale 1 first.
 *
 * @param blocks those of the encode stage, a grid, x fastest
 */
export function verifyItems(plan: Plan, blocks: readonly Box[]): VerifyItem[] {
  const layout = layoutOf(plan);
  const { size } = scaleOf(layout, 0);
  const voxels = Math.min(partVoxels, Math.ceil(product(size) / fewestParts));
  const [first] = blocks as [Box];
  const shape = shapeOf(first);
  const grid = mapVec((d) => Math.ceil(size[d] / shape[d]));
  return partsOf(layout, voxels).map((part, number) => ({
    part: number,
    ...part,
    blocks: blocksOver(fullBox(layout, part), { shape, grid }),
  }));
}

/** Local voxels of scale 0 that a part reads; none if it reads further scales. */
function fullBox(
  layout: Layout,
  { scale, lo, hi }: Pick<VerifyItem, "scale" | "lo" | "hi">,
): Box | undefined {
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
