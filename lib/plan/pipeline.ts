/**
 * The pipeline, once: the local runner walks this list over worker threads, the state machine is built from
 * it. A stage's items lie in the work store as JSON lists of batches (batch.ts); stages and lists run one after
 * another, the batches of a list in any order and at the same time. An item that fails fails the run: a hole in a
 * volume is data loss.
 */
export const stages = [
  { name: "plan", fanOut: false },
  { name: "encode", fanOut: true },
  { name: "pyramid", fanOut: true },
  { name: "mesh", fanOut: true },
  { name: "verify", fanOut: true },
  { name: "publish", fanOut: false },
] as const;

export type StageName = (typeof stages)[number]["name"];
export type FanOutStage = Extract<(typeof stages)[number], { fanOut: true }>["name"];

/** Where things lie in the work store. */
export const planKey = "plan.json";

/** One list of batches, done when the one before it is. */
export type WorkList = {
  readonly stage: FanOutStage;
  readonly key: string;
  /** What its items are, for people. */
  readonly unit: string;
  /** Of the pyramid: the scale that it makes. */
  readonly scale?: number;
  /** Of the mesh and verify stages: it sorts what blocks or parts know of segments by bucket, and does nothing else. */
  readonly gather?: true;
  /** Of the verify stage: it reads back the volume; the other ones go by what was counted there. */
  readonly part?: true;
};

/**
 * The work lists of a stage in order of execution: the pyramid has one per scale, each from the scale before; the
 * mesh stage sorts what the blocks know of segments before it reads that by segments, and the verify stage what the
 * parts have counted.
 *
 * @param scales how many the volume has
 */
export function workLists(stage: FanOutStage, scales: number): WorkList[] {
  const list = (name: string, unit: string) => ({ stage, key: `items/${name}.json`, unit });
  if (stage === "encode") return [list("encode", "block")];
  if (stage === "mesh") {
    return [{ ...list("mesh-gather", "group"), gather: true }, list("mesh", "bucket")];
  }
  if (stage === "verify") {
    return [
      { ...list("verify-volume", "part"), part: true },
      { ...list("verify-gather", "group"), gather: true },
      list("verify", "bucket"),
    ];
  }
  return Array.from({ length: scales - 1 }, (_, i) => ({
    ...list(`pyramid-${i + 1}`, "chunk"),
    scale: i + 1,
  }));
}

/**
 * S3 answers so many requests a second of each prefix: packs have several, since all buckets ask all of them, and so has
 * what the parts of the verification write, since all groups ask at once.
 */
export const packPrefixes = 64;

/** Surfaces and counts of the segments of one block. */
export function packKey(block: number): string {
  return `pack/${block % packPrefixes}/${block}`;
}

/** What the packs of a group know of their segments, by bucket; in parts where they know very much. */
export function groupKey(group: number, part: number): string {
  return `group/${group}/${part}`;
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
  return `tally/${part % packPrefixes}/${part}`;
}

/** What a part of the verification found. */
export function partReportKey(part: number): string {
  return `${tallyKey(part)}.json`;
}

/** What a group of parts of the verification counted of each id, by bucket. */
export function talliesKey(group: number): string {
  return `tallies/${group}`;
}

/** What a group of parts of the verification, or a bucket of segments, was found to have wrong, and figures. */
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

/** What a run in the cloud has used and what that costs. */
export const usageKey = "usage.json";

/** sha256 of the inputs, where the store does not tell a hash by itself. */
export const hashesKey = "hashes.json";
