import { existsSync, renameSync, rmSync, utimesSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { checkOurs, checkOutside, refused } from "./ours.ts";
import { aliveFile, beat, disown, isOrphan, ownName } from "./owner.ts";

/** Where a run writes until it is whole: a hidden folder beside OUT, on the same disk, of this process alone. */
export type Place = {
  /** The hidden folder. */
  readonly root: string;
  readonly result: string;
  readonly work: string;
  /** Puts the result in OUT's place. */
  commit(): Promise<void>;
  /** Leaves what is done to the next run of the same fingerprint; synchronous, so that a signal handler can. */
  keep(): void;
  /** Removes everything; synchronous as well. */
  discard(): void;
};

export type PlaceOptions = {
  readonly output: string;
  /** Folder of the input. */
  readonly input: string;
  /** Of what will be made: only what was left of the same is gone on with. */
  readonly fingerprint: string;
};

const fingerprintFile = "fingerprint";

/**
 * Prepares to replace OUT as a whole. An earlier OUT stays as it is until `commit`. What a run that was cut off has
 * left is taken over if it would have made the same, and cleared away if not.
 *
 * @throws InputError if OUT holds something that was not made by this program, or the input itself
 */
export async function preparePlace({ output, input, fingerprint }: PlaceOptions): Promise<Place> {
  const target = path.resolve(output);
  checkOutside(target, { output, input });
  await mkdir(path.dirname(target), { recursive: true }).catch(refused(output));
  const left = await takeOver(target, fingerprint);
  const root = left ?? path.join(path.dirname(target), ownName(prefix(target)));
  try {
    await checkOurs(target, output);
    // Made by itself, and not with what is below it, it says why it cannot be made.
    if (left === undefined) await mkdir(root).catch(refused(output));
    await mkdir(path.join(root, "result"), { recursive: true });
    await mkdir(path.join(root, "work"), { recursive: true });
    await writeFile(path.join(root, aliveFile), "");
    await writeFile(path.join(root, fingerprintFile), fingerprint);
  } catch (error) {
    disown(root);
    if (left === undefined) clear(root);
    throw error;
  }
  return openPlace(root, target, output);
}

function openPlace(root: string, target: string, output: string): Place {
  const [result, earlier] = [path.join(root, "result"), path.join(root, "earlier")];
  const pulse = setInterval(() => touch(root), beat).unref();
  const leave = () => {
    clearInterval(pulse);
    disown(root);
  };
  return {
    root,
    result,
    work: path.join(root, "work"),
    async commit() {
      await checkOurs(target, output);
      swap({ result, earlier, target });
      leave();
      clear(root);
    },
    keep() {
      putBack(root, target);
      leave();
    },
    discard() {
      putBack(root, target);
      leave();
      clear(root);
    },
  };
}

/** What cannot be removed now the next run will. */
function clear(root: string): void {
  try {
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // It hides nothing: OUT is as it should be.
  }
}

/** In one go, so that no signal comes between; of two processes at once one is first, and its OUT is set aside too. */
function swap({ result, earlier, target }: { result: string; earlier: string; target: string }): void {
  for (let tries = 1; ; tries++) {
    rmSync(earlier, { recursive: true, force: true });
    if (existsSync(target)) {
      try {
        renameSync(target, earlier);
      } catch (error) {
        if (codeOf(error) !== "ENOENT") throw error;
      }
    }
    try {
      renameSync(result, target);
      return;
    } catch (error) {
      if (!["ENOTEMPTY", "EEXIST"].includes(codeOf(error)) || tries === 10) throw error;
    }
  }
}

function prefix(target: string): string {
  return `.${path.basename(target)}.neuropress-`;
}

/**
 * What killed runs have left: the dataset that one was about to replace is put back, what is of the fingerprint
 * becomes ours (one, if there are several), the rest is removed. Renaming is taking: of two who try one succeeds.
 */
async function takeOver(target: string, fingerprint: string): Promise<string | undefined> {
  const folder = path.dirname(target);
  let found: string | undefined;
  for (const name of await readdir(folder)) {
    const orphan = path.join(folder, name);
    if (!(await isOrphan(orphan, prefix(target)))) continue;
    touch(orphan);
    const taken = path.join(folder, ownName(prefix(target)));
    if (!(await rename(orphan, taken).then(() => true, lost))) continue;
    putBack(taken, target);
    const of = await readFile(path.join(taken, fingerprintFile), "utf8").catch(() => "");
    if (found === undefined && of === fingerprint) {
      await rm(path.join(taken, "earlier"), { recursive: true, force: true });
      found = taken;
    } else {
      await rm(taken, { recursive: true, force: true, maxRetries: 3 });
      disown(taken);
    }
  }
  return found;
}

/** For `catch` of a rename: somebody else was first. */
function lost(error: unknown): false {
  if (codeOf(error) !== "ENOENT") throw error;
  return false;
}

/** The dataset that was set aside, if nothing has taken its place. */
function putBack(root: string, target: string): void {
  const earlier = path.join(root, "earlier");
  if (!existsSync(target) && existsSync(earlier)) renameSync(earlier, target);
}

function touch(root: string): void {
  try {
    utimesSync(path.join(root, aliveFile), new Date(), new Date());
  } catch {
    // It is not there yet, or was taken away with the disk: that will be met where it matters.
  }
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code);
}
