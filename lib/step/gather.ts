import { decodeRecords, indexRange, recordRange, type SegmentEntry } from "../format/bucket.ts";
import { joinId } from "../format/label.ts";
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

/** The surfaces of a segment in the blocks of `entries`, encoded (see pack.ts). */
export async function readPieces(work: Store, entries: readonly BlockEntry[]): Promise<Uint8Array[]> {
  const filled = entries.filter(({ bytes }) => bytes > 0);
  return inLanes(filled, ({ block, at, bytes }) =>
    readRange(work, packKey(block), { offset: at, length: bytes }),
  );
}

async function readEntries(
  work: Store,
  plan: Plan,
  { block, bucket }: { block: number; bucket: number },
): Promise<BlockEntry[]> {
  const key = packKey(block);
  const records = recordRange(await readRange(work, key, indexRange(bucket)), plan.buckets);
  if (records.length === 0) return [];
  return decodeRecords(await readRange(work, key, records)).map((entry) => ({ ...entry, block }));
}

function summarize(id: bigint, entries: readonly BlockEntry[]): GatheredSegment {
  const filled = entries.filter(({ voxels }) => voxels > 0);
  const edge = (d: number, pick: (...values: number[]) => number) =>
    pick(...filled.map(({ box }) => box[d] as number));
  return {
    id: id.toString(),
    voxels: entries.reduce((sum, entry) => sum + entry.voxels, 0),
    box: [0, 1, 2, 3, 4, 5].map((d) => edge(d, d < 3 ? Math.min : Math.max)),
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
