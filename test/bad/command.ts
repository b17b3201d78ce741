import { spawn } from "node:child_process";
import path from "node:path";
import { type Ended, ended } from "../process.ts";

const root = path.resolve(import.meta.dirname, "../..");
/** Loaded before the program: says at its end what it has used, the main thread for the whole process. */
const meter = `data:text/javascript,${encodeURIComponent(
  'import fs from "node:fs"; import { isMainThread } from "node:worker_threads";' +
    'if (isMainThread) process.on("exit", () => fs.writeSync(1, "\\npeak " + process.resourceUsage().maxRSS));',
)}`;

export type Measured = Ended & {
  /** Largest resident memory, threads included. */
  readonly mebibytes: number;
  readonly seconds: number;
};

/** Runs `convert` as people do, in a process of its own, and measures it. */
export async function convertCommand(args: readonly string[]): Promise<Measured> {
  const since = performance.now();
  const child = spawn(process.execPath, ["--import", meter, path.join(root, "bin/convert.ts"), ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const end = await ended(child);
  const kibibytes = Number(/peak (\d+)$/.exec(end.out)?.[1] ?? Number.NaN);
  return { ...end, mebibytes: kibibytes / 1024, seconds: (performance.now() - since) / 1000 };
}
