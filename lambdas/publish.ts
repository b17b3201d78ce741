import { deskOf, logger, setting, stageHandler } from "../lib/cloud/handler.ts";
import { noUsage, type Usage } from "../lib/plan/usage.ts";
import type { Run } from "../lib/step/begin.ts";
import { finishRun } from "../lib/step/finish.ts";
import { reportRun } from "../lib/step/status.ts";

/** What the plan stage has answered. */
type ToFinish = Run & { readonly usage?: Usage };

/** Publishes a run's dataset; `info` last. */
export const handler = stageHandler("publish", async (context, { project, run, usage }: ToFinish, used) => {
  const desk = deskOf(project);
  await reportRun(desk, { project, run }, { state: "running", stage: "publish" });
  const [outputUrl, viewerUrl] = [setting("OUTPUT_URL"), setting("VIEWER_URL")];
  const account = { planned: usage ?? noUsage, used };
  const finished = await finishRun({ context, desk, outputUrl, viewerUrl, account }, { project, run });
  logger.info("published", finished);
  return finished;
});
