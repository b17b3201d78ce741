import { gridShape, positionOf } from "../format/chunk.ts";
import { type Box, mapVec, product, type Vec3 } from "../format/vec.ts";
import { blockBox } from "./block.ts";
import type { Plan } from "./plan.ts";

/** One block of scale 0: decode it, write its chunks, its surfaces and its counts. */
export type EncodeItem = { readonly block: number; readonly box: Box };

/** Chunks [lo, hi) of the grid of one scale, each from the scale before. */
export type PyramidItem = { readonly scale: number; readonly lo: Vec3; readonly hi: Vec3 };

/**
 * Sorts what the packs of a group of blocks know of their segments by bucket; of the verify stage, what a group of parts
 * has counted of them.
 */
export type GroupItem = { readonly group: number };
/** All segments whose id falls into one bucket. */
export type BucketItem = { readonly bucket: number };
export type MeshItem = GroupItem | BucketItem;

/** A part of the volume, which is read back. */
export type PartItem = { readonly part: number };
/** Parts of the volume, then groups of them, then the segments of buckets. */
export type VerifyItem = PartItem | GroupItem | BucketItem;

/** Items of all stages. */
export function itemCount(plan: Pick<Plan, "blocks" | "groups" | "buckets" | "scales" | "parts">): number {
  const chunks = plan.scales.slice(1).reduce((sum, scale) => sum + product(gridShape(scale)), 0);
  const verified = plan.parts > 0 ? plan.parts + partGroupCount(plan) + plan.buckets : 0;
  return plan.blocks + chunks + plan.groups + plan.buckets + verified;
}

/** Names an item among those of its stage. */
export function itemName(item: EncodeItem | PyramidItem | MeshItem | VerifyItem): string {
  if ("part" in item) return `part-${item.part}`;
  if ("block" in item) return `${item.block}`;
  if ("bucket" in item) return `${item.bucket}`;
  if ("group" in item) return `group-${item.group}`;
  return [item.scale, ...item.lo].join("-");
}

export function encodeItem(plan: Plan, block: number): EncodeItem {
  return { block, box: blockBox(plan, block) };
}

/** One chunk by its number in the grid of a scale: one of 128^3 reads up to eight of the scale before. */
export function pyramidItem({ scales }: Plan, scale: number, chunk: number): PyramidItem {
  const here = scales[scale];
  if (here === undefined) throw new Error(`the plan has no scale ${scale}`);
  const lo = positionOf(gridShape(here), chunk);
  return { scale, lo, hi: mapVec((d) => lo[d] + 1) };
}

/** Packs that one item gathers: what they know of segments fits its memory, and a bucket reads few groups. */
const blocksPerGroup = 4096;

export function groupCount(blocks: number): number {
  return Math.ceil(blocks / blocksPerGroup);
}

/** The blocks [from, to) of a group. */
export function blocksOfGroup({ blocks }: Pick<Plan, "blocks">, group: number): { from: number; to: number } {
  return { from: group * blocksPerGroup, to: Math.min(blocks, (group + 1) * blocksPerGroup) };
}

/**
 * Parts of the verification whose counts one item sorts. The more, the fewer requests: each bucket has two of each group.
 * So many take half a minute; what is held are the ids that they have, however many parts have them.
 */
const partsPerGroup = 16_384;

/** Groups of parts of the verification; none if nothing is verified. */
export function partGroupCount({ parts }: Pick<Plan, "parts">): number {
  return Math.ceil(parts / partsPerGroup);
}

/** The parts [from, to) of a group. */
export function partsOfGroup({ parts }: Pick<Plan, "parts">, group: number): { from: number; to: number } {
  return { from: group * partsPerGroup, to: Math.min(parts, (group + 1) * partsPerGroup) };
}

/**
 * Voxels of scale 0 per bucket of segments: each bucket is two requests per group of blocks and one object. A small
 * volume has more of them, so that threads have something to share.
 */
const voxelsPerBucket = 2 ** 23;
const fewVoxelsPerBucket = 2 ** 21;
const fewBuckets = 16;
/** With more of them the requests for what each group knows of each bucket would cost more than the meshes. */
const mostBuckets = 2 ** 16;

/** How many buckets the segments are spread over; ids are not known yet, voxels are. */
export function bucketCount(size: Vec3): number {
  const voxels = product(size);
  const few = Math.min(fewBuckets, Math.ceil(voxels / fewVoxelsPerBucket));
  return Math.min(mostBuckets, Math.max(few, Math.ceil(voxels / voxelsPerBucket)));
}
