import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { pinned } from "./core.ts";
import type { Kernel, KernelOptions, Round } from "./stage/kernel.ts";
import type { KernelName } from "./stage/kernels.ts";

export type PeerOptions = KernelOptions &
  Partial<Kernel["facts"]> & {
    /** Dense uint32 labels in the place of the ids. */
    readonly dense?: boolean;
    /** All results into the same memory. */
    readonly reuse?: boolean;
  };

/** A process that does a stage as often as it is asked, on one core; between two rounds it sleeps. */
export type Session = {
  readonly facts: Kernel["facts"];
  run(check?: boolean): Promise<Round>;
  close(): Promise<void>;
};

export function openOurs(core: number, kernel: KernelName, options: KernelOptions): Promise<Session> {
  const host = path.join(import.meta.dirname, "host.ts");
  return open(core, [process.execPath, "--expose-gc", host, kernel, JSON.stringify(options)]);
}

export function openPeer(
  core: number,
  python: string,
  kernel: string,
  options: PeerOptions,
): Promise<Session> {
  const host = path.join(import.meta.dirname, "peer/host.py");
  return open(core, [python, "-B", host, kernel, JSON.stringify(options)]);
}

/** One thread for the libraries that would take more. */
export const peerEnvironment = {
  OMP_NUM_THREADS: "1",
  OPENBLAS_NUM_THREADS: "1",
  PYTHONDONTWRITEBYTECODE: "1",
};

async function open(core: number, command: readonly string[]): Promise<Session> {
  const [program, args] = pinned([core], command);
  const env = { ...process.env, ...peerEnvironment };
  const child = spawn(program, args, { env, stdio: ["pipe", "pipe", "pipe"] });
  let words = "";
  child.stderr.on("data", (data: Buffer) => {
    words = `${words}${data}`.slice(-4000);
  });
  child.stdin.on("error", () => {});
  const ended = new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve());
  });
  ended.catch(() => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async <T>(): Promise<T> => {
    const { value, done } = await lines.next();
    if (!done) return JSON.parse(value) as T;
    await ended;
    throw new Error(`${command.slice(1).join(" ")} has ended\n${words}`);
  };
  const facts = await answer<Kernel["facts"]>();
  return {
    facts,
    run(check = false) {
      child.stdin.write(check ? "check\n" : "run\n");
      return answer<Round>();
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
