import { bucketOf } from "../../format/bucket.ts";
import { type GroupItem, itemName, partsOfGroup } from "../../plan/items.ts";
import { partReportKey, reportKey, talliesKey, tallyKey } from "../../plan/pipeline.ts";
import { fetchAhead } from "../../store/lanes.ts";
import { getBytes, getJson, putJson } from "../../store/object.ts";
import type { Store } from "../../store/store.ts";
import { addReport, type Report } from "../../verify/report.ts";
import { addTally, createTally, encodeTally, sortTally } from "../../verify/tally.ts";
import { type Context, loadPlan, type StepResult } from "../context.ts";

/** Parts asked for at the same time. */
const lanes = 32;

/**
 * Adds up what the parts of a group have counted of each id and sorts it by bucket, and adds up what they have found.
 * Without it each bucket would have to look into the counts of each part, whose requests grow as the square of the
 * volume, and publishing into what each part has found.
 */
export async function groupTallies(context: Context, { group }: GroupItem): Promise<StepResult> {
  const plan = await loadPlan(context);
  const { work } = context;
  const { from, to } = partsOfGroup(plan, group);
  const parts = Array.from({ length: to - from }, (_, i) => from + i);
  const tally = createTally();
  const whole: Report = {};
  // In their order, so that another try gives the same bytes.
  for await (const [, { bytes, report }] of fetchAhead(parts, (part) => readPart(work, part), lanes)) {
    addTally(tally, bytes);
    addReport(whole, report);
  }
  const { buckets } = plan;
  const sorted = sortTally(encodeTally(tally), {
    buckets,
    bucketOf: (lo, hi) => bucketOf(lo, hi, buckets),
  });
  await work.put(talliesKey(group), sorted, { contentType: "application/octet-stream" });
  await putJson(work, reportKey(itemName({ group })), whole);
  return { voxels: 0, objects: 0, bytes: 0 };
}

async function readPart(work: Store, part: number): Promise<{ bytes: Uint8Array; report: Report }> {
  const [bytes, report] = await Promise.all([
    getBytes(work, tallyKey(part)),
    getJson<Report>(work, partReportKey(part)),
  ]);
  return { bytes, report };
}
