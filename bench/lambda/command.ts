import { parseArgs } from "node:util";
import { measureRun } from "./run.ts";
import { measureStart } from "./start.ts";
import { measureThreads } from "./threads.ts";

const usage = `usage: npm run bench:lambda -- start
       npm run bench:lambda -- run SLICES [--latency 20] [--rate 80] [--memory 1769]
       npm run bench:lambda -- threads SLICES

  start      size of each function's bundle, and the time until its handler can be called
  run        a whole run, each call in a process of its own, and what it uses and costs
  threads    the stages that fan out, on one thread and on two of a function with twice the memory
  --latency  milliseconds until the buckets begin to answer
  --rate     MB per second of one connection to them`;

const options = {
  latency: { type: "string", default: "20" },
  rate: { type: "string", default: "80" },
  memory: { type: "string", default: "1769" },
} as const;
const { values, positionals } = parseArgs({ options, allowPositionals: true });
const [what, folder] = positionals;
const [latency, rate, memory] = [values.latency, values.rate, values.memory].map(Number) as [
  number,
  number,
  number,
];
if (what === "start") await measureStart();
else if (what === "run" && folder !== undefined) await measureRun({ folder, latency, rate, memory });
else if (what === "threads" && folder !== undefined) await measureThreads(folder);
else {
  console.error(usage);
  process.exitCode = 1;
}
