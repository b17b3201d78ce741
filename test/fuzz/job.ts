import type { Failure } from "./execute.ts";

/** What a process is to execute. */
export type Job = {
  readonly targets: readonly string[];
  readonly seed: number;
  /** First execution of every target. */
  readonly from: number;
  /** Executions per unit of weight; or processor time of all targets together, shared by weight. */
  readonly limit: { readonly each: number } | { readonly seconds: number };
  /** A folder of further TIFF files. */
  readonly corpus?: string;
  readonly coverage: boolean;
};

/** What a process tells of its executions. */
export type Report =
  | { readonly failure: Failure }
  | { readonly tally: Tally }
  | { readonly covered: readonly Covered[] };

export type Tally = {
  readonly target: string;
  readonly executions: number;
  readonly accepted: number;
  /** Processor time. */
  readonly seconds: number;
  /** Largest growth of memory of one execution, bytes. */
  readonly most: number;
};

/** The characters of a source file that were executed, as [from, to) places. */
export type Covered = { readonly file: string; readonly ranges: readonly (readonly [number, number])[] };
