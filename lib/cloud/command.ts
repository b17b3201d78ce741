import { parseArgs } from "node:util";
import { InputError } from "../format/error.ts";
import { readStatus, type Status } from "../step/status.ts";
import { useEmulator } from "./endpoint.ts";
import { explain } from "./explain.ts";
import { describe, deskAt, follow } from "./follow.ts";
import { push, sendInfo } from "./push.ts";
import { findSite } from "./site.ts";

const pushUsage = `usage: npm run push -- IN PROJECT [--stack Neuropress] [--prune] [--no-follow] [--json] [--emulator]

  IN       a folder of TIFF slices with an info file, or one multi-page TIFF with an info beside it
  PROJECT  a name in the uploads bucket, several levels are fine: lab/volume-1`;
const statusUsage = "usage: npm run status -- PROJECT [--stack Neuropress] [--json] [--emulator]";
const common = {
  stack: { type: "string", default: "Neuropress" },
  json: { type: "boolean", default: false },
  emulator: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;
const say = (line: string) => void process.stderr.write(`${line}\n`);

/** The `push` command: uploads, then follows the run. @returns the exit status */
export async function pushCommand(args: readonly string[]): Promise<number> {
  return guarded(pushUsage, async () => {
    const options = {
      ...common,
      prune: { type: "boolean", default: false },
      "no-follow": { type: "boolean", default: false },
    } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [input, project] = positionals;
    if (values.help || input === undefined || project === undefined || positionals.length > 2)
      return usage(pushUsage, values.help);
    if (values.emulator) await useEmulator();
    const site = await findSite(values.stack);
    const desk = deskAt(site, project);
    process.once("SIGINT", () => stopped(input, project));
    const { run, sent } = await push({ input, project, site, prune: values.prune, say });
    const before = (await readStatus(desk)).status;
    if (sent === 0 && before?.run === run && before.state === "done") {
      say("nothing has changed: the dataset is published");
      return report(before, values.json);
    }
    // Nothing new was sent, so nothing else would ask for another try.
    if (sent === 0 && before?.state !== "running") await sendInfo(input, project, site);
    if (values["no-follow"])
      return report({ ...before, project, run, state: "running", updated: "" }, values.json);
    return report(await follow({ site, project, run }, say), values.json);
  });
}

/** The `status` command. @returns 1 if the project's last run has failed */
export async function statusCommand(args: readonly string[]): Promise<number> {
  return guarded(statusUsage, async () => {
    const { values, positionals } = parseArgs({ args: [...args], options: common, allowPositionals: true });
    const [project] = positionals;
    if (values.help || project === undefined || positionals.length > 1)
      return usage(statusUsage, values.help);
    if (values.emulator) await useEmulator();
    const { status } = await readStatus(deskAt(await findSite(values.stack), project));
    if (status === undefined) {
      throw new InputError({
        file: project,
        found: "is not known",
        advice: `Upload it: npm run push -- IN ${project}`,
      });
    }
    if (!values.json) say(`${project}: ${await describe(status)}`);
    return report(status, values.json);
  });
}

/** What Ctrl-C leaves: nothing that has to be cleaned up. */
function stopped(input: string, project: string): never {
  say(
    "\nstopped. What was sent stays: the same command goes on from there. A run that has started goes on by itself:",
  );
  say(`  npm run push -- ${input} ${project}\n  npm run status -- ${project}`);
  process.exit(130);
}

function report(status: Status, json: boolean): number {
  if (json) process.stdout.write(`${JSON.stringify(status, null, 2)}\n`);
  else if (status.state === "failed")
    process.stderr.write(`error: ${status.message ?? "the run has failed"}\n`);
  else if (status.link !== undefined) process.stdout.write(`${status.link}\n`);
  return status.state === "failed" ? 1 : 0;
}

function usage(text: string, asked: boolean): number {
  process.stderr.write(`${text}\n`);
  return asked ? 0 : 1;
}

async function guarded(text: string, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const wrongCall =
      error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
    process.stderr.write(wrongCall ? `error: ${error.message}\n\n${text}\n` : `${explain(error)}\n`);
    return 1;
  }
}
