import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ListMapRunsCommand,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { putStatus, readStatus, type Status } from "../step/status.ts";
import type { Store } from "../store/store.ts";

/**
 * A project's status as it is in truth: a run that is `running` by its last word but whose execution was stopped,
 * or has timed out, could not say so itself.
 *
 * @param desk the work store narrowed to the project
 */
export async function currentStatus(desk: Store): Promise<Status | undefined> {
  const { status } = await readStatus(desk);
  if (status?.state !== "running" || status.executionArn === undefined) return status;
  const ending = await endingOf(status.executionArn);
  if (ending === undefined) return status;
  // The last word is written before the execution ends, so it is there now if there is one.
  const { status: last } = await readStatus(desk);
  if (last?.state !== "running" || last.executionArn !== status.executionArn) return last;
  return { ...last, state: "failed", message: `the execution of run ${last.run} has ended: ${ending}` };
}

/**
 * Writes down what `currentStatus` has found out about a run that could not say so itself: only what is known to
 * have failed is tried again. The time stays that of the run's own last word, since the trigger compares it with
 * its own clock, not with this machine's.
 */
export async function settle(
  desk: Store,
  { state, message }: Pick<Status, "state" | "message">,
): Promise<void> {
  const known = await readStatus(desk);
  if (state !== "failed" || known.status?.state !== "running") return;
  await putStatus(desk, { ...known.status, state, ...(message !== undefined && { message }) }, known);
}

/** How an execution has ended without success, if it has. */
async function endingOf(executionArn: string): Promise<string | undefined> {
  try {
    const { status } = await new SFNClient({}).send(new DescribeExecutionCommand({ executionArn }));
    return status === "ABORTED" || status === "TIMED_OUT" || status === "FAILED" ? status : undefined;
  } catch {
    // Who may read the status need not be allowed to look into executions; it may not have begun yet.
    return undefined;
  }
}

/** Items done and in all of the map that is at work, where Step Functions tells. */
export async function itemCounts(executionArn: string | undefined): Promise<string> {
  if (executionArn === undefined) return "";
  try {
    const client = new SFNClient({});
    const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn }));
    const newest = mapRuns.sort((a, b) => Number(b.startDate) - Number(a.startDate))[0];
    if (newest === undefined) return "";
    const { itemCounts: counts } = await client.send(
      new DescribeMapRunCommand({ mapRunArn: newest.mapRunArn }),
    );
    // A stage says its name with its first item: until one is done, the name may be that of the stage before.
    return counts?.succeeded ? `, ${counts.succeeded} of ${counts.total} items` : "";
  } catch {
    return "";
  }
}
