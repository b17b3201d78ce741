import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";

/** A file that the owner of a folder touches; its time is the word of an owner on another machine. */
export const aliveFile = "alive";
/** Milliseconds between touches, and of silence after which an owner elsewhere is taken for gone. */
export const beat = 5000;
const silence = 120_000;

const host = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
const ours = new Set<string>();
let count = 0;

/** A name, not taken yet, that says which process a folder belongs to; renaming a folder so is taking it. */
export function ownName(start: string): string {
  const name = `${start}${process.pid}-${startOf(process.pid)}-${host}-${count++}`;
  ours.add(name);
  return name;
}

/** From now on whoever comes may take it. */
export function disown(folder: string): void {
  ours.delete(path.basename(folder));
}

/** Whether a folder has an owner's name and that owner is gone. */
export async function isOrphan(folder: string, start: string): Promise<boolean> {
  const name = path.basename(folder);
  const [, pid, since, where] = /^(\d+)-(\d+)-([0-9a-f]{8})-\d+$/.exec(name.slice(start.length)) ?? [];
  if (!name.startsWith(start) || pid === undefined) return false;
  if (where !== host) return isSilent(folder);
  if (Number(pid) === process.pid) return !ours.has(name);
  return !isRunning(Number(pid)) || startOf(Number(pid)) !== since;
}

async function isSilent(folder: string): Promise<boolean> {
  const found = await stat(path.join(folder, aliveFile)).catch(() => stat(folder).catch(() => undefined));
  return found !== undefined && Date.now() - found.mtimeMs > silence;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** When a process began, in the kernel's ticks: numbers of processes are used again. 0 where nobody tells. */
function startOf(pid: number): string {
  try {
    // After the name, which may hold anything, comes field 3; this is field 22.
    return /.*\) (?:\S+ ){19}(\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1] ?? "0";
  } catch {
    return "0";
  }
}
