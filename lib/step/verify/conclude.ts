import { type Fault, InputError } from "../../format/error.ts";
import { itemName, partGroupCount, type VerifyItem } from "../../plan/items.ts";
import { reportKey } from "../../plan/pipeline.ts";
import type { Plan } from "../../plan/plan.ts";
import { inLanes } from "../../store/lanes.ts";
import { getBytes, getJson } from "../../store/object.ts";
import { compareInfo, readInfo } from "../../verify/info.ts";
import { readObject } from "../../verify/object.ts";
import { type Receipt, receiptOf } from "../../verify/receipt.ts";
import { addReport, findingsOf, isSound, type Report } from "../../verify/report.ts";
import { checkState } from "../../verify/state.ts";
import { readTable } from "../../verify/table.ts";
import { checkTable, checkTotals } from "../../verify/totals.ts";
import type { Context } from "../context.ts";
import { forgetItems } from "../item.ts";
import { layoutOf } from "./layout.ts";
import { confirmed } from "./verify.ts";

/**
 * Judges what describes the dataset as a whole: `info`, the segment table, the state.
 *
 * @param report what `gatherFindings` has added up
 * @param state what `state.json` will hold
 * @throws InputError naming everything that is wrong; another try of the run then makes everything anew
 */
export async function concludeVerify(
  context: Context,
  plan: Plan,
  { report, state }: { report: Report; state: unknown },
): Promise<Receipt> {
  const layout = layoutOf(plan);
  const own = await confirmed((own) => judgeWhole(context, plan, { parts: report, report: own, state }));
  addReport(report, own);
  await refuseUnsound(context, plan, report);
  const { program } = plan;
  const unchecked = [
    ...(plan.info.mesh === undefined ? ["meshes: there are none"] : []),
    "headers: nothing was published yet",
  ];
  return receiptOf(report, { layout, program, unchecked });
}

type Whole = { readonly parts: Report; readonly report: Report; readonly state: unknown };

async function judgeWhole(
  { input, output }: Context,
  plan: Plan,
  { parts, report, state }: Whole,
): Promise<void> {
  const layout = readInfo(JSON.stringify(plan.info), report);
  if (layout === undefined) return;
  if ((await input.head("info")) !== undefined)
    compareInfo(layout, new TextDecoder().decode(await getBytes(input, "info")), report);
  checkTotals(parts, layout, report);
  const key = `${layout.properties}/info`;
  const bytes = await readObject({ objects: output, report }, "table", key);
  const table = bytes && readTable(bytes, { key, offset: layout.scales[0].offset, report });
  if (table !== undefined) checkTable(parts, { table, key }, report);
  const ids = new Set(table?.ids);
  checkState(JSON.stringify(state), { layout, report, knows: (id) => ids.has(id) });
}

/** It is not the input's, so that the same input may go well another time. */
function faultOf(check: string, { at, found }: { at: string; found: string }): Fault {
  return {
    file: at,
    found: `${found} (${check}, found on reading back; nothing was published)`,
    passing: true,
  };
}

async function refuseUnsound({ work }: Context, plan: Plan, report: Report): Promise<void> {
  if (isSound(report)) return;
  await forgetItems(work, plan);
  throw new InputError(findingsOf(report).map(({ check, finding }) => faultOf(check, finding)));
}

/**
 * Adds up what the items of the verification found: what parts did is in their groups' reports.
 *
 * @throws InputError naming everything that is wrong
 */
export async function gatherFindings(context: Context, plan: Plan): Promise<Report> {
  const { work } = context;
  const items: VerifyItem[] = [
    ...Array.from({ length: partGroupCount(plan) }, (_, group) => ({ group })),
    ...Array.from({ length: plan.buckets }, (_, bucket) => ({ bucket })),
  ];
  const whole: Report = {};
  const names = items.map((item) => reportKey(itemName(item)));
  for (const report of await inLanes(names, (key) => getJson<Report>(work, key))) addReport(whole, report);
  // Every chunk of scale 0 is compared with the source, or the parts have holes.
  const [compared, chunks] = [whole.source?.of ?? 0, whole.chunks?.sums["chunks of scale 0"] ?? 0];
  if (compared !== chunks) throw new Error(`${compared} of ${chunks} chunks were compared with the source`);
  await refuseUnsound(context, plan, whole);
  return whole;
}
