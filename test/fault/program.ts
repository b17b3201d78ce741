import { spawn } from "node:child_process";
import path from "node:path";
import type { PlannedFault } from "./preload.ts";

const root = path.resolve(import.meta.dirname, "../..");

export type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly said: string;
};

export type Running = {
  readonly input: string;
  readonly output: string;
  readonly threads?: number;
  readonly fault?: PlannedFault;
  /** Milliseconds after which the process is killed. */
  readonly killAfter?: number;
  /** Said before `node`, such as a shell that sets a limit first. */
  readonly within?: readonly string[];
  readonly nodeOptions?: readonly string[];
};

/** Longest that a conversion of the few slices of these tests may take on a busy machine. */
const patience = 120_000;

/** `convert` as a process of its own; one that hangs is killed, and has then no exit code. */
export function runProgram(run: Running): Promise<Ended> {
  const { input, output, threads = 2, fault, killAfter = patience, within = [], nodeOptions = [] } = run;
  const preload = fault === undefined ? [] : ["--import", path.join(import.meta.dirname, "preload.ts")];
  const args = [...nodeOptions, ...preload, path.join(root, "bin/convert.ts"), input, output];
  const options = ["--resolution", "8x8x40nm", "--chunk", "32", "--threads", String(threads)];
  const [command, ...rest] = [...within, process.execPath, ...args, ...options];
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NEUROPRESS_FAULT: JSON.stringify(fault ?? {}) };
    const child = spawn(command as string, rest, { stdio: ["ignore", "pipe", "pipe"], env });
    let said = "";
    const listen = (data: Buffer) => {
      said += data.toString();
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    const kill = setTimeout(() => child.kill("SIGKILL"), killAfter);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(kill);
      resolve({ code, signal, said });
    });
  });
}
