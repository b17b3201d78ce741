import { existsSync, renameSync, rmSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../format/error.ts";

/** Where a run writes until it is whole: a hidden folder beside OUT, on the same disk. */
export type Place = {
  readonly result: string;
  readonly work: string;
  /** Puts the result in OUT's place. */
  commit(): Promise<void>;
  /** Removes everything; synchronous, so that it also works in a signal handler. */
  discard(): void;
};

/**
 * Prepares to replace OUT as a whole. An earlier OUT stays as it is until `commit`.
 *
 * @throws InputError if OUT holds something that was not made by this program, or the input itself
 */
export async function preparePlace(output: string, input: string): Promise<Place> {
  const target = path.resolve(output);
  const inside = path.relative(target, path.resolve(input));
  if (inside === "" || !(inside.startsWith("..") || path.isAbsolute(inside))) {
    throw new InputError({
      file: output,
      found: "holds the input, and would be replaced",
      advice: "Choose another folder",
    });
  }
  await mkdir(path.dirname(target), { recursive: true });
  await cleanUp(target);
  await checkOurs(target, output);
  const root = `${prefix(target)}${process.pid}`;
  const place = {
    result: path.join(root, "result"),
    work: path.join(root, "work"),
    earlier: path.join(root, "earlier"),
  };
  await mkdir(place.result, { recursive: true });
  await mkdir(place.work, { recursive: true });
  return {
    ...place,
    async commit() {
      if (existsSync(target)) await rename(target, place.earlier);
      await rename(place.result, target);
      await rm(root, { recursive: true, force: true });
    },
    discard() {
      restore(root, target);
      rmSync(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function prefix(target: string): string {
  return path.join(path.dirname(target), `.${path.basename(target)}.neuropress-`);
}

/** Removes what a killed run has left, and puts back the dataset it was about to replace. */
async function cleanUp(target: string): Promise<void> {
  const start = path.basename(prefix(target));
  for (const name of await readdir(path.dirname(target))) {
    const pid = Number(name.slice(start.length));
    if (!name.startsWith(start) || isRunning(pid)) continue;
    const root = path.join(path.dirname(target), name);
    restore(root, target);
    await rm(root, { recursive: true, force: true });
  }
}

function restore(root: string, target: string): void {
  const earlier = path.join(root, "earlier");
  if (!existsSync(target) && existsSync(earlier)) renameSync(earlier, target);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch {
    return false;
  }
}

async function checkOurs(target: string, output: string): Promise<void> {
  const names = await readdir(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    if (error.code !== "ENOTDIR") throw error;
    throw new InputError({ file: output, found: "is a file", advice: "Give a folder for the result" });
  });
  if (names.length === 0) return;
  const provenance = await readFile(path.join(target, "provenance.json"), "utf8").catch(() => "");
  if (provenance.includes('"program":"neuropress')) return;
  throw new InputError({
    file: output,
    found: "is not empty and holds no earlier result of neuropress",
    advice: "Choose another folder, or empty it",
  });
}
