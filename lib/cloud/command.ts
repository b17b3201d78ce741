import { parseArgs } from "node:util";
import { InputError } from "../format/error.ts";
import { parseUsd } from "../plan/budget.ts";
import type { Status } from "../step/status.ts";
import { useEmulator } from "./endpoint.ts";
import { currentStatus, settle } from "./execution.ts";
import { describe, deskAt, follow } from "./follow.ts";
import { type Pushed, push, sendInfo } from "./push.ts";
import { guarded, quoted, report, say, usage } from "./shell.ts";
import { findSite, type Site } from "./site.ts";

const pushUsage = `usage: npm run push -- IN PROJECT [--stack Neuropress] [--prune] [--no-follow] [--max-usd N] [--json] [--emulator]

  IN           a folder of TIFF slices with an info file, or one multi-page TIFF with an info beside it
  PROJECT      a name in the uploads bucket, several levels are fine: lab/volume-1
  --prune      delete slices of an earlier upload that IN has not
  --no-follow  upload only; the run starts and goes on by itself
  --max-usd N  send nothing if the run is expected to cost more (npm run plan -- IN)`;
const statusUsage = "usage: npm run status -- PROJECT [--stack Neuropress] [--json] [--emulator]";
const common = {
  stack: { type: "string", default: "Neuropress" },
  json: { type: "boolean", default: false },
  emulator: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** The `push` command: uploads, then follows the run. @returns the exit status */
export async function pushCommand(args: readonly string[]): Promise<number> {
  return guarded(pushUsage, async () => {
    const options = {
      ...common,
      prune: { type: "boolean", default: false },
      "no-follow": { type: "boolean", default: false },
      "max-usd": { type: "string" },
    } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [input, project] = positionals;
    if (values.help || input === undefined || project === undefined || positionals.length > 2)
      return usage(pushUsage, values.help);
    const maxUsd = values["max-usd"] === undefined ? {} : { maxUsd: parseUsd(values["max-usd"]) };
    if (values.emulator) await useEmulator();
    const site = await findSite(values.stack);
    process.once("SIGINT", () => stopped(args, [project, ...where(values)]));
    const before = await currentStatus(deskAt(site, project));
    const pushed = await push({ input, project, site, prune: values.prune, ...maxUsd, say }).catch(cutOff);
    const run = { input, project, site, before };
    return report(await conclude(run, pushed, !values["no-follow"]), values.json);
  });
}

type Uploaded = { input: string; project: string; site: Site; before: Status | undefined };

/** What becomes of an upload: nothing if nothing is new, else a run, which is followed. */
async function conclude(uploaded: Uploaded, { run, sent }: Pushed, following: boolean): Promise<Status> {
  const { input, project, site, before } = uploaded;
  const same = sent === 0 && before?.run === run;
  if (same && before?.state === "done") {
    say("nothing has changed: the dataset is published");
    return before;
  }
  if (same && before?.faults !== undefined) {
    say("nothing has changed: the run of these files has failed");
    return before;
  }
  if (sent === 0 && !(same && before?.state === "running")) {
    if (same) await settle(deskAt(site, project), before);
    // Nothing new was sent, so nothing else would ask for another try.
    await sendInfo(input, project, site);
  }
  if (following) return follow({ site, project, run, before }, say);
  const message = "uploaded; the run starts by itself";
  say(`${message}: npm run status -- ${quoted([project])}`);
  return { project, run, state: "waiting", message, updated: new Date().toISOString() };
}

/** The `status` command. @returns 1 if the project's last run has failed */
export async function statusCommand(args: readonly string[]): Promise<number> {
  return guarded(statusUsage, async () => {
    const { values, positionals } = parseArgs({ args: [...args], options: common, allowPositionals: true });
    const [project] = positionals;
    if (values.help || project === undefined || positionals.length > 1)
      return usage(statusUsage, values.help);
    if (values.emulator) await useEmulator();
    const status = await currentStatus(deskAt(await findSite(values.stack), project));
    if (status === undefined) {
      throw new InputError({
        file: project,
        found: "is not known",
        advice: `Upload it: npm run push -- IN ${quoted([project])}`,
      });
    }
    if (!values.json) say(`${project}: ${await describe(status)}`);
    return report(status, values.json);
  });
}

/** For `catch` of an upload: what is wrong with the input must be mended first, all else may be over by the next try. */
function cutOff(error: unknown): never {
  if (!(error instanceof InputError)) say("What was sent stays: the same command goes on from there.");
  throw error;
}

/** What Ctrl-C leaves: nothing that has to be cleaned up. */
function stopped(args: readonly string[], status: readonly string[]): never {
  say(
    "\nstopped. What was sent stays: the same command goes on from there. A run that has started goes on by itself:",
  );
  say(`  npm run push -- ${quoted(args)}\n  npm run status -- ${quoted(status)}`);
  process.exit(130);
}

/** The options that say which stack is meant. */
function where({ stack, emulator }: { stack: string; emulator: boolean }): string[] {
  return [...(stack === common.stack.default ? [] : ["--stack", stack]), ...(emulator ? ["--emulator"] : [])];
}
