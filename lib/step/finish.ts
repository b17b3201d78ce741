import { InputError } from "../format/error.ts";
import { inlineLink, stateLink } from "../format/state.ts";
import type { Store } from "../store/store.ts";
import { type Account, closeAccount } from "./account.ts";
import type { Run } from "./begin.ts";
import type { Context } from "./context.ts";
import { collectFaults } from "./fault.ts";
import { publishStep } from "./publish.ts";
import { newerRun, reportRun } from "./status.ts";

export type Finish = {
  readonly context: Context;
  /** Work of the project, where its status is. */
  readonly desk: Store;
  /** URL below which projects are published, without `/` at its end. */
  readonly outputUrl: string;
  readonly viewerUrl: string;
  /** What this stage and the plan have used, where that is counted. */
  readonly account?: Account;
};

export type Finished = Run & {
  readonly link: string;
  readonly stateUrl: string;
  readonly page: string;
  /** The link that holds the whole state, if it is short enough. */
  readonly inlineLink?: string;
  readonly summary: { readonly voxels: number; readonly segments: number };
};

/**
 * The publish stage of a run in the cloud. A run whose project has gone on to a newer one is not published, since
 * it would put the older dataset in the place of the newer; nor is one whose items have found something wrong, which
 * an earlier stage should have ended.
 *
 * @throws InputError with what was found wrong, if there is a newer run, or the viewer is where the dataset would be read
 */
export async function finishRun(finish: Finish, { project, run }: Run): Promise<Finished> {
  const { context, desk, outputUrl, viewerUrl, account } = finish;
  const faults = await collectFaults(context.work);
  if (faults.length > 0) throw new InputError(faults);
  const url = `${outputUrl}/${project.split("/").map(encodeURIComponent).join("/")}`;
  const name = project.slice(project.lastIndexOf("/") + 1);
  if (`${url}/`.startsWith(viewerUrl)) {
    const advice = "Use another name for the project";
    throw new InputError({ file: project, found: "would lie where the viewer is", advice });
  }
  const confirm = async () => {
    const newer = await newerRun(desk, run);
    if (newer === undefined) return;
    throw new InputError({ file: project, found: `run ${run} is superseded by run ${newer}`, passing: true });
  };
  const { voxels, segments, state, used, verified } = await publishStep(context, {
    name,
    url,
    viewer: viewerUrl,
    confirm,
  });
  const stateUrl = `${url}/state.json`;
  const page = `${url}/index.html`;
  const link = stateLink(viewerUrl, stateUrl);
  const usage = account && (await closeAccount(context.work, account, { voxels, ...used }));
  const told = { ...(usage && { usage }), ...(verified !== undefined && { verified }) };
  await reportRun(desk, { project, run }, { state: "done", link, stateUrl, page, ...told });
  const inline = inlineLink(viewerUrl, state);
  return {
    project,
    run,
    link,
    stateUrl,
    page,
    ...(inline && { inlineLink: inline }),
    summary: { voxels, segments },
  };
}

/** What Step Functions says of a failed state; of a failed function `Cause` is JSON with its message. */
export type Failure = { readonly Error?: string; readonly Cause?: string };

/**
 * The end of a failed run: gathers what its items found wrong, and says so in the status.
 *
 * @returns error and cause of the execution: the items' own words, where there are any
 */
export async function failRun(
  { work, desk }: { work: Store; desk: Store },
  run: Run,
  failure: Failure,
): Promise<{ error: string; cause: string }> {
  const faults = await collectFaults(work);
  const error = faults.length > 0 ? "InputError" : (failure.Error ?? "Error");
  const message = faults.length > 0 ? new InputError(faults).message : causeOf(failure);
  await reportRun(desk, run, { state: "failed", message, ...(faults.length > 0 && { faults }) });
  return { error: error.slice(0, 256), cause: message.slice(0, 30_000) };
}

function causeOf({ Error: name = "an error without a name", Cause: cause = "" }: Failure): string {
  const again = "Upload info again to try once more";
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: string };
    return `${name}: ${errorMessage ?? cause}. ${again}`;
  } catch {
    return `${name}: ${cause || "no cause was given, see the logs of the functions"}. ${again}`;
  }
}
