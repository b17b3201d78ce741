import { parentPort, workerData } from "node:worker_threads";
import { type Fault, InputError } from "../format/error.ts";
import type { FanOutStage } from "../plan/pipeline.ts";
import type { Context, StepResult } from "../step/context.ts";
import { type Item, steps } from "../step/steps.ts";
import { directoryStore } from "../store/directory.ts";

/** Folders of a run, as a thread is told them: each thread opens its own stores and shares nothing. */
export type Folders = { readonly input: string; readonly work: string; readonly output: string };

export type Job = { readonly stage: FanOutStage; readonly item: unknown };

/** Errors lose their class on the way between threads, so the faults travel as data. */
export type Answer =
  | { readonly result: StepResult }
  | { readonly faults: readonly Fault[] }
  | { readonly error: string };

const folders = workerData as Folders;
const context: Context = {
  input: directoryStore(folders.input),
  work: directoryStore(folders.work),
  output: directoryStore(folders.output),
};

parentPort?.on("message", async ({ stage, item }: Job) => {
  parentPort?.postMessage(await answer(stage, item));
});

async function answer(stage: FanOutStage, item: unknown): Promise<Answer> {
  try {
    const step = steps[stage] as (context: Context, item: Item[FanOutStage]) => Promise<StepResult>;
    return { result: await step(context, item as Item[FanOutStage]) };
  } catch (error) {
    if (error instanceof InputError) return { faults: error.faults };
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
