import { addLabel, createLabels, splitId } from "../format/label.ts";
import { largest } from "../format/largest.ts";
import type { Segment } from "../format/property.ts";
import { type Box, boxOf, mapVec, product, shapeOf, type Vec3 } from "../format/vec.ts";
import type { Plan } from "../plan/plan.ts";
import type { Store } from "../store/store.ts";
import { gridOf } from "./grid.ts";
import { readVoxels } from "./voxels.ts";

/** Boxes up to this many voxels are read (128 MiB of labels); a coarsest scale is far smaller. */
const mostVoxels = 2 ** 25;

/**
 * The middle of a voxel of the largest segment, near the middle of its box, in global voxels of scale 0: where the
 * viewer opens, so that it shows something. The segment is looked for in the coarsest scale, and from there in the
 * full one.
 *
 * @returns undefined if there is no segment, or it is lost in the coarsest scale
 */
export async function pointInside(
  output: Store,
  plan: Plan,
  segments: readonly Segment[],
): Promise<Vec3 | undefined> {
  const [segment] = largest(segments, 1);
  if (segment === undefined) return undefined;
  const { id } = segment;
  const box = boxOf(segment.box);
  const middle = mapVec((d) => (box.lo[d] + box.hi[d]) / 2);
  const coarsest = plan.scales.length - 1;
  const { factor } = plan.scales[coarsest] as Plan["scales"][number];
  const { grid } = gridOf(plan, coarsest);
  const global = (v: number, d: 0 | 1 | 2) => v + plan.voxelOffset[d];
  const start = mapVec((d) => Math.floor(global(box.lo[d], d) / factor[d]) - grid.voxelOffset[d]);
  const end = mapVec((d) => Math.ceil(global(box.hi[d], d) / factor[d]) - grid.voxelOffset[d]);
  const wanted = mapVec((d) => global(middle[d], d) / factor[d] - grid.voxelOffset[d]);
  const cell = await nearest(output, plan, {
    index: coarsest,
    id,
    box: { lo: start, hi: end },
    wanted,
  });
  if (cell === undefined) return undefined;
  // A coarse voxel took its id from one of its voxels of the full scale: one of them is of the segment.
  const { size } = gridOf(plan, 0).grid;
  const from = mapVec((d) => (cell[d] + grid.voxelOffset[d]) * factor[d] - plan.voxelOffset[d]);
  const lo = mapVec((d) => Math.max(0, from[d]));
  const hi = mapVec((d) => Math.min(size[d], from[d] + factor[d]));
  const inside = mapVec((d) => Math.min(hi[d], Math.max(lo[d], middle[d])));
  const found = await nearest(output, plan, { index: 0, id, box: { lo, hi }, wanted: inside });
  return found && mapVec((d) => global(found[d], d) + 0.5);
}

type Search = { index: number; id: string; box: Box; wanted: Vec3 };

/** The voxel of a box that has an id and whose middle is nearest (in nanometres) to a place. */
async function nearest(
  output: Store,
  plan: Plan,
  { index, id, box, wanted }: Search,
): Promise<Vec3 | undefined> {
  const shape = shapeOf(box);
  if (product(shape) > mostVoxels) return undefined;
  const labels = new Uint32Array(product(shape));
  const table = createLabels();
  const words = splitId(BigInt(id));
  const label = addLabel(table, words.lo, words.hi);
  await readVoxels(output, plan, { index, box, labels, table });
  const { resolution } = gridOf(plan, index).scale;
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== label) continue;
    const x = (box.lo[0] + (i % shape[0]) + 0.5 - wanted[0]) * resolution[0];
    const y = (box.lo[1] + (Math.floor(i / shape[0]) % shape[1]) + 0.5 - wanted[1]) * resolution[1];
    const z = (box.lo[2] + Math.floor(i / (shape[0] * shape[1])) + 0.5 - wanted[2]) * resolution[2];
    const distance = x * x + y * y + z * z;
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  if (best < 0) return undefined;
  const at: Vec3 = [
    best % shape[0],
    Math.floor(best / shape[0]) % shape[1],
    Math.floor(best / (shape[0] * shape[1])),
  ];
  return mapVec((d) => box.lo[d] + at[d]);
}
