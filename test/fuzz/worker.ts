import { openSync, writeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { startCoverage } from "./coverage.ts";
import { execute, type Failure } from "./execute.ts";
import type { Job, Report, Tally } from "./job.ts";
import type { Target } from "./target.ts";

/*
 * The process that executes: arguments are a job and the file where it writes which execution it is at, so
 * that its end, whatever it be, can be told. Run with --expose-gc.
 */
const [, , jobText = "", place = ""] = process.argv;
const job: Job = JSON.parse(jobText);
const file = openSync(place, "w");
// Whoever wanted the answers is gone.
process.once("disconnect", () => process.exit());
const at = new Float64Array(2);

const takeCoverage = job.coverage ? await startCoverage() : undefined;
const { allTargets } = await import("./targets.ts");
const chosen = allTargets(job.corpus).filter(({ name }) => job.targets.includes(name));
const weights = chosen.reduce((sum, { weight }) => sum + weight, 0);
for (const target of chosen) {
  at[0] = job.targets.indexOf(target.name);
  tell({ tally: await run(target) });
  await setImmediate();
}
if (takeCoverage !== undefined) tell({ covered: await takeCoverage() });
process.disconnect?.();

async function run(target: Target): Promise<Tally> {
  const start = process.cpuUsage();
  const seconds = () => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  };
  const isDone = (executions: number) =>
    "each" in job.limit
      ? executions >= job.limit.each * target.weight
      : executions % 64 === 0 && seconds() > (job.limit.seconds * target.weight) / weights;
  const told = new Set<string>();
  let [executions, accepted, most] = [0, 0, 0];
  for (; !isDone(executions); executions++) {
    at[1] = job.from + executions;
    writeSync(file, new Uint8Array(at.buffer), 0, 16, 0);
    const outcome = await execute(target, job.seed, at[1]);
    if (outcome.accepted) accepted++;
    most = Math.max(most, outcome.grew);
    if (outcome.failure !== undefined) tellOnce(told, outcome.failure);
    // Messages go out only between turns of the event loop.
    if (executions % 1000 === 999) await setImmediate();
  }
  return { target: target.name, executions, accepted, seconds: seconds(), most };
}

/** One example of each kind is enough. */
function tellOnce(told: Set<string>, failure: Failure): void {
  const kind = failure.what
    .split("\n")
    .slice(0, 2)
    .join(" ")
    .replace(/\d+|"[^"]*"/g, "");
  if (told.has(kind) || told.size >= 8) return;
  told.add(kind);
  tell({ failure });
}

function tell(report: Report): void {
  if (process.send === undefined) console.log(JSON.stringify(report));
  else process.send(report);
}
