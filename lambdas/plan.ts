import { deskOf, logger, setting, stageHandler } from "../lib/cloud/handler.ts";
import { InputError } from "../lib/format/error.ts";
import { type FanOutStage, workLists } from "../lib/plan/pipeline.ts";
import { beginRun } from "../lib/step/begin.ts";
import { countItems } from "../lib/step/item.ts";
import type { ToStart } from "../lib/step/launch.ts";
import { reportRun } from "../lib/step/status.ts";

/** Plans a run. The answer says where in the work bucket the items of the further stages are. */
export const handler = stageHandler("plan", async (context, { project, run, faults }: ToStart, used) => {
  // What the trigger has found already is recorded and told as if it were found here.
  if (faults !== undefined) throw new InputError(faults);
  const desk = deskOf(project);
  await reportRun(desk, { project, run }, { state: "running", stage: "plan" });
  const plan = await beginRun(context, { project, run }, Number(setting("DEFAULT_CHUNK")));
  const items = await countItems(context.work, plan);
  logger.info("planned", {
    project,
    run,
    blocks: plan.blocks,
    buckets: plan.buckets,
    items,
    notes: plan.notes,
  });
  if (items.already > 0) await reportRun(desk, { project, run }, { state: "running", stage: "plan", items });
  const lists = (stage: FanOutStage) =>
    workLists(stage, plan.scales.length).map(({ key }) => ({ items: `${project}/${run}/${key}` }));
  return {
    project,
    run,
    encode: lists("encode")[0],
    pyramid: lists("pyramid"),
    mesh: lists("mesh"),
    verify: plan.parts > 0 ? lists("verify") : [],
    // Publish adds it to what all others have used.
    usage: used(),
  };
});
