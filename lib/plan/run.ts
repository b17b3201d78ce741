import { createHash } from "node:crypto";
import type { Fault } from "../format/error.ts";
import { isSlice } from "./order.ts";
import type { InputFile } from "./plan.ts";

/** Beside the slices, the files of a project that change its dataset. */
export const inputsBeside: readonly string[] = ["info", "labels.csv", "neuropress.json"];

/** Whether a file of a project is part of its input; everything else beside it is left alone. */
export function isInput(name: string): boolean {
  return inputsBeside.includes(name) || isSlice(name);
}

export type RunInput = {
  readonly project: string;
  /** All files of the project, in any order; those that are no input do not count. */
  readonly files: readonly InputFile[];
  /** Name and version of what converts. */
  readonly program: string;
};

/**
 * The name of a run, 24 hexadecimal digits: equal input has equal runs, so that an event that comes twice starts
 * nothing, and a run's objects never mix with another's.
 */
export function runId({ project, files, program }: RunInput): string {
  const inputs = files
    .filter(({ name }) => isInput(name))
    .map(({ name, size, etag = "" }) => [name, size, etag] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([program, project, inputs]))
    .digest("hex")
    .slice(0, 24);
}

/** The name of a run that is told as failed before it could begin, for what is wrong with its input. */
export function refusalId(project: string, faults: readonly Fault[]): string {
  return createHash("sha256")
    .update(JSON.stringify([project, faults]))
    .digest("hex")
    .slice(0, 24);
}

/**
 * The name of a run's execution: the last part of the project, for people, and the run. Names of executions are
 * given once, so a further attempt at the same run has its own.
 *
 * @param attempt letters and digits, at most 12
 */
export function executionName(project: string, run: string, attempt?: string): string {
  const last = project.slice(project.lastIndexOf("/") + 1);
  const plain = last
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^A-Za-z0-9_-]+/g, "-");
  return [plain.slice(0, 40), run, ...(attempt === undefined ? [] : [attempt])].join("-");
}
