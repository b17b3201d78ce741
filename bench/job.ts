import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { pinned } from "./core.ts";
import { peerEnvironment } from "./session.ts";

export type Job = {
  /** From start to end of the process, its start-up included. */
  readonly seconds: number;
  /** Largest resident memory of the process, MB of 10^6 bytes. */
  readonly peak: number;
  readonly output: string;
};

/** Runs a program to its end on some cores. @throws Error with its words if it fails */
export function runJob(cores: readonly number[], command: readonly string[]): Promise<Job> {
  const [program, args] = pinned(cores, command);
  const since = performance.now();
  const child = spawn(program, args, {
    env: { ...process.env, ...peerEnvironment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let words = "";
  let peak = 0;
  child.stdout.on("data", (data: Buffer) => {
    output += data;
  });
  child.stderr.on("data", (data: Buffer) => {
    words = `${words}${data}`.slice(-4000);
  });
  const look = () => {
    peak = Math.max(peak, peakOf(child.pid));
  };
  const timer = setInterval(look, 50);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", () => clearInterval(timer));
    child.on("close", (code) => {
      const seconds = (performance.now() - since) / 1000;
      if (code === 0) resolve({ seconds, peak, output });
      else reject(new Error(`${command.join(" ")}: exit ${code}\n${words}${output}`));
    });
  });
}

/** What Linux noted as the most that a process has held (VmHWM), so that no peak falls between two looks. */
function peakOf(pid: number | undefined): number {
  try {
    const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return (Number(kilobytes ?? 0) * 1024) / 1e6;
  } catch {
    return 0;
  }
}

/** Our whole job into a new folder `out`, by the program that `npm run convert` is. */
export async function runConvert(
  cores: readonly number[],
  { folder, threads, verify = true }: { folder: string; threads: number; verify?: boolean },
) {
  const program = path.resolve(import.meta.dirname, "../bin/convert.ts");
  const out = path.join(await newFolder(), "out");
  const options = ["--threads", `${threads}`, "--json", ...(verify ? [] : ["--no-verify"])];
  const job = await runJob(cores, [process.execPath, program, folder, out, ...options]);
  const summary = JSON.parse(job.output) as {
    voxels: number;
    segments: number;
    stages: Record<string, number>;
  };
  return { ...job, ...summary, out };
}

const home = path.join(import.meta.dirname, "result");
const made: string[] = [];

/** A folder for what is made in a measurement. It lies where volumes do: on the same disk. */
export async function newFolder(): Promise<string> {
  await mkdir(home, { recursive: true });
  const folder = await mkdtemp(path.join(home, "out-"));
  made.push(folder);
  return folder;
}

/**
 * Removes all new folders. Not before everything is measured: for a minute after many files were deleted, ext4 takes up to
 * a millisecond to make one.
 */
export async function removeFolders(): Promise<void> {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
}
