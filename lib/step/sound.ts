import { InputError } from "../format/error.ts";
import type { FanOutStage } from "../plan/pipeline.ts";
import type { Context, StepResult } from "./context.ts";
import { collectFaults, recordFaults } from "./fault.ts";
import { type Item, lookAt } from "./steps.ts";

/** So many faults are enough to know what is wrong: the run ends. */
const enoughFaults = 20;

/**
 * Does an item of a run whose items know of each other by the work store alone. Faults of slices do not end the
 * encode stage, which would hide those that other items have yet to find: they are kept, further items only look
 * for more, and the next stage ends the run with all of them.
 *
 * @throws InputError with the faults of the items before this one
 */
export async function whileSound<S extends FanOutStage>(
  { context, stage, item }: { context: Context; stage: S; item: Item[S] },
  act: () => Promise<StepResult>,
): Promise<StepResult> {
  const known = await collectFaults(context.work);
  if (known.length >= enoughFaults || (known.length > 0 && stage !== "encode")) throw new InputError(known);
  try {
    return await (known.length === 0 ? act() : lookAt(stage, context, item));
  } catch (error) {
    if (stage !== "encode" || !(error instanceof InputError)) throw error;
    if (error.faults.some(({ passing }) => passing)) throw error;
    await recordFaults(context.work, stage, error.faults);
    return { voxels: 0, objects: 0, bytes: 0 };
  }
}
