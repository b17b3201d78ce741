import { createHash } from "node:crypto";
import { itemCount, itemName } from "../plan/items.ts";
import { doneKey, type FanOutStage, receiptsPrefix } from "../plan/pipeline.ts";
import type { Plan } from "../plan/plan.ts";
import { inLanes } from "../store/lanes.ts";
import { contentOf, getJson, putJson } from "../store/object.ts";
import { recordingStore } from "../store/record.ts";
import type { Store } from "../store/store.ts";
import { type Context, keepPlan, loadPlan, type StepResult } from "./context.ts";
import type { Item } from "./steps.ts";

/** What an item did, now or in an earlier run of the same plan. */
export type ItemResult = StepResult & {
  /** Its results were there already, whole: nothing was done. */
  readonly skipped: boolean;
};

export type ItemStep<S extends FanOutStage> = {
  readonly stage: S;
  readonly step: (context: Context, item: Item[S]) => Promise<StepResult>;
};

/** What an item has written, with the bytes of each object: its last write, so that all else is there by then. */
type Receipt = {
  readonly result: StepResult;
  readonly written: { readonly work: Sizes; readonly output: Sizes };
};
type Sizes = Readonly<Record<string, number>>;

/**
 * Does an item unless it is done: a run that was cut off goes on from there. What counts is not the receipt alone
 * but that every object it tells of is there with its size; what cannot be checked is done again.
 */
export async function doItem<S extends FanOutStage>(
  { stage, step }: ItemStep<S>,
  context: Context,
  item: Item[S],
): Promise<ItemResult> {
  const plan = await loadPlan(context);
  const key = doneKey(planId(plan), stage, itemName(item));
  const known = await findResult(context, key);
  if (known !== undefined) return { ...known, skipped: true };
  const work = recordingStore(context.work);
  const output = recordingStore(context.output);
  keepPlan(work, plan);
  const result = await step({ input: context.input, work, output }, item);
  const written = { work: Object.fromEntries(work.written), output: Object.fromEntries(output.written) };
  await putJson(context.work, key, { result, written } satisfies Receipt);
  return { ...result, skipped: false };
}

/** How many items a plan has, and how many of them an earlier run has done, as their receipts say. */
export async function countItems(work: Store, plan: Plan): Promise<{ all: number; already: number }> {
  let already = 0;
  for await (const _ of work.list(receiptsPrefix(planId(plan)))) already++;
  return { all: itemCount(plan), already };
}

/** What all items of a plan have published, as their receipts say: chunks and meshes. */
export async function sumItems(work: Store, plan: Plan): Promise<{ objects: number; bytes: number }> {
  const keys: string[] = [];
  for await (const key of work.list(receiptsPrefix(planId(plan)))) keys.push(key);
  const receipts = await inLanes(keys, (key) => getJson<Receipt>(work, key));
  const sum = (field: "objects" | "bytes") =>
    receipts.reduce((total, { result }) => total + result[field], 0);
  return { objects: sum("objects"), bytes: sum("bytes") };
}

/**
 * Makes the next try of a plan do all items again: what was read back was not what was written, and the receipts know
 * of sizes only.
 */
export async function forgetItems(work: Store, plan: Plan): Promise<void> {
  const keys: string[] = [];
  for await (const key of work.list(receiptsPrefix(planId(plan)))) keys.push(key);
  await inLanes(keys, (key) => putJson(work, key, {}));
}

async function findResult(context: Context, key: string): Promise<StepResult | undefined> {
  try {
    const object = await context.work.get(key);
    if (object === undefined) return undefined;
    const { result, written } = JSON.parse(new TextDecoder().decode(contentOf(object))) as Receipt;
    const whole =
      (await isWhole(context.work, written.work)) && (await isWhole(context.output, written.output));
    return whole ? result : undefined;
  } catch {
    // Half a receipt, no right to look, a store that does not answer: the item itself will tell.
    return undefined;
  }
}

async function isWhole(store: Store, sizes: Sizes): Promise<boolean> {
  let whole = true;
  await inLanes(Object.entries(sizes), async ([key, size]) => {
    if (whole && (await store.head(key))?.size !== size) whole = false;
  });
  return whole;
}

const ids = new WeakMap<Plan, string>();

/** Receipts of one plan say nothing of another, such as one with other chunks. */
function planId(plan: Plan): string {
  const id = ids.get(plan) ?? createHash("sha256").update(JSON.stringify(plan)).digest("hex").slice(0, 16);
  ids.set(plan, id);
  return id;
}
