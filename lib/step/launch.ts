import { type Fault, InputError } from "../format/error.ts";
import { executionName, refusalId } from "../plan/run.ts";
import { ChangedError, type Store } from "../store/store.ts";
import type { Run } from "./begin.ts";
import type { Touched } from "./event.ts";
import { type Known, readStatus, type Status, writeStatus } from "./status.ts";
import { type Decision, decide } from "./trigger.ts";

/** Where projects lie and how a run is started. Both stores are narrowed to the project. */
export type Site = {
  readonly input: Store;
  readonly work: Store;
  /** Starts an execution. @returns false if there is one of that name already, running or ended */
  readonly start: (name: string, run: ToStart) => Promise<boolean>;
  /** What the execution of a name will be known by. */
  readonly arnOf: (name: string) => string;
};

/** What an execution is started with: faults are what it ends with at once. */
export type ToStart = Run & { readonly faults?: readonly Fault[] };

/** Tries against others who decide on the same project at the same time. */
const mostTries = 20;

/**
 * Looks at a project and starts its run if its input is whole and new. The status is the lock: it is replaced
 * only if it is still the one that was read before looking, so of several that look at once the one with the
 * newest view wins, and a run is begun once.
 *
 * @returns the name of the execution that was started
 */
export async function launch(site: Site, touched: Touched): Promise<string | undefined> {
  for (let tries = 1; ; tries++) {
    const known = await readStatus(site.work);
    const decision = await decide(site.input, touched.project);
    try {
      return await act(site, touched, known, decision);
    } catch (error) {
      if (!(error instanceof ChangedError) || tries === mostTries) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50 * tries * Math.random()));
    }
  }
}

async function act(
  site: Site,
  { project, since }: Touched,
  known: Known,
  decision: Decision,
): Promise<string | undefined> {
  const before = known.status;
  if (decision.state === "failed") return refuse(site, { project, faults: decision.faults }, known);
  if (decision.state === "waiting") {
    await say(site.work, { project, ...decision }, known);
    return undefined;
  }
  const { run } = decision;
  if (before?.run !== run) return begin(site, { project, run }, known);
  // Whoever wrote this status may have been cut off before it could start the run.
  if (before.stage === "start" && before.updated < secondsAgo(30)) await resume(site, before);
  // After a failure that was not the input's, uploading anything again asks for another try; an event from
  // before it does not.
  const again = before.state === "failed" && before.faults === undefined && since > before.updated;
  return again ? begin(site, { project, run }, known) : undefined;
}

/**
 * Says that a project cannot be converted as it is. An execution fails of it, so that those hear of it who watch
 * executions, or are sent the news of them.
 */
async function refuse(
  site: Site,
  { project, faults }: { project: string; faults: readonly Fault[] },
  known: Known,
): Promise<string | undefined> {
  const run = refusalId(project, faults);
  const name = executionName(project, run);
  const message = new InputError(faults).message;
  const word = { project, state: "failed", message, faults, executionArn: site.arnOf(name) } as const;
  if (saysTheSame(known.status, word)) return undefined;
  const started = await site.start(name, { project, run, faults });
  await say(site.work, word, known);
  return started ? name : undefined;
}

/** An input can come back (A, then B, then A again), or be tried again: then the plain name is taken. */
async function begin(
  site: Site,
  { project, run }: { project: string; run: string },
  known: Known,
): Promise<string> {
  const starting = (name: string) =>
    ({ project, run, state: "running", stage: "start", executionArn: site.arnOf(name) }) as const;
  const plain = executionName(project, run);
  await writeStatus(site.work, starting(plain), known);
  if (await site.start(plain, { project, run })) return plain;
  const again = executionName(project, run, Date.now().toString(36));
  const now = await readStatus(site.work);
  if (now.status?.run !== run) throw new ChangedError(project);
  await writeStatus(site.work, starting(again), now);
  await site.start(again, { project, run });
  return again;
}

function secondsAgo(seconds: number): string {
  return new Date(Date.now() - seconds * 1000).toISOString();
}

async function resume(site: Site, { project, run = "", executionArn = "" }: Status): Promise<void> {
  const name = executionArn.slice(executionArn.lastIndexOf(":") + 1);
  await site.start(name, { project, run });
}

/** Of many who wait for the same at the same time it is enough that one says so who has seen as much. */
async function say(work: Store, status: Omit<Status, "updated">, known: Known): Promise<void> {
  if (saysTheSame(known.status, status)) return;
  try {
    await writeStatus(work, status, known);
  } catch (error) {
    const said = (await readStatus(work)).status?.slices;
    const seen = status.slices;
    const enough = said && seen && said.need === seen.need && said.have >= seen.have;
    if (!(error instanceof ChangedError && enough)) throw error;
  }
}

/** A status that is already there is not written again: of ten thousand slices most change nothing. */
function saysTheSame(before: Status | undefined, status: Omit<Status, "updated">): boolean {
  if (before === undefined) return false;
  const { updated: _, ...rest } = before;
  return JSON.stringify(rest) === JSON.stringify(status);
}
