import { type ChunkGrid, chunkBox, gridShape, positionOf } from "../format/chunk.ts";
import { mapVec, product, shapeOf, type Vec3 } from "../format/vec.ts";
import { blockGrid } from "./block.ts";
import {
  type EncodeItem,
  encodeItem,
  type MeshItem,
  type PyramidItem,
  partGroupCount,
  pyramidItem,
  type VerifyItem,
} from "./items.ts";
import type { FanOutStage, WorkList } from "./pipeline.ts";
import type { Plan } from "./plan.ts";
import { cutSpans, type Run, type Span } from "./span.ts";

/**
 * What one call of a function does: items by their numbers, as runs of some that follow each other. However many
 * they are it is below 1 KB, and a list of batches grows with the batches and not with the chunks of a volume.
 */
export type Batch = {
  /** Of the pyramid: the scale whose chunks these are. */
  readonly scale?: number;
  /** Of the mesh and verify stages: the numbers are those of groups, not of buckets. */
  readonly gather?: true;
  /** Of the verify stage: the numbers are those of parts of the volume, not of buckets. */
  readonly part?: true;
  readonly runs: readonly Run[];
};

export type Items = {
  readonly encode: EncodeItem;
  readonly pyramid: PyramidItem;
  readonly mesh: MeshItem;
  readonly verify: VerifyItem;
};

/**
 * Voxels of scale 0, or what costs as much, that one call of a function works through: some seconds of one
 * processor. Each call costs two transitions, a listing and a receipt, which is more than a second of its computing.
 * Of a large volume it is more, so that a stage has about 2^17 calls: publish reads what each has done. The most is a
 * minute or two, far from the end of a function.
 */
const voxelsPerBatch = { least: 2 ** 27, most: 2 ** 31 };
const batchesAimedAt = 2 ** 17;
/** Putting an object takes as long as so many voxels: with small chunks it is what counts. */
const voxelsPerPut = 2 ** 18;

/** The batches of a work list. */
export function batchesOf(plan: Plan, list: WorkList): Batch[] {
  const [full] = plan.scales as [Plan["scales"][number]];
  const total = Math.max(product(full.size), product(gridShape(full)) * voxelsPerPut);
  const budget = Math.min(
    voxelsPerBatch.most,
    Math.max(voxelsPerBatch.least, Math.ceil(total / batchesAimedAt)),
  );
  const { scale, gather, part } = list;
  const kind = { ...(scale !== undefined && { scale }), ...(gather && { gather }), ...(part && { part }) };
  return Array.from(cutSpans(spansOf(plan, list, budget), budget), (runs) => ({ ...kind, runs }));
}

/** The single items of batches, in their order. */
export function itemsIn<S extends FanOutStage>(plan: Plan, stage: S, batches: readonly Batch[]): Items[S][] {
  const make = (batch: Batch, at: number): Items[FanOutStage] => {
    if (stage === "encode") return encodeItem(plan, at);
    if (stage === "pyramid") return pyramidItem(plan, batch.scale as number, at);
    if (batch.part) return { part: at };
    return batch.gather ? { group: at } : { bucket: at };
  };
  const items: Items[FanOutStage][] = [];
  for (const batch of batches) {
    for (const [first, count] of batch.runs) {
      for (let at = first; at < first + count; at++) items.push(make(batch, at));
    }
  }
  return items as Items[S][];
}

function* spansOf(plan: Plan, list: WorkList, budget: number): Generator<Span> {
  const { stage, scale, gather } = list;
  if (stage === "encode") yield* encodeSpans(plan);
  else if (stage === "pyramid") yield* pyramidSpans(plan, scale as number);
  else if (stage === "verify") yield* verifySpans(plan, list, budget);
  else if (gather) yield { first: 0, count: plan.groups, cost: budget };
  else yield { first: 0, count: plan.buckets, cost: bucketCost(plan) };
}

/** Largest first, so that no thread is left alone with a large block at the end; equal ones by their numbers. */
function* encodeSpans(plan: Plan): Generator<Span> {
  const [full] = plan.scales as [Plan["scales"][number]];
  const grid = blockGrid(plan);
  const chunks = product(mapVec((d) => Math.ceil(plan.blockSize[d] / full.chunkSize[d])));
  const puts = (chunks * voxelsPerPut) / product(plan.blockSize);
  for (const voxels of sizesIn(grid)) {
    for (const span of rowSpans(grid, product)) {
      if (span.cost === voxels) yield { ...span, cost: voxels * Math.max(1, puts) };
    }
  }
}

/** Chunks of a scale, by the voxels they are made from; one that is read costs half of one that is encoded. */
function pyramidSpans({ scales }: Plan, scale: number): Generator<Span> {
  const [before, here] = [scales[scale - 1], scales[scale]];
  if (before === undefined || here === undefined) throw new Error(`there is no scale ${scale}`);
  return rowSpans(here, (shape) => {
    const source = product(mapVec((d) => (shape[d] * here.factor[d]) / before.factor[d]));
    return Math.max(source / 2, voxelsPerPut);
  });
}

/** Reading back costs half of what making did; nothing is read back where the plan has no parts. */
function* verifySpans(plan: Plan, { part, gather }: WorkList, budget: number): Generator<Span> {
  const { scales, parts, buckets } = plan;
  if (parts === 0) return;
  const [full] = scales as [Plan["scales"][number]];
  if (gather) yield { first: 0, count: partGroupCount(plan), cost: budget };
  else if (part) yield { first: 0, count: parts, cost: product(full.size) / (2 * parts) };
  else yield { first: 0, count: buckets, cost: bucketCost(plan) / 2 };
}

/** Buckets share the volume evenly; a voxel costs twice as much to mesh as to encode. */
function bucketCost({ scales, buckets }: Plan): number {
  const [full] = scales as [Plan["scales"][number]];
  return (2 * product(full.size)) / buckets;
}

/** The different numbers of voxels that chunks of a grid have, largest first: at most eight, by what cuts them. */
function sizesIn(grid: ChunkGrid): number[] {
  const shape = gridShape(grid);
  const corners = Array.from({ length: 8 }, (_, i) => mapVec((d) => ((i >> d) & 1 ? shape[d] - 1 : 0)));
  const sizes = corners.map((at) => product(shapeOf(chunkBox(grid, at))));
  return [...new Set(sizes)].sort((a, b) => b - a);
}

/** The chunks of a grid row by row: in each all but the last are alike. */
function* rowSpans(grid: ChunkGrid, costOf: (shape: Vec3) => number): Generator<Span> {
  const shape = gridShape(grid);
  const [length] = shape;
  const cost = (x: number, y: number, z: number) => costOf(shapeOf(chunkBox(grid, [x, y, z])));
  const count = product(shape);
  for (let first = 0; first < count; first += length) {
    const [, y, z] = positionOf(shape, first);
    const [most, last] = [cost(0, y, z), cost(length - 1, y, z)];
    if (most === last) yield { first, count: length, cost: most };
    else {
      yield { first, count: length - 1, cost: most };
      yield { first: first + length - 1, count: 1, cost: last };
    }
  }
}
