import { bucketOf } from "../../format/bucket.ts";
import { itemName, type VerifyItem } from "../../plan/items.ts";
import { reportKey, segmentsKey, tallyKey } from "../../plan/pipeline.ts";
import type { Plan } from "../../plan/plan.ts";
import { inLanes } from "../../store/lanes.ts";
import { getJson, putJson } from "../../store/object.ts";
import type { Store } from "../../store/store.ts";
import { addEntry, type Census, createCensus, type Entry, entriesOf } from "../../verify/census.ts";
import { createPalette } from "../../verify/palette.ts";
import { isSound, type Report } from "../../verify/report.ts";
import { checkSegments, type Row } from "../../verify/segments.ts";
import { ownTolerance } from "../../verify/shape.ts";
import { decodeTally, encodeTally, tallyHead, tallyRange } from "../../verify/tally.ts";
import { checkPart, volumeCheck } from "../../verify/volume.ts";
import { type Context, loadPlan, type StepResult } from "../context.ts";
import { readRange } from "../part.ts";
import { readHashes } from "./hashes.ts";
import { verifiedPart } from "./items.ts";
import { layoutOf } from "./layout.ts";

/**
 * Reads back a part of the volume, or the segments of a bucket, and writes what it found. What is wrong ends nothing
 * here: publishing does not happen, and tells of everything.
 */
export async function verifyStep(context: Context, item: VerifyItem): Promise<StepResult> {
  const plan = await loadPlan(context);
  const report = await confirmed(async (report) => {
    if ("part" in item) await verifyPart(context, plan, { part: item.part, report });
    else await verifyBucket(context, plan, { bucket: item.bucket, report });
  });
  await putJson(context.work, reportKey(itemName(item)), report);
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
  const { palette, censuses } = check;
  const entries = [...censuses].flatMap(([scale, census]) => [...entriesOf(census, palette, scale)]);
  const { buckets } = plan;
  const tally = encodeTally(entries, { buckets, bucketOf: (lo, hi) => bucketOf(lo, hi, buckets) });
  await work.put(tallyKey(part), tally, { contentType: "application/octet-stream" });
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
  const palette = createPalette();
  const censuses = new Map<number, Census>();
  const parts = Array.from({ length: plan.parts }, (_, part) => part);
  for (const entries of await inLanes(parts, (part) =>
    readTally(work, { part, bucket, buckets: plan.buckets }),
  )) {
    for (const entry of entries) {
      const census = censuses.get(entry.scale) ?? createCensus();
      censuses.set(entry.scale, census);
      addEntry(census, palette, entry);
    }
  }
  const rows = await getJson<(Row & { id: string })[]>(work, segmentsKey(bucket));
  const tolerance = ownTolerance(plan.options.meshError);
  const check = { layout: layoutOf(plan), objects: output, report, tolerance };
  await checkSegments({ ...check, rows: new Map(rows.map((row) => [row.id, row])) }, { palette, censuses });
}

type Tally = { readonly part: number; readonly bucket: number; readonly buckets: number };

async function readTally(work: Store, { part, bucket, buckets }: Tally): Promise<Entry[]> {
  const key = tallyKey(part);
  const head = await work.get(key, tallyHead(buckets));
  if (head === undefined) throw new Error(`${key} is missing`);
  const range = tallyRange(head.bytes, { bucket, buckets });
  const { offset, length } = range;
  if (offset + length <= head.bytes.byteLength)
    return decodeTally(head.bytes.subarray(offset, offset + length));
  return decodeTally(await readRange(work, key, range));
}
