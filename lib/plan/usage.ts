/** Requests to a store and what they moved. */
export type Requests = {
  readonly puts: number;
  readonly gets: number;
  readonly heads: number;
  readonly lists: number;
  readonly deletes: number;
  /** Bytes as stored. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
};

/** What a run, or a part of it, has asked of the services: all that is paid for, and how often the input was read. */
export type Usage = Requests & {
  /** Calls of functions, and how many of them had to start a function first. */
  readonly calls: number;
  readonly starts: number;
  /** Seconds of functions, starting included, and those seconds times their memory in GB. */
  readonly seconds: number;
  readonly gbSeconds: number;
  /** Steps of the state machine. */
  readonly transitions: number;
  /** Bytes that were read of the input: a part of `bytesRead`. */
  readonly inputBytes: number;
};

export const noUsage: Usage = {
  puts: 0,
  gets: 0,
  heads: 0,
  lists: 0,
  deletes: 0,
  bytesRead: 0,
  bytesWritten: 0,
  calls: 0,
  starts: 0,
  seconds: 0,
  gbSeconds: 0,
  transitions: 0,
  inputBytes: 0,
};

/** Field by field; what is left out of a part counts nothing. */
export function sumUsage(parts: readonly Partial<Usage>[]): Usage {
  const fields = Object.keys(noUsage) as (keyof Usage)[];
  const total = (field: keyof Usage) => parts.reduce((sum, part) => sum + (part[field] ?? 0), 0);
  return Object.fromEntries(fields.map((field) => [field, total(field)])) as Usage;
}

/** Batches that a run's items were cut into. */
export type BatchCounts = {
  readonly encode: number;
  readonly pyramid: number;
  readonly mesh: number;
  readonly verify: number;
  /** Work lists of the pyramid, one per scale that is made, and of the mesh and verify stages. */
  readonly lists: number;
};

/**
 * Transitions of the state machine (stack/machine.ts) in a run that nothing disturbs: each state that is entered is
 * one, and so is each child that a distributed map starts ("Transitions" in the developer guide of Step Functions).
 * A batch is a child of one state.
 */
export function transitionsOf({ encode, pyramid, mesh, verify, lists }: BatchCounts): number {
  // Plan, Encode, Pyramid, Mesh, Verify, Publish, Done; and a map for each list inside Pyramid, Mesh and Verify.
  return 7 + lists + 2 * (encode + pyramid + mesh + verify);
}
