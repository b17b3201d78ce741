import type { VolumeInfo } from "../format/dataset.ts";
import { addLabel, createLabels, splitId } from "../format/label.ts";
import { type Box, mapVec, product, shapeOf, type Vec3 } from "../format/vec.ts";
import type { Store } from "../store/store.ts";
import { gridOf, type Volume } from "./grid.ts";
import { readVoxels } from "./voxels.ts";

/** Boxes up to this many voxels are read (128 MiB of labels); one of a coarsest scale is far smaller. */
const mostVoxels = 2 ** 25;

/**
 * The middle of a voxel of a segment, near the middle of its box, in global voxels of scale 0: where the viewer
 * opens, so that it shows something. The segment is looked for in the coarsest scale that has it, and from there in the
 * full one.
 *
 * @param output what is published, or all but what points to it
 * @param box of the segment, local voxels of scale 0
 * @returns undefined if the segment is in no scale that is small enough to be searched
 */
export async function pointInside(
  output: Pick<Store, "get">,
  volume: Volume,
  { id, box }: { id: string; box: Box },
): Promise<Vec3 | undefined> {
  const { grid: full } = gridOf(volume, 0);
  const middle = mapVec((d) => (box.lo[d] + box.hi[d]) / 2);
  const cell = await coarseCell(output, volume, { id, box, middle });
  if (cell === undefined) return undefined;
  // A coarse voxel took its id from one of its voxels of the full scale: one of them is of the segment.
  const lo = mapVec((d) => Math.max(0, cell.lo[d]));
  const hi = mapVec((d) => Math.min(full.size[d], cell.hi[d]));
  const wanted = mapVec((d) => Math.min(hi[d], Math.max(lo[d], middle[d])));
  const found = await nearest(output, volume, { index: 0, id, box: { lo, hi }, wanted });
  return found && mapVec((d) => found[d] + full.voxelOffset[d] + 0.5);
}

/** A voxel of the coarsest scale that has the segment, as a box of local voxels of scale 0. */
async function coarseCell(
  output: Pick<Store, "get">,
  volume: Volume,
  { id, box, middle }: { id: string; box: Box; middle: Vec3 },
): Promise<Box | undefined> {
  const { voxelOffset: offset } = gridOf(volume, 0).grid;
  for (let index = volume.info.scales.length - 1; index >= 0; index--) {
    const { grid } = gridOf(volume, index);
    const factor = factorOf(volume.info, index);
    const local = (v: number, d: 0 | 1 | 2) => (v + offset[d]) / factor[d] - grid.voxelOffset[d];
    const lo = mapVec((d) => Math.floor(local(box.lo[d], d)));
    const hi = mapVec((d) => Math.ceil(local(box.hi[d], d)));
    const wanted = mapVec((d) => local(middle[d], d));
    const cell = await nearest(output, volume, { index, id, box: { lo, hi }, wanted });
    if (cell === undefined) continue;
    const start = mapVec((d) => (cell[d] + grid.voxelOffset[d]) * factor[d] - offset[d]);
    return { lo: start, hi: mapVec((d) => start[d] + factor[d]) };
  }
  return undefined;
}

/** Voxels of scale 0 per voxel of a scale. */
function factorOf({ scales }: VolumeInfo, index: number): Vec3 {
  const [full, coarse] = [scales[0]?.resolution, scales[index]?.resolution];
  return mapVec((d) => Math.round((coarse?.[d] ?? 1) / (full?.[d] ?? 1)));
}

type Search = { index: number; id: string; box: Box; wanted: Vec3 };

/** The voxel of a box that has an id and whose middle is nearest (in nanometres) to a place. */
async function nearest(
  output: Pick<Store, "get">,
  volume: Volume,
  { index, id, box, wanted }: Search,
): Promise<Vec3 | undefined> {
  const shape = shapeOf(box);
  if (product(shape) > mostVoxels) return undefined;
  const labels = new Uint32Array(product(shape));
  const table = createLabels();
  const words = splitId(BigInt(id));
  const label = addLabel(table, words.lo, words.hi);
  await readVoxels(output, volume, { index, box, labels, table });
  const { resolution } = gridOf(volume, index).scale;
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
