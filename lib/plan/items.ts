import { gridShape, positions } from "../format/chunk.ts";
import { type Box, mapVec, product, type Vec3 } from "../format/vec.ts";
import type { Plan } from "./plan.ts";
import type { ScalePlan } from "./scale.ts";

/** One block of scale 0: decode it, write its chunks, its surfaces and its counts. */
export type EncodeItem = { readonly block: number; readonly box: Box };

/** Chunks [lo, hi) of the grid of one scale, each from the scale before. */
export type PyramidItem = { readonly scale: number; readonly lo: Vec3; readonly hi: Vec3 };

/** All segments whose id falls into one bucket. */
export type MeshItem = { readonly bucket: number };

/** Chunks [lo, hi) of a scale to read back, with what they were made of; and the blocks whose hashes tell of that. */
export type VerifyItem = {
  readonly part: number;
  readonly scale: number;
  readonly lo: Vec3;
  readonly hi: Vec3;
  readonly blocks: readonly number[];
};

/** Items of all stages. */
export function itemCount({
  blocks,
  buckets,
  scales,
  parts,
}: Pick<Plan, "blocks" | "buckets" | "scales" | "parts">): number {
  const verified = parts > 0 ? parts + buckets : 0;
  return scales.slice(1).reduce((sum, scale) => sum + product(gridShape(scale)), blocks + buckets + verified);
}

/** Names an item among those of its stage. */
export function itemName(item: EncodeItem | PyramidItem | MeshItem | VerifyItem): string {
  if ("part" in item) return `part-${item.part}`;
  if ("block" in item) return `${item.block}`;
  if ("bucket" in item) return `${item.bucket}`;
  return [item.scale, ...item.lo].join("-");
}

/** Voxels of scale 0 per bucket of segments. */
const voxelsPerBucket = 2 ** 21;
const mostBuckets = 4096;

/** Largest first, so that no thread is left alone with a large one at the end. */
export function encodeItems(blocks: readonly Box[]): EncodeItem[] {
  const voxels = ({ box }: EncodeItem) => product(mapVec((d) => box.hi[d] - box.lo[d]));
  return blocks
    .map((box, block) => ({ block, box }))
    .sort((a, b) => voxels(b) - voxels(a) || a.block - b.block);
}

/** One item per chunk: a chunk of 128^3 reads up to eight of the scale before. */
export function pyramidItems(scale: number, plan: ScalePlan): PyramidItem[] {
  const hi = (lo: Vec3) => mapVec((d) => lo[d] + 1);
  return Array.from(positions([0, 0, 0], gridShape(plan)), (lo) => ({ scale, lo, hi: hi(lo) }));
}

/** How many buckets the segments are spread over; ids are not known yet, voxels are. */
export function bucketCount(size: Vec3): number {
  return Math.min(mostBuckets, Math.max(1, Math.ceil(product(size) / voxelsPerBucket)));
}

export function meshItems(buckets: number): MeshItem[] {
  return Array.from({ length: buckets }, (_, bucket) => ({ bucket }));
}
