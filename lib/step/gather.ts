import { wordsOf } from "../format/bucket.ts";
import { bySegment, type SegmentSum, sumEntries } from "../format/entry.ts";
import { entryRange, rowRange } from "../format/group.ts";
import { joinId } from "../format/label.ts";
import { groupKey } from "../plan/pipeline.ts";
import type { Plan } from "../plan/plan.ts";
import { inLanes } from "../store/lanes.ts";
import type { Store } from "../store/store.ts";
import { readRange } from "./part.ts";

/** A segment as the packs of all blocks have it. */
export type GatheredSegment = SegmentSum & {
  readonly id: string;
  /** Its entries by ascending block (format/entry.ts). */
  readonly entries: Uint32Array;
};

/** Groups asked for at the same time: of a large volume each bucket has two small requests to a thousand of them. */
const lanes = 32;

/** The segments of one bucket by ascending id, from what the groups know of them; no surface is read. */
export async function gatherSegments(work: Store, plan: Plan, bucket: number): Promise<GatheredSegment[]> {
  const groups = Array.from({ length: plan.groups }, (_, group) => group);
  const found = await inLanes(groups, (group) => readEntries(work, plan, { group, bucket }), lanes);
  return bySegment(joined(found.flat())).map(({ lo, hi, words }) => ({
    id: joinId(lo, hi).toString(),
    ...sumEntries(words),
    entries: words,
  }));
}

/** The entries of a bucket in one group, part by part. */
async function readEntries(
  work: Store,
  { buckets }: Plan,
  { group, bucket }: { group: number; bucket: number },
): Promise<Uint32Array[]> {
  const parts: Uint32Array[] = [];
  for (let part = 0; ; part++) {
    const key = groupKey(group, part);
    const { more, ...range } = entryRange(await readRange(work, key, rowRange(bucket)), buckets);
    if (range.length > 0) parts.push(wordsOf(await readRange(work, key, range)));
    if (!more) return parts;
  }
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const words = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    words.set(part, at);
    at += part.length;
  }
  return words;
}
