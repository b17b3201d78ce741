import { spawn } from "node:child_process";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
/** Loaded before the program: says at its end what it has used, the main thread for the whole process. */
const meter = `data:text/javascript,${encodeURIComponent(
  'import fs from "node:fs"; import { isMainThread } from "node:worker_threads";' +
    'if (isMainThread) process.on("exit", () => fs.writeSync(1, "\\npeak " + process.resourceUsage().maxRSS));',
)}`;

export type Ended = {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Largest resident memory, threads included. */
  readonly mebibytes: number;
  readonly seconds: number;
};

/** Runs `convert` as people do, in a process of its own, and measures it. */
export function convertCommand(args: readonly string[]): Promise<Ended> {
  const since = performance.now();
  const child = spawn(process.execPath, ["--import", meter, path.join(root, "bin/convert.ts"), ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { out: "", err: "" };
  child.stdout.on("data", (part) => {
    said.out += part;
  });
  child.stderr.on("data", (part) => {
    said.err += part;
  });
  return new Promise((resolve) => {
    child.once("close", (code) => {
      const kibibytes = Number(/peak (\d+)$/.exec(said.out)?.[1] ?? Number.NaN);
      const seconds = (performance.now() - since) / 1000;
      resolve({ code, ...said, mebibytes: kibibytes / 1024, seconds });
    });
  });
}
