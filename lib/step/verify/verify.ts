import { itemName, type VerifyItem } from "../../plan/items.ts";
import { partReportKey, reportKey, segmentsKey, tallyKey } from "../../plan/pipeline.ts";
import type { Plan } from "../../plan/plan.ts";
import { getJson, putJson } from "../../store/object.ts";
import { isSound, type Report } from "../../verify/report.ts";
import { checkSegments, type Row } from "../../verify/segments.ts";
import { ownTolerance } from "../../verify/shape.ts";
import { encodeTally } from "../../verify/tally.ts";
import { checkPart, volumeCheck } from "../../verify/volume.ts";
import { type Context, loadPlan, type StepResult } from "../context.ts";
import { gatherCounts } from "./gather.ts";
import { groupTallies } from "./group.ts";
import { readHashes } from "./hashes.ts";
import { verifiedPart } from "./items.ts";
import { layoutOf } from "./layout.ts";

/**
 * Reads back a part of the volume, or the segments of a bucket, and writes what it found; between the two it sorts what
 * groups of parts have counted. What is wrong ends nothing here: publishing does not happen, and tells of everything.
 */
export async function verifyStep(context: Context, item: VerifyItem): Promise<StepResult> {
  if ("group" in item) return groupTallies(context, item);
  const plan = await loadPlan(context);
  const report = await confirmed(async (report) => {
    if ("part" in item) await verifyPart(context, plan, { part: item.part, report });
    else await verifyBucket(context, plan, { bucket: item.bucket, report });
  });
  const key = "part" in item ? partReportKey(item.part) : reportKey(itemName(item));
  await putJson(context.work, key, report);
  const voxels = report.source?.sums["voxels"] ?? 0;
  return { voxels, objects: 0, bytes: 0 };
}

/** What came broken may lie there whole: what is found counts if it is found again. */
export async function confirmed(look: (report: Report) => Promise<void>): Promise<Report> {
  const first: Report = {};
  await look(first);
  if (isSound(first)) return first;
  const second: Report = {};
  await look(second);
  return second;
}

async function verifyPart(
  { work, output }: Context,
  plan: Plan,
  { part, report }: { part: number; report: Report },
): Promise<void> {
  const item = verifiedPart(plan, part);
  const hashes = await readHashes(work, item.blocks);
  const check = volumeCheck({
    layout: layoutOf(plan),
    objects: output,
    rule: plan.options.downsampling,
    smallest: true,
    expected: (chunk) => hashes.get(chunk) ?? missing(chunk),
    report,
  });
  await checkPart(check, item);
  await work.put(tallyKey(part), encodeTally(check), { contentType: "application/octet-stream" });
}

/** Nothing may pass for compared that was not. */
function missing(chunk: number): never {
  throw new Error(`there is no hash of the source for chunk ${chunk}`);
}

async function verifyBucket(
  { work, output }: Context,
  plan: Plan,
  { bucket, report }: { bucket: number; report: Report },
): Promise<void> {
  const tally = await gatherCounts(work, plan, bucket);
  const rows = await getJson<(Row & { id: string })[]>(work, segmentsKey(bucket));
  const tolerance = ownTolerance(plan.options.meshError);
  const check = { layout: layoutOf(plan), objects: output, report, tolerance };
  await checkSegments({ ...check, rows: new Map(rows.map((row) => [row.id, row])) }, tally);
}
