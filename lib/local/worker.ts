import { parentPort, workerData } from "node:worker_threads";
import { type Fault, InputError } from "../format/error.ts";
import type { FanOutStage } from "../plan/pipeline.ts";
import { doItem, type ItemResult } from "../step/item.ts";
import { type Item, lookAt, steps } from "../step/steps.ts";
import { type Folders, openFolders } from "./folders.ts";

export type Job = {
  readonly stage: FanOutStage;
  readonly item: unknown;
  /** Only look for what is wrong with the input. */
  readonly look: boolean;
};

/** Errors lose their class on the way between threads, so the faults travel as data. */
export type Answer =
  | { readonly result: ItemResult }
  | { readonly faults: readonly Fault[] }
  | { readonly error: string };

const context = openFolders(workerData as Folders);

parentPort?.on("message", async ({ stage, item, look }: Job) => {
  parentPort?.postMessage(await answer(stage, item, look));
});

async function answer<S extends FanOutStage>(stage: S, item: unknown, look: boolean): Promise<Answer> {
  try {
    if (look) return { result: { ...(await lookAt(stage, context, item as Item[S])), skipped: false } };
    return { result: await doItem({ stage, step: steps[stage] }, context, item as Item[S]) };
  } catch (error) {
    if (error instanceof InputError) return { faults: error.faults };
    if (!(error instanceof Error)) return { error: String(error) };
    // What the system refuses (a full disk) is no fault in the program: where it was met tells nothing.
    return { error: "syscall" in error ? error.message : (error.stack ?? error.message) };
  }
}
