import fs from "node:fs";
import fsp from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { isMainThread } from "node:worker_threads";

/*
 * Loaded before the program (`node --import`): something goes wrong at one of the operations that change the disk.
 * What, where and in which thread is said by the environment, as JSON.
 */
export type PlannedFault = {
  readonly thread: "main" | "worker";
  /** The operation, from 0; none: operations are counted, and the number is said at the end. */
  readonly at?: number;
  /** `kill` and `late kill`: the process, before and after it. The others: the thread, or the operation alone. */
  readonly act?: "kill" | "late kill" | "fail" | "exit" | "throw" | "memory";
};

const plan = JSON.parse(process.env["NEUROPRESS_FAULT"] ?? "{}") as Partial<PlannedFault>;
const names = ["mkdir", "rename", "rm", "writeFile"] as const;
let count = 0;

if ((plan.thread === "main") === isMainThread) {
  for (const name of names) {
    const async = fsp[name] as (...args: unknown[]) => Promise<unknown>;
    const sync = fs[`${name}Sync`] as (...args: unknown[]) => unknown;
    Object.assign(fsp, {
      [name]: async (...args: unknown[]) => {
        const now = count++ === plan.at;
        if (now) before(name);
        const result = await async(...args);
        if (now) after();
        return result;
      },
    });
    Object.assign(fs, {
      [`${name}Sync`]: (...args: unknown[]) => {
        const now = count++ === plan.at;
        if (now) before(name);
        const result = sync(...args);
        if (now) after();
        return result;
      },
    });
  }
  syncBuiltinESMExports();
  if (plan.at === undefined) process.once("exit", () => process.stderr.write(`operations: ${count}\n`));
}

function before(name: string): void {
  if (plan.act === "kill") process.kill(process.pid, "SIGKILL");
  if (plan.act === "fail")
    throw Object.assign(new Error(`EIO: injected, ${name}`), { code: "EIO", syscall: name });
  if (plan.act === "exit") process.exit(3);
  if (plan.act === "throw") {
    setImmediate(() => {
      throw new Error("thrown where nobody waits");
    });
  }
  if (plan.act === "memory") for (const hoard: unknown[] = []; ; ) hoard.push(new Array(1e5).fill({}));
}

function after(): void {
  if (plan.act === "late kill") process.kill(process.pid, "SIGKILL");
}
