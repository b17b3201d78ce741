import { DescribeMapRunCommand, ListMapRunsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { readStatus, type Status } from "../step/status.ts";
import { bucketStore, createS3 } from "../store/bucket.ts";
import type { Store } from "../store/store.ts";
import type { Site } from "./site.ts";

/** A project's place in the work bucket. */
export function deskAt(site: Site, project: string): Store {
  return bucketStore({ client: createS3(), bucket: site.WorkBucket, prefix: project });
}

/** Says stage by stage how a run goes on, until it is done or has failed. @returns its last status */
export async function follow(
  { site, project, run }: { site: Site; project: string; run: string },
  say: (line: string) => void,
  pause = 1000,
): Promise<Status> {
  const desk = deskAt(site, project);
  let last = "";
  for (;;) {
    const { status } = await readStatus(desk);
    const line =
      status === undefined || status.run !== run ? "waiting for the run to start" : await describe(status);
    if (line !== last) say(line);
    last = line;
    if (status?.run === run && (status.state === "done" || status.state === "failed")) return status;
    if (status?.state === "failed" && status.run === undefined) return status;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** A status in one line for people; of a running one with the items of the stage at work. */
export async function describe(status: Status): Promise<string> {
  const { state, stage, message, slices } = status;
  if (state === "waiting")
    return message ?? `waiting: ${slices?.have ?? 0} of ${slices?.need ?? "?"} slices are there`;
  if (state === "running") return `running: ${stage ?? "start"}${await items(status)}`;
  return state;
}

/** Items done and in all of the map that is at work, where Step Functions tells. */
async function items({ executionArn }: Status): Promise<string> {
  if (executionArn === undefined) return "";
  try {
    const client = new SFNClient({});
    const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn }));
    const newest = mapRuns.sort((a, b) => Number(b.startDate) - Number(a.startDate))[0];
    if (newest === undefined) return "";
    const { itemCounts } = await client.send(new DescribeMapRunCommand({ mapRunArn: newest.mapRunArn }));
    return itemCounts === undefined ? "" : `, ${itemCounts.succeeded} of ${itemCounts.total} items`;
  } catch {
    // Progress is a courtesy: who may read the status need not be allowed to look into executions.
    return "";
  }
}
