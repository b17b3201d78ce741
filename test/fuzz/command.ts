import { parseArgs } from "node:util";
import { figure } from "../figure.ts";
import { uncovered } from "./coverage.ts";
import { drive } from "./drive.ts";
import type { Failure } from "./execute.ts";
import type { Covered, Job, Tally } from "./job.ts";
import { allTargets } from "./targets.ts";

const usage = `usage: npm run fuzz -- [--minutes 1] [--target NAME] [--seed 1] [--number N] [--corpus DIR] [--coverage]

  --minutes   processor time, of all targets together
  --target    one target; may be given several times. All: NAMES
  --seed      another seed, other inputs; an input follows from the seed and its number
  --number    that execution alone
  --corpus    a folder of further TIFF files for tiff-files
  --coverage  lines of lib/ that no execution reached`;

process.exitCode = await command();

async function command(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "1" },
      target: { type: "string", multiple: true },
      seed: { type: "string", default: "1" },
      number: { type: "string" },
      corpus: { type: "string" },
      coverage: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const names = allTargets(values.corpus).map(({ name }) => name);
  const targets = values.target ?? names;
  const numbers = [values.minutes, values.seed, values.number ?? "0"].map(Number);
  const wrong = !targets.every((name) => names.includes(name)) || !numbers.every((n) => n >= 0);
  if (values.help || wrong) {
    console.log(usage.replace("NAMES", names.join(", ")));
    return wrong ? 2 : 0;
  }
  const [minutes, seed, number] = numbers as [number, number, number];
  const { corpus, coverage } = values;
  const common = { seed, coverage, ...(corpus !== undefined && { corpus }) };
  const weights = allTargets(corpus).filter(({ name }) => targets.includes(name));
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  const jobs: Job[] = weights.map(({ name, weight }) => ({
    ...common,
    targets: [name],
    from: number,
    limit: values.number === undefined ? { seconds: (minutes * 60 * weight) / total } : { each: 1 / weight },
  }));
  return runAll(jobs);
}

/** Each target in a process of its own, one after the other. @returns the exit status */
async function runAll(jobs: readonly Job[]): Promise<number> {
  console.log(`seed ${jobs[0]?.seed}`);
  const covered: Covered[] = [];
  const tallies: Tally[] = [];
  let failed = 0;
  for (const job of jobs) {
    const result = await drive(job);
    tallies.push(...result.tallies);
    covered.push(...result.covered);
    for (const tally of result.tallies) console.log(line(tally));
    for (const failure of result.failures) console.log(explain(job, failure));
    failed += result.failures.length;
  }
  figure(line(sum(tallies)));
  for (const { file, lines, never } of uncovered(covered)) {
    if (never.length < lines)
      console.log(`${file}: ${lines - never.length} of ${lines} lines; not ${never.join(" ")}`);
  }
  console.log(failed === 0 ? "no failure" : `${failed} failures`);
  return failed === 0 ? 0 : 1;
}

function line({ target, executions, accepted, seconds, most }: Tally): string {
  const share = executions === 0 ? 0 : Math.round((100 * accepted) / executions);
  const memory = (most / 2 ** 20).toFixed(1);
  return `${target}: ${executions} executions, ${share} % accepted, ${(seconds / 60).toFixed(1)} min, at most ${memory} MiB`;
}

function sum(tallies: readonly Tally[]): Tally {
  const add = (key: "executions" | "accepted" | "seconds") =>
    tallies.reduce((total, tally) => total + tally[key], 0);
  const most = Math.max(0, ...tallies.map((tally) => tally.most));
  return {
    target: "all",
    executions: add("executions"),
    accepted: add("accepted"),
    seconds: add("seconds"),
    most,
  };
}

function explain({ seed, corpus }: Job, { target, number, what, input }: Failure): string {
  const folder = corpus === undefined ? "" : ` --corpus ${corpus}`;
  const again = `npm run fuzz -- --target ${target} --seed ${seed} --number ${number}${folder}`;
  return `FAILURE ${target} ${number}: ${what}\n  input: ${input}\n  again: ${again}`;
}
