import { fork } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { chanceOf } from "./chance.ts";
import type { Failure } from "./execute.ts";
import type { Covered, Job, Report, Tally } from "./job.ts";
import { allTargets } from "./targets.ts";

export type Result = {
  readonly tallies: readonly Tally[];
  readonly failures: readonly Failure[];
  readonly covered: readonly Covered[];
};

/** A process that is at the same execution for so long hangs, however busy the machine is. */
const longest = 60_000;
const workerFile = path.join(import.meta.dirname, "worker.ts");

/** Executes a job in a process of its own: whatever ends it is a failure of the execution it was at. */
export async function drive(job: Job): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), "fuzz-"));
  try {
    return await watch(job, path.join(folder, "at"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function watch(job: Job, place: string): Promise<Result> {
  const tallies: Tally[] = [];
  const failures: Failure[] = [];
  const covered: Covered[] = [];
  const execArgv = ["--expose-gc", "--max-old-space-size=512"];
  const child = fork(workerFile, [JSON.stringify(job), place], { execArgv });
  child.on("message", (report: Report) => {
    if ("failure" in report) failures.push(report.failure);
    else if ("tally" in report) tallies.push(report.tally);
    else covered.push(...report.covered);
  });
  const stop = () => child.kill("SIGKILL");
  process.once("exit", stop);
  let before = "";
  const timer = setInterval(async () => {
    const now = (await readFile(place).catch(() => Buffer.of())).toString("hex");
    if (now === before) stop();
    before = now;
  }, longest);
  const code = await new Promise<number | string>((resolve) => {
    child.once("close", (status, signal) => resolve(status ?? signal ?? "?"));
  });
  clearInterval(timer);
  process.off("exit", stop);
  if (code !== 0) failures.push(await deathOf(job, place, code));
  return { tallies, failures, covered };
}

async function deathOf(job: Job, place: string, code: number | string): Promise<Failure> {
  const bytes = await readFile(place);
  const [target = 0, number = 0] = bytes.length === 16 ? new Float64Array(new Uint8Array(bytes).buffer) : [];
  const name = job.targets[target] ?? "?";
  const made = allTargets(job.corpus).find((one) => one.name === name);
  const input = made?.prepare(chanceOf(name, job.seed, number)).show() ?? "none yet";
  const what = code === "SIGKILL" ? `does not end within ${longest} ms` : `ended its process (${code})`;
  return { target: name, number, what, input };
}
