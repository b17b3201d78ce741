/** What a stage did in one round. Only `seconds` are compared; reading what it works on is not in them. */
export type Round = {
  readonly seconds: number;
  /** Seconds of parts of the stage. */
  readonly parts?: Readonly<Record<string, number>>;
  readonly voxels?: number;
  readonly triangles?: number;
  /** Bytes written or made. */
  readonly bytes?: number;
  /** Of the results, in a form that a peer can compute too. Only in a round that checks. */
  readonly digest?: string;
};

/** A stage of ours, opened on an input. */
export type Kernel = {
  /** What peers must know to do the same. */
  readonly facts: { readonly chunk: readonly number[]; readonly resolution: readonly number[] };
  run(check: boolean): Promise<Round>;
};

export type KernelOptions = {
  readonly folder: string;
  /** Where files go, for stages that write some. */
  readonly out?: string;
};

/** Adds up the time of what it runs. */
export function createClock() {
  const parts: Record<string, number> = {};
  return {
    parts,
    time<T>(part: string, work: () => T): T {
      const since = performance.now();
      const result = work();
      parts[part] = (parts[part] ?? 0) + (performance.now() - since) / 1000;
      return result;
    },
    async wait<T>(part: string, work: () => Promise<T>): Promise<T> {
      const since = performance.now();
      const result = await work();
      parts[part] = (parts[part] ?? 0) + (performance.now() - since) / 1000;
      return result;
    },
    sum(...names: string[]): number {
      return (names.length > 0 ? names : Object.keys(parts)).reduce(
        (sum, name) => sum + (parts[name] ?? 0),
        0,
      );
    },
  };
}
