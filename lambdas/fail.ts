import { contextFor, deskOf, logger } from "../lib/cloud/handler.ts";
import type { Run } from "../lib/step/begin.ts";
import { type Failure, failRun } from "../lib/step/finish.ts";

type FailEvent = Run & { readonly error?: Failure };

/** The end of a failed run: what its items found wrong becomes the execution's error and the project's status. */
export async function handler({
  project,
  run,
  error = {},
}: FailEvent): Promise<{ error: string; cause: string }> {
  const { work } = contextFor({ project, run });
  const answer = await failRun({ work, desk: deskOf(project) }, { project, run }, error);
  logger.error("run failed", { project, run, ...answer });
  return answer;
}
