import { type Fault, InputError, keepFaults } from "../format/error.ts";
import type { InputFile, Plan } from "../plan/plan.ts";
import { program } from "../plan/program.ts";
import { runId } from "../plan/run.ts";
import type { Store } from "../store/store.ts";
import type { Context } from "./context.ts";
import { readOptions } from "./options.ts";
import { planStep } from "./plan.ts";
import { usualSettings } from "./settings.ts";

export type Run = { readonly project: string; readonly run: string };

/**
 * The plan stage of a run in the cloud: the input must be, before and after it was read, the one that the run is
 * named after; options come from the project's `neuropress.json`.
 *
 * @throws InputError with everything that is wrong in options, slices, `info` and names
 */
export async function beginRun(context: Context, { project, run }: Run, chunk: number): Promise<Plan> {
  await checkInput(context.input, { project, run });
  const faults: Fault[] = [];
  const options = await readOptions(context.input).catch((error) => keepFaults(error, faults));
  const plan = await planStep(context, { ...usualSettings, chunk, ...options, version: run }).catch((error) =>
    keepFaults(error, faults),
  );
  if (plan === undefined || faults.length > 0) throw new InputError(faults);
  await checkInput(context.input, { project, run });
  return plan;
}

/** @throws InputError if the files of the project are not those that the run is named after */
async function checkInput(input: Store, { project, run }: Run): Promise<void> {
  const files: InputFile[] = [];
  for await (const { key: name, ...head } of input.entries()) files.push({ name, ...head });
  if (runId({ project, files, program }) === run) return;
  const found = `has changed since run ${run} was started`;
  const advice = "The last upload has started a new run, or will";
  throw new InputError({ file: project, found, advice, passing: true });
}
