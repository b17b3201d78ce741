import type { Fault } from "../format/error.ts";
import { ChangedError, type Store } from "../store/store.ts";
import type { Bill } from "./account.ts";

export const statusKey = "status.json";

/** The latest word on a project, for people and for the `status` command. */
export type Status = {
  readonly project: string;
  /** The run of the newest complete input; absent while there is none. */
  readonly run?: string;
  readonly state: "waiting" | "running" | "failed" | "done";
  /** Of a running run: `start` until the plan has begun, then the stage that was begun last. */
  readonly stage?: string;
  readonly message?: string;
  readonly faults?: readonly Fault[];
  readonly slices?: { readonly have: number; readonly need: number };
  /** Items of the run, and how many of them an earlier try had done when this one was planned. */
  readonly items?: { readonly all: number; readonly already: number };
  /** What the run has used, and what that costs at list prices. */
  readonly usage?: Bill;
  readonly link?: string;
  readonly stateUrl?: string;
  /** One line of what was verified before it was published. */
  readonly verified?: string;
  /** URL of the page that tells of the dataset. */
  readonly page?: string;
  readonly executionArn?: string;
  /** ISO time. */
  readonly updated: string;
};

/** A status that was read, and the etag of what was read, against which it may be replaced. */
export type Known = { readonly status?: Status; readonly etag?: string };

/** @param work the work store narrowed to the project */
export async function readStatus(work: Store): Promise<Known> {
  const object = await work.get(statusKey);
  if (object === undefined) return {};
  const status = JSON.parse(new TextDecoder().decode(object.bytes)) as Status;
  return { status, ...(object.etag !== undefined && { etag: object.etag }) };
}

/**
 * Writes a status in place of the one that was read. Who decides on an old listing thus cannot overwrite what
 * was decided on a newer one.
 *
 * @throws ChangedError if another was written in the meantime
 */
export async function writeStatus(work: Store, status: Omit<Status, "updated">, known: Known): Promise<void> {
  await putStatus(work, { ...status, updated: new Date().toISOString() }, known);
}

/** As `writeStatus`, of a time that is known. */
export async function putStatus(work: Store, status: Status, { status: before, etag }: Known): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify(status));
  await work.put(statusKey, bytes, {
    contentType: "application/json",
    cacheControl: "no-cache",
    ...(before === undefined && { ifNoneMatch: "*" as const }),
    ...(etag !== undefined && { ifMatch: etag }),
  });
}

export type Word = Omit<Status, "project" | "run" | "executionArn" | "updated">;

/**
 * Says how a run is going on, unless the project has gone on to a newer one: its status is left alone.
 *
 * @returns whether the run is still the project's latest
 */
export async function reportRun(
  work: Store,
  { project, run }: { project: string; run: string },
  word: Word,
): Promise<boolean> {
  for (;;) {
    const known = await readStatus(work);
    if (known.status !== undefined && known.status.run !== run) return false;
    const { executionArn, items } = known.status ?? {};
    const kept = { ...(executionArn !== undefined && { executionArn }), ...(items && { items }) };
    const status = { project, run, ...kept, ...word };
    try {
      await writeStatus(work, status, known);
      return true;
    } catch (error) {
      // Another has written: what it wrote may be of a newer run.
      if (!(error instanceof ChangedError)) throw error;
    }
  }
}

/** The newer run that has taken the place of this one, if there is one. */
export async function newerRun(work: Store, run: string): Promise<string | undefined> {
  const { status } = await readStatus(work);
  return status?.run === run ? undefined : status?.run;
}
