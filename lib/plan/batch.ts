import { mapVec, product } from "../format/vec.ts";
import type { EncodeItem, MeshItem, PyramidItem } from "./items.ts";
import type { ScalePlan } from "./scale.ts";

/**
 * Voxels of scale 0, or what costs as much, that one call of a function works through: some seconds of one
 * processor. Each call costs two transitions, a listing and a receipt, which is more than a second of its computing.
 */
const voxelsPerBatch = 2 ** 27;
/** Items travel in the state of an execution, which holds 256 KiB. */
const mostItems = 1024;

/** What one call of a function does; an object, since Step Functions wants a list of objects. */
export type Batch<T> = { readonly items: readonly T[] };

/** The single items of a work list. */
export function itemsIn<T>(batches: readonly Batch<T>[]): T[] {
  return batches.flatMap(({ items }) => items);
}

/** Blocks that one call does, in the order of the list. */
export function encodeBatches(items: readonly EncodeItem[]): Batch<EncodeItem>[] {
  return group(items, ({ box }) => product(mapVec((d) => box.hi[d] - box.lo[d])));
}

/** Chunks of a scale, by the voxels they are made from; one that is read costs half of one that is encoded. */
export function pyramidBatches(
  items: readonly PyramidItem[],
  scales: readonly ScalePlan[],
): Batch<PyramidItem>[] {
  return group(items, ({ scale, lo, hi }) => {
    const [before, here] = [scales[scale - 1], scales[scale]];
    if (before === undefined || here === undefined) throw new Error(`there is no scale ${scale}`);
    const end = mapVec((d) => Math.min(here.size[d], hi[d] * here.chunkSize[d]));
    const size = mapVec((d) => end[d] - lo[d] * here.chunkSize[d]);
    return product(mapVec((d) => (size[d] * here.factor[d]) / before.factor[d])) / 2;
  });
}

/** Buckets share the volume evenly; a voxel costs twice as much to mesh as to encode. */
export function meshBatches(items: readonly MeshItem[], voxels: number): Batch<MeshItem>[] {
  return group(items, () => (2 * voxels) / items.length);
}

/** Neighbours in the list, as many as cost no more than a batch, and at least one. */
function group<T>(items: readonly T[], costOf: (item: T) => number): Batch<T>[] {
  const batches: T[][] = [];
  let spent = 0;
  for (const item of items) {
    const cost = costOf(item);
    const last = batches.at(-1);
    if (last !== undefined && spent + cost <= voxelsPerBatch && last.length < mostItems) {
      last.push(item);
      spent += cost;
    } else {
      batches.push([item]);
      spent = cost;
    }
  }
  return batches.map((items) => ({ items }));
}
