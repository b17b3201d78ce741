import { createHash } from "node:crypto";
import { itemCount, itemName } from "../plan/items.ts";
import { doneKey, type FanOutStage, receiptsPrefix } from "../plan/pipeline.ts";
import type { Plan } from "../plan/plan.ts";
import type { Usage } from "../plan/usage.ts";
import { inLanes } from "../store/lanes.ts";
import { contentOf, getJson, putJson } from "../store/object.ts";
import { recordingStore } from "../store/record.ts";
import type { Store } from "../store/store.ts";
import type { Used } from "./account.ts";
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

/** What items have written, with the bytes of each object: their last write, so that all else is there by then. */
type Receipt = {
  readonly result: StepResult;
  readonly written: { readonly work: Sizes; readonly output: Sizes };
  /** What doing them has asked of the services, where that is counted. */
  readonly usage?: Usage;
};
type Sizes = Readonly<Record<string, number>>;

/** Items of a batch under way at the same time: while one waits for the store, another computes. */
const lanes = 3;

/** Does an item unless it is done: a batch of one. */
export function doItem<S extends FanOutStage>(
  step: ItemStep<S>,
  context: Context,
  item: Item[S],
): Promise<ItemResult> {
  return doBatch(step, context, [item]);
}

/**
 * Does some items unless they are done: a run that was cut off goes on from there. What counts is not the receipt
 * alone but that every object it tells of is there with its size; what cannot be checked is done again.
 *
 * @param usage asked right before the receipt is put, which the answer should include
 */
export async function doBatch<S extends FanOutStage>(
  { stage, step }: ItemStep<S>,
  context: Context,
  items: readonly Item[S][],
  usage?: () => Usage,
): Promise<ItemResult> {
  const plan = await loadPlan(context);
  const key = doneKey(planId(plan), stage, batchName(items));
  const known = await findResult(context, key);
  if (known !== undefined) return { ...known, skipped: true };
  const work = recordingStore(context.work);
  const output = recordingStore(context.output);
  keepPlan(work, plan);
  const results = await inLanes(items, (item) => step({ input: context.input, work, output }, item), lanes);
  const result = sumResults(results);
  const written = { work: Object.fromEntries(work.written), output: Object.fromEntries(output.written) };
  await putJson(context.work, key, { result, written, ...(usage && { usage: usage() }) } satisfies Receipt);
  return { ...result, skipped: false };
}

function sumResults(results: readonly StepResult[]): StepResult {
  const sum = (field: keyof StepResult) => results.reduce((total, result) => total + result[field], 0);
  return { voxels: sum("voxels"), objects: sum("objects"), bytes: sum("bytes") };
}

/** The first item's name, and how many follow each other from there. */
function batchName(items: readonly Item[FanOutStage][]): string {
  const [first] = items;
  if (first === undefined) throw new Error("a batch has at least one item");
  return items.length === 1 ? itemName(first) : `${itemName(first)}+${items.length}`;
}

/** Items that a receipt tells of, by its key. */
function itemsOf(key: string): number {
  return Number(/\+(\d+)\.json$/.exec(key)?.[1] ?? 1);
}

/** How many items a plan has, and how many of them an earlier run has done, as their receipts say. */
export async function countItems(work: Store, plan: Plan): Promise<{ all: number; already: number }> {
  let already = 0;
  for await (const key of work.list(receiptsPrefix(planId(plan)))) already += itemsOf(key);
  return { all: itemCount(plan), already };
}

/** What all items of a plan have published, chunks and meshes, and what was asked for it, as their receipts say. */
export type ItemSum = {
  readonly objects: number;
  readonly bytes: number;
  /** By stage; empty where nothing was counted. One entry per receipt. */
  readonly usage: Used;
};

export async function sumItems(work: Store, plan: Plan): Promise<ItemSum> {
  const prefix = receiptsPrefix(planId(plan));
  const keys: string[] = [];
  for await (const key of work.list(prefix)) keys.push(key);
  // What each has written, name by name, is not kept: of a large volume that is gigabytes.
  const take = ({ result, usage }: Receipt) => ({ result, ...(usage && { usage }) });
  const receipts = await inLanes(keys, async (key) => take(await getJson<Receipt>(work, key)), 32);
  const usage: Record<FanOutStage, Usage[]> = { encode: [], pyramid: [], mesh: [], verify: [] };
  for (const [i, key] of keys.entries()) {
    const stage = key.slice(prefix.length).split("/")[0] as FanOutStage;
    const used = receipts[i]?.usage;
    if (used !== undefined) usage[stage].push(used);
  }
  const sum = (field: "objects" | "bytes") =>
    receipts.reduce((total, { result }) => total + result[field], 0);
  return { objects: sum("objects"), bytes: sum("bytes"), usage };
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
