import { createInterface } from "node:readline";
import type { KernelOptions } from "./stage/kernel.ts";
import { type KernelName, kernels } from "./stage/kernels.ts";

/*
 * The process in which a stage of ours runs: node bench/host.ts KERNEL OPTIONS. It answers with a line of JSON, first
 * when it is ready, then to every line `run` or `check`; bench/peer/host.py speaks the same.
 */
const [name, options] = process.argv.slice(2) as [KernelName, string];
const kernel = await kernels[name](JSON.parse(options) as KernelOptions);
say(kernel.facts);
for await (const line of createInterface({ input: process.stdin })) {
  // What the last round left behind is not to be cleared away in the time of the next.
  globalThis.gc?.();
  say(await kernel.run(line === "check"));
}

function say(answer: unknown): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
