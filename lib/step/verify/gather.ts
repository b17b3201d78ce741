import { partGroupCount } from "../../plan/items.ts";
import { talliesKey } from "../../plan/pipeline.ts";
import type { Plan } from "../../plan/plan.ts";
import { inLanes } from "../../store/lanes.ts";
import type { Store } from "../../store/store.ts";
import { addTally, createTally, type Tally, tallyRange, tallyRow } from "../../verify/tally.ts";
import { readRange } from "../part.ts";

/** Groups asked for at the same time: of a large volume each bucket has two small requests to hundreds of them. */
const lanes = 32;

/** What all parts have counted of the ids of one bucket, from what the groups know of them. */
export async function gatherCounts(work: Store, plan: Plan, bucket: number): Promise<Tally> {
  const groups = Array.from({ length: partGroupCount(plan) }, (_, group) => group);
  const tally = createTally();
  const found = await inLanes(groups, (group) => readCounts(work, plan, { group, bucket }), lanes);
  for (const bytes of found) addTally(tally, bytes);
  return tally;
}

async function readCounts(
  work: Store,
  { buckets }: Plan,
  { group, bucket }: { group: number; bucket: number },
): Promise<Uint8Array> {
  const key = talliesKey(group);
  const range = tallyRange(await readRange(work, key, tallyRow(bucket)), buckets);
  return range.length > 0 ? readRange(work, key, range) : new Uint8Array(0);
}
