/**
 * The pipeline, once: the local runner walks this list over worker threads, the state machine is built from
 * it. A stage's items lie in the work store as one JSON list of batches, self-contained; stages run one after
 * another, the items of a stage in any order and at the same time. An item that fails fails the run: a hole in a
 * volume is data loss.
 */
export const stages = [
  { name: "plan", unit: "input", fanOut: false },
  { name: "encode", unit: "block", fanOut: true },
  { name: "pyramid", unit: "chunk", fanOut: true },
  { name: "mesh", unit: "bucket", fanOut: true },
  { name: "publish", unit: "dataset", fanOut: false },
] as const;

export type StageName = (typeof stages)[number]["name"];
export type FanOutStage = Extract<(typeof stages)[number], { fanOut: true }>["name"];

/** Where things lie in the work store. */
export const planKey = "plan.json";

/** Work lists in order of execution: the pyramid has one per scale, each from the scale before. */
export function itemsKey(stage: FanOutStage, scale?: number): string {
  return scale === undefined ? `items/${stage}.json` : `items/${stage}-${scale}.json`;
}

/** Surfaces and counts of the segments of one block. */
export function packKey(block: number): string {
  return `pack/${block}`;
}

/** Statistics of the segments of one bucket. */
export function segmentsKey(bucket: number): string {
  return `segments/${bucket}.json`;
}

/** Below it lie the receipts of a plan's items. */
export function receiptsPrefix(plan: string): string {
  return `done/${plan}/`;
}

/** What an item has done and written. */
export function doneKey(plan: string, stage: FanOutStage, item: string): string {
  return `${receiptsPrefix(plan)}${stage}/${item}.json`;
}

/** What a run in the cloud has used and what that costs. */
export const usageKey = "usage.json";

/** sha256 of the inputs, where the store does not tell a hash by itself. */
export const hashesKey = "hashes.json";
