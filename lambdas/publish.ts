import { deskOf, logger, setting, stageHandler } from "../lib/cloud/handler.ts";
import type { Run } from "../lib/step/begin.ts";
import { finishRun } from "../lib/step/finish.ts";
import { reportRun } from "../lib/step/status.ts";

/** Publishes a run's dataset; `info` last. */
export const handler = stageHandler("publish", async (context, { project, run }: Run) => {
  const desk = deskOf(project);
  await reportRun(desk, { project, run }, { state: "running", stage: "publish" });
  const [outputUrl, viewerUrl] = [setting("OUTPUT_URL"), setting("VIEWER_URL")];
  const finished = await finishRun({ context, desk, outputUrl, viewerUrl }, { project, run });
  logger.info("published", finished);
  return finished;
});
