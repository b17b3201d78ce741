import { Logger } from "@aws-lambda-powertools/logger";
import { InputError } from "../format/error.ts";
import { type Batch, itemsIn } from "../plan/batch.ts";
import type { FanOutStage, StageName } from "../plan/pipeline.ts";
import type { Usage } from "../plan/usage.ts";
import type { Run } from "../step/begin.ts";
import { type Context, loadPlan } from "../step/context.ts";
import { recordFaults } from "../step/fault.ts";
import { doBatch, type ItemStep } from "../step/item.ts";
import { shareReads } from "../step/share.ts";
import { whileSound } from "../step/sound.ts";
import { reportRun } from "../step/status.ts";
import type { Item } from "../step/steps.ts";
import { bucketStore } from "../store/bucket.ts";
import { createS3 } from "../store/client.ts";
import type { Store } from "../store/store.ts";
import { openMeter } from "./meter.ts";

/** One per container: connections, and what is known of the last run, are kept from call to call. */
const client = createS3();
export const logger = new Logger({ serviceName: "neuropress" });
/** Lambda says how much memory a function has, and has started it when this line is reached, as good as. */
const meter = openMeter(
  Number(process.env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] ?? 0),
  performance.now() / 1000,
);

/** A setting of the function. @throws Error naming it if it is missing */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`the environment variable ${name} is missing`);
  return value;
}

export function uploadsOf(project: string): Store {
  return meter.count(bucketStore({ client, bucket: setting("UPLOADS_BUCKET"), prefix: project }), "input");
}

/** Work of a project as a whole: its status, and its runs below their names. */
export function deskOf(project: string): Store {
  return meter.count(bucketStore({ client, bucket: setting("WORK_BUCKET"), prefix: project }));
}

let last: { of: string; context: Context } | undefined;

/** The stores of a run; the same ones for its next item, so that its plan is read once. */
export function contextFor({ project, run }: Run): Context {
  const of = `${project}/${run}`;
  if (last?.of !== of) {
    const context = {
      input: uploadsOf(project),
      work: deskOf(of),
      output: meter.count(bucketStore({ client, bucket: setting("OUTPUT_BUCKET"), prefix: project })),
    };
    shareReads(context.input);
    last = { of, context };
  }
  return last.context;
}

/**
 * What a stage does for a run; faults of the input are kept for the run's report before they are thrown.
 *
 * @param work is given what tells how much this call has used so far
 */
export function stageHandler<E extends Run, R>(
  stage: StageName,
  work: (context: Context, event: E, used: () => Usage) => Promise<R>,
): (event: E) => Promise<R> {
  return async (event) => {
    const used = meter.begin();
    const context = contextFor(event);
    try {
      return await work(context, event, used);
    } catch (error) {
      const { project, run } = event;
      logger.error("failed", { stage, project, run, error: error as Error });
      if (error instanceof InputError) await recordFaults(context.work, stage, error.faults);
      throw error;
    }
  };
}

type ItemStage<S extends FanOutStage> = ItemStep<S> & {
  /** The stage's first item says in the status that the stage has begun. */
  readonly first: (item: Item[S]) => boolean;
};
type BatchEvent = Run & { readonly batch: Batch };

/** A stage that fans out: a batch of items, unless an earlier try has done it; one line of what it did. */
export function itemHandler<S extends FanOutStage>({ stage, step, first }: ItemStage<S>) {
  return stageHandler(stage, async (context, { project, run, batch }: BatchEvent, used) => {
    const items = itemsIn(await loadPlan(context), stage, [batch]);
    if (items.some(first)) await sayStage(stage, { project, run });
    const act = () => doBatch({ stage, step }, context, items, used);
    const result = await whileSound({ context, stage, items }, act);
    const { seconds } = used();
    logger.info("batch", { stage, items: items.length, ...result, seconds, project, run });
    return {};
  });
}

/** The status is for people: that it cannot be written is no reason to lose the work. */
async function sayStage(stage: StageName, { project, run }: Run): Promise<void> {
  try {
    await reportRun(deskOf(project), { project, run }, { state: "running", stage });
  } catch (error) {
    logger.warn("status not written", { stage, project, run, error: error as Error });
  }
}
