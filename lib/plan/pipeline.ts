/**
 * The pipeline, once: the local runner walks this list over worker threads, the state machine is built from
 * it. A stage's items lie in the work store as one JSON list, already batched and self-contained; stages
 * run one after another, the items of a stage in any order and at the same time. An item that fails fails
 * the run: a hole in a volume is data loss.
 */
export const stages = [
  { name: "plan", unit: "input", fanOut: false },
  { name: "encode", unit: "block", fanOut: true },
  { name: "pyramid", unit: "chunk", fanOut: true },
  { name: "mesh", unit: "bucket", fanOut: true },
  { name: "verify", unit: "part", fanOut: true },
  { name: "publish", unit: "dataset", fanOut: false },
] as const;

export type StageName = (typeof stages)[number]["name"];
export type FanOutStage = Extract<(typeof stages)[number], { fanOut: true }>["name"];

/** Where things lie in the work store. */
export const planKey = "plan.json";

/**
 * Work lists. Stages with several do them one after another: the pyramid has one per scale, each from the scale
 * before; verification has one of the volume and one of the segments, which goes by what was counted in the volume.
 */
export function itemsKey(stage: FanOutStage, list?: number): string {
  return list === undefined ? `items/${stage}.json` : `items/${stage}-${list}.json`;
}

/** All work lists of a stage, in the order in which they must be done. */
export function itemsKeys(
  stage: FanOutStage,
  { scales, options }: { scales: readonly unknown[]; options: { verify: boolean } },
): string[] {
  if (stage === "pyramid") return scales.slice(1).map((_, i) => itemsKey(stage, i + 1));
  if (stage === "verify") return options.verify ? [itemsKey(stage, 1), itemsKey(stage, 2)] : [];
  return [itemsKey(stage)];
}

/** Surfaces and counts of the segments of one block. */
export function packKey(block: number): string {
  return `pack/${block}`;
}

/** Statistics of the segments of one bucket. */
export function segmentsKey(bucket: number): string {
  return `segments/${bucket}.json`;
}

/** Hashes of the source where the chunks of a block lie. */
export function hashKey(block: number): string {
  return `hash/${block}`;
}

/** What a part of the verification counted of each id. */
export function tallyKey(part: number): string {
  return `tally/${part}`;
}

/** What an item of the verification found. */
export function reportKey(item: string): string {
  return `verify/${item}.json`;
}

/** Below it lie the receipts of a plan's items. */
export function receiptsPrefix(plan: string): string {
  return `done/${plan}/`;
}

/** What an item has done and written. */
export function doneKey(plan: string, stage: FanOutStage, item: string): string {
  return `${receiptsPrefix(plan)}${stage}/${item}.json`;
}

/** sha256 of the inputs, where the store does not tell a hash by itself. */
export const hashesKey = "hashes.json";
