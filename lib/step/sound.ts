import { type Fault, InputError, keepFaults } from "../format/error.ts";
import type { FanOutStage } from "../plan/pipeline.ts";
import type { Context, StepResult } from "./context.ts";
import { collectFaults, recordFaults } from "./fault.ts";
import { type Item, lookAt } from "./steps.ts";

/** So many faults are enough to know what is wrong: the run ends. */
const enoughFaults = 20;

/**
 * Does a batch of items of a run whose functions know of each other by the work store alone. Faults of slices do not
 * end the encode stage, which would hide those that other items have yet to find: they are kept, further items only
 * look for more, and the next stage ends the run with all of them. One listing for the whole batch tells what is known.
 *
 * @throws InputError with the faults of the items before these
 */
export async function whileSound<S extends FanOutStage>(
  { context, stage, items }: { context: Context; stage: S; items: readonly Item[S][] },
  act: () => Promise<StepResult>,
): Promise<StepResult> {
  const known = await collectFaults(context.work);
  if (known.length >= enoughFaults || (known.length > 0 && stage !== "encode")) throw new InputError(known);
  const found: Fault[] = [];
  try {
    if (known.length === 0) return await act();
  } catch (error) {
    if (stage !== "encode" || !isLasting(error)) throw error;
    keepFaults(error, found);
  }
  await lookAtAll({ context, stage, items }, found);
  await recordFaults(context.work, stage, distinct(found));
  return { voxels: 0, objects: 0, bytes: 0 };
}

/** Adds what is wrong with the slices of a batch, whose work has ended with the first fault or was not begun. */
async function lookAtAll<S extends FanOutStage>(
  { context, stage, items }: { context: Context; stage: S; items: readonly Item[S][] },
  found: Fault[],
): Promise<void> {
  for (const item of items) {
    if (found.length >= enoughFaults) return;
    try {
      await lookAt(stage, context, item);
    } catch (error) {
      if (error instanceof InputError && !isLasting(error)) throw error;
      keepFaults(error, found);
    }
  }
}

function isLasting(error: unknown): boolean {
  return error instanceof InputError && !error.faults.some(({ passing }) => passing);
}

/** Blocks that share a slice find the same. */
function distinct(faults: readonly Fault[]): Fault[] {
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()];
}
