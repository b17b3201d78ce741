import { decodeRecords, indexRange, recordRange, type SegmentEntry } from "../format/bucket.ts";
import { joinId } from "../format/label.ts";
import { decodePiece, type SurfacePiece } from "../format/pack.ts";
import { packKey } from "../plan/pipeline.ts";
import type { Plan } from "../plan/plan.ts";
import { inLanes } from "../store/lanes.ts";
import type { Store } from "../store/store.ts";

/** A segment's record in the pack of one block. */
export type BlockEntry = SegmentEntry & { readonly block: number };

/** A segment as the packs of all blocks have it. */
export type GatheredSegment = {
  readonly id: string;
  readonly voxels: number;
  /** Local voxels of scale 0: lo x, y, z, hi x, y, z. */
  readonly box: readonly number[];
  /** Mean of the middles of its voxels, local voxels of scale 0. */
  readonly centroid: readonly number[];
  readonly triangles: number;
  readonly entries: readonly BlockEntry[];
};

/** The segments of one bucket by ascending id, from the records of all packs; no surface is read. */
export async function gatherSegments(work: Store, plan: Plan, bucket: number): Promise<GatheredSegment[]> {
  const byId = new Map<bigint, BlockEntry[]>();
  const blocks = Array.from({ length: plan.blocks }, (_, block) => block);
  for (const found of await inLanes(blocks, (block) => readEntries(work, plan, { block, bucket }))) {
    for (const entry of found) {
      const id = joinId(entry.lo, entry.hi);
      const entries = byId.get(id);
      if (entries === undefined) byId.set(id, [entry]);
      else entries.push(entry);
    }
  }
  const ids = [...byId.keys()].sort((a, b) => (a < b ? -1 : 1));
  return ids.map((id) => summarize(id, byId.get(id) as BlockEntry[]));
}

/** Surfaces of a bucket that are fetched at once, a request per block; of a larger bucket a segment at a time. */
const mostAtOnce = 32 * 2 ** 20;

/** Reads the surfaces of a segment in the blocks of some of its entries. */
export type PieceReader = (entries: readonly BlockEntry[]) => Promise<SurfacePiece[]>;

/** The surfaces of one bucket, which lie side by side in each pack. */
export async function openPieces(work: Store, segments: readonly GatheredSegment[]): Promise<PieceReader> {
  const spans = new Map<number, { offset: number; end: number }>();
  for (const { block, at, bytes } of segments.flatMap(({ entries }) => entries)) {
    if (bytes === 0) continue;
    const { offset, end } = spans.get(block) ?? { offset: at, end: at };
    spans.set(block, { offset: Math.min(offset, at), end: Math.max(end, at + bytes) });
  }
  const total = [...spans.values()].reduce((sum, { offset, end }) => sum + end - offset, 0);
  const fetch = (block: number, offset: number, length: number) =>
    readRange(work, packKey(block), { offset, length });
  if (total > mostAtOnce) return readerOf(({ block, at, bytes }) => fetch(block, at, bytes));
  const read = await inLanes([...spans], async ([block, { offset, end }]) => {
    const data = await fetch(block, offset, end - offset);
    return [block, { offset, data }] as const;
  });
  const there = new Map(read);
  return readerOf(async ({ block, at, bytes }) => {
    const span = there.get(block);
    if (span === undefined) throw new Error(`the surfaces of block ${block} were not fetched`);
    return span.data.subarray(at - span.offset, at - span.offset + bytes);
  });
}

function readerOf(fetch: (entry: BlockEntry) => Promise<Uint8Array>): PieceReader {
  return (entries) =>
    inLanes(
      entries.filter(({ bytes }) => bytes > 0),
      async (entry) => decodePiece(await fetch(entry)),
    );
}

async function readEntries(
  work: Store,
  plan: Plan,
  { block, bucket }: { block: number; bucket: number },
): Promise<BlockEntry[]> {
  const key = packKey(block);
  const records = recordRange(await readIndex(work, plan, { block, bucket }), plan.buckets);
  if (records.length === 0) return [];
  return decodeRecords(await readRange(work, key, records)).map((entry) => ({ ...entry, block }));
}

/** Indexes of all packs are kept if they take no more: the buckets of a batch then ask for them once. */
const mostIndexBytes = 16 * 2 ** 20;
const indexes = new WeakMap<Store, Map<number, Promise<Uint8Array>>>();

async function readIndex(
  work: Store,
  plan: Plan,
  { block, bucket }: { block: number; bucket: number },
): Promise<Uint8Array> {
  const { offset, length } = indexRange(bucket);
  const whole = indexRange(plan.buckets - 1);
  const size = whole.offset + whole.length;
  if (size * plan.blocks > mostIndexBytes) return readRange(work, packKey(block), { offset, length });
  const known = indexes.get(work) ?? new Map<number, Promise<Uint8Array>>();
  indexes.set(work, known);
  const index = known.get(block) ?? readRange(work, packKey(block), { offset: 0, length: size });
  known.set(block, index);
  // A failed read is asked again by the next item.
  index.catch(() => known.delete(block));
  return (await index).subarray(offset, offset + length);
}

function summarize(id: bigint, entries: readonly BlockEntry[]): GatheredSegment {
  const filled = entries.filter(({ voxels }) => voxels > 0);
  const edge = (d: number, pick: (...values: number[]) => number) =>
    pick(...filled.map(({ box }) => box[d] as number));
  const voxels = entries.reduce((sum, entry) => sum + entry.voxels, 0);
  const mean = (d: number) => entries.reduce((sum, entry) => sum + (entry.sums[d] as number), 0) / voxels;
  return {
    id: id.toString(),
    voxels,
    box: [0, 1, 2, 3, 4, 5].map((d) => edge(d, d < 3 ? Math.min : Math.max)),
    centroid: [0, 1, 2].map((d) => mean(d) + 0.5),
    triangles: entries.reduce((sum, entry) => sum + entry.triangles, 0),
    entries,
  };
}

async function readRange(
  work: Store,
  key: string,
  range: { offset: number; length: number },
): Promise<Uint8Array> {
  const object = await work.get(key, range);
  if (object?.bytes.byteLength !== range.length) {
    throw new Error(
      `${key}: ${object?.bytes.byteLength ?? "no"} bytes at ${range.offset}, expected ${range.length}`,
    );
  }
  return object.bytes;
}
