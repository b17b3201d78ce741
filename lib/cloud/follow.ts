import { InputError } from "../format/error.ts";
import type { Status } from "../step/status.ts";
import { bucketStore, createS3 } from "../store/bucket.ts";
import type { Store } from "../store/store.ts";
import { currentStatus, itemCounts } from "./execution.ts";
import type { Site } from "./site.ts";

export type Following = {
  readonly site: Site;
  readonly project: string;
  readonly run: string;
  /** The status before the run was asked for: what it says of a failure is old. */
  readonly before?: Status | undefined;
};

/** Milliseconds until we say that nothing has started, and until we give up. */
const patience = { hint: 60_000, end: 15 * 60_000 };

/** A project's place in the work bucket. */
export function deskAt(site: Site, project: string): Store {
  return bucketStore({ client: createS3(), bucket: site.WorkBucket, prefix: project });
}

/**
 * Says stage by stage how a run goes on, until it is done or has failed.
 *
 * @returns its last status
 * @throws InputError if a newer upload has taken the run's place, or the run does not start
 */
export async function follow(
  { site, project, run, before }: Following,
  say: (line: string) => void,
  pause = 1000,
): Promise<Status> {
  const desk = deskAt(site, project);
  const since = performance.now();
  let said = "";
  let seen = false;
  for (;;) {
    const status = await currentStatus(desk);
    const waited = performance.now() - since;
    const answer = status && isAnswer(status, { run, before, late: waited > patience.hint });
    if (seen && status?.run !== run) throw superseded(project, run);
    if (!seen && waited > patience.end) throw notStarted(project);
    seen ||= answer === true && status?.run === run;
    const line = answer ? await describe(status) : waitingLine(waited);
    if (line !== said) say(line);
    said = line;
    if (answer && (status.state === "done" || status.state === "failed")) return status;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Whether a status is the word on this run, and not what was there before it. */
export function isAnswer(
  { run: of, state, faults, updated }: Status,
  { run, before, late }: { run: string; before?: Status | undefined; late: boolean },
): boolean {
  if (state !== "failed") return of === run;
  if (of !== run && of !== undefined) return false;
  // An input that is at fault fails again without being tried; after other failures there is another try.
  const final = of === run && faults !== undefined;
  return final || late || updated !== before?.updated;
}

/** A status in one line for people; of a running one with the items of the stage at work. */
export async function describe(status: Status): Promise<string> {
  const { state, stage, message, slices, items, executionArn } = status;
  if (state === "waiting")
    return message ?? `waiting: ${slices?.have ?? 0} of ${slices?.need ?? "?"} slices are there`;
  const resumed = items?.already ? ` (${items.already} of ${items.all} items were there already)` : "";
  if (state === "running") return `running: ${stage ?? "start"}${await itemCounts(executionArn)}${resumed}`;
  return `${state}${resumed}`;
}

function waitingLine(waited: number): string {
  if (waited < patience.hint) return "waiting for the run to start";
  return "no run has started for a minute: the logs of the trigger function may tell why (still waiting)";
}

function superseded(project: string, run: string): InputError {
  return new InputError({
    file: project,
    found: `run ${run} was superseded: files of the project have changed since`,
    advice: `See the newer one: npm run status -- ${project}`,
  });
}

function notStarted(project: string): InputError {
  return new InputError({
    file: project,
    found: "no run has started within 15 minutes",
    advice: `See the logs of the trigger function, and npm run status -- ${project}`,
  });
}
