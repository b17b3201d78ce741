import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../format/error.ts";
import { checkSliceCount } from "../plan/limit.ts";
import { isSlice } from "../plan/order.ts";
import { isInput } from "../plan/run.ts";
import type { Settings } from "../step/settings.ts";

/** By file of an input what tells a change without reading it. */
export type InputState = ReadonlyMap<string, string>;

const root = path.resolve(import.meta.dirname, "../..");

/**
 * Names what a run would make: two runs of one fingerprint write the same bytes, so that one may go on where the
 * other was cut off. It counts the code itself, not its version: between two tries it may have been mended.
 */
export async function fingerprintOf(input: InputState, settings: Settings): Promise<string> {
  const { version, arch } = process;
  const parts = [version, arch, await programHash(), settings, [...input]];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** @throws InputError if there are more slices than a volume may have */
export async function inputState(folder: string, stack?: string): Promise<InputState> {
  const names = (await readdir(folder).catch(() => [])).filter(
    (name) => name === stack || isInput(name.replace(/\.gz$/, "")),
  );
  // Before each of them is looked at, which takes time and memory.
  if (stack === undefined) checkSliceCount(names.filter(isSlice).length);
  const state = new Map<string, string>();
  for (const name of names.sort()) {
    const found = await stat(path.join(folder, name), { bigint: true }).catch(() => undefined);
    // The last of them is the system's own: whoever sets a file's time back cannot set this one.
    const { ino, size, mtimeNs, ctimeNs } = found ?? {};
    state.set(name, [ino, size, mtimeNs, ctimeNs].join(" "));
  }
  return state;
}

/** @throws InputError naming the first file that is not as it was */
export function checkUnchanged(before: InputState, now: InputState): void {
  const names = new Set([...before.keys(), ...now.keys()]);
  for (const file of names) {
    if (before.get(file) === now.get(file)) continue;
    const found =
      "was changed during the conversion, which cannot mix what was there before with what is there now";
    throw new InputError({ file, found, advice: "Convert again when all is there" });
  }
}

async function programHash(): Promise<string> {
  const lock = await readFile(path.join(root, "package-lock.json")).catch(() => "");
  const hash = createHash("sha256").update(lock);
  const files = await readdir(path.join(root, "lib"), { recursive: true, withFileTypes: true });
  const names = files
    .filter((file) => file.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name));
  for (const name of names.sort()) hash.update(path.relative(root, name)).update(await readFile(name));
  return hash.digest("hex");
}
