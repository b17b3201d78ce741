import { decodeHead, headLength } from "../format/bucket.ts";
import { type BlockRecords, encodeGroup } from "../format/group.ts";
import { blocksOfGroup, type GroupItem } from "../plan/items.ts";
import { groupKey, packKey } from "../plan/pipeline.ts";
import { inLanes } from "../store/lanes.ts";
import type { Store } from "../store/store.ts";
import { type Context, loadPlan, type StepResult } from "./context.ts";
import { readRange } from "./part.ts";

/** Words of records held at a time, 128 MiB: a group that knows more is written in parts. */
const mostWords = 2 ** 25;
/** Bytes asked of a pack at first: the records of 2,700 segments, and more only if there are more. */
const firstBytes = 2 ** 17;
/** Packs asked for at the same time; the answers take 8 MiB. */
const lanes = 64;

/**
 * Sorts what the packs of a group of blocks know of their segments by bucket. Without it each bucket would have to
 * look into the pack of each block, whose requests grow as the square of the volume.
 *
 * @param most words of records after which a part is written
 */
export async function groupStep(
  { work, ...context }: Context,
  { group }: GroupItem,
  most = mostWords,
): Promise<StepResult> {
  const plan = await loadPlan({ work, ...context });
  const { from, to } = blocksOfGroup(plan, group);
  let held: BlockRecords[] = [];
  let words = 0;
  let part = 0;
  const write = async (more: boolean) => {
    const bytes = encodeGroup(held, plan.buckets, more);
    await work.put(groupKey(group, part++), bytes, { contentType: "application/octet-stream" });
    held = [];
    words = 0;
  };
  for (let first = from; first < to; first += lanes) {
    const blocks = Array.from({ length: Math.min(lanes, to - first) }, (_, i) => first + i);
    const starts = await inLanes(blocks, (block) => readStart(work, block), lanes);
    for (const [i, block] of blocks.entries()) {
      if (words > most) await write(true);
      const records = await readRecords(work, block, starts[i] as Uint8Array);
      held.push({ block, records });
      words += records.length;
    }
  }
  await write(false);
  return { voxels: 0, objects: 0, bytes: 0 };
}

async function readStart(work: Store, block: number): Promise<Uint8Array> {
  const object = await work.get(packKey(block), { offset: 0, length: firstBytes });
  if (object === undefined || object.bytes.length < 4) throw new Error(`${packKey(block)} is missing`);
  return object.bytes;
}

/** All records of a pack, of which the first bytes have been read. */
async function readRecords(work: Store, block: number, start: Uint8Array): Promise<Uint32Array> {
  const length = headLength(start);
  if (length <= start.length) return decodeHead(start.subarray(0, length));
  const rest = { offset: start.length, length: length - start.length };
  return decodeHead(Buffer.concat([start, await readRange(work, packKey(block), rest)]));
}
