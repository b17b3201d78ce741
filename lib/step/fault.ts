import { createHash } from "node:crypto";
import type { Fault } from "../format/error.ts";
import type { StageName } from "../plan/pipeline.ts";
import { getJson, putJson } from "../store/object.ts";
import type { Store } from "../store/store.ts";

const folder = "faults/";
/** Faults collected: what ails all of a thousand slices is clear before the last of them. */
const mostFaults = 50;

/**
 * Keeps what an item found wrong with the input, since an execution's error has room for one item and no list.
 * Equal faults of several blocks are one object. What passes is not kept: the same run may be tried again.
 */
export async function recordFaults(work: Store, stage: StageName, faults: readonly Fault[]): Promise<void> {
  const lasting = faults.filter(({ passing }) => !passing);
  if (lasting.length === 0) return;
  const hash = createHash("sha256").update(JSON.stringify(lasting)).digest("hex").slice(0, 16);
  await putJson(work, `${folder}${stage}-${hash}.json`, { faults: lasting });
}

/** All that the items of a run found, distinct and by file, at most 50. */
export async function collectFaults(work: Store): Promise<Fault[]> {
  const found = new Map<string, Fault>();
  for await (const key of work.list(folder)) {
    const { faults } = await getJson<{ faults: Fault[] }>(work, key);
    for (const fault of faults) found.set(JSON.stringify(fault), fault);
    if (found.size >= 4 * mostFaults) break;
  }
  const byFile = (a: Fault, b: Fault) =>
    a.file.localeCompare(b.file, "en", { numeric: true }) || (a.found < b.found ? -1 : 1);
  return [...found.values()].sort(byFile).slice(0, mostFaults);
}
