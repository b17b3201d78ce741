import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../format/error.ts";

/** @throws InputError if OUT is the input or holds it */
export function checkOutside(target: string, { output, input }: { output: string; input: string }): void {
  const inside = path.relative(target, path.resolve(input));
  if (inside !== "" && (inside.startsWith("..") || path.isAbsolute(inside))) return;
  throw new InputError({
    file: output,
    found: "holds the input, and would be replaced",
    advice: "Choose another folder",
  });
}

/** @throws InputError if OUT holds something that was not made by this program */
export async function checkOurs(target: string, output: string): Promise<void> {
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

const reasons: Record<string, string> = {
  EACCES: "you have no right to write there",
  EPERM: "you have no right to write there",
  EROFS: "its disk is read-only",
  ENOTDIR: "a part of its path is a file",
  EEXIST: "a part of its path is a file",
  ENOENT: "the folder that is to hold it cannot be made",
  ENAMETOOLONG: "its name is too long",
};

/** For `catch` of what makes folders: says in the user's words why there can be no OUT. */
export function refused(output: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    const reason = reasons[error.code ?? ""];
    if (reason === undefined) throw error;
    const found = `cannot be made: ${reason}`;
    throw new InputError({ file: output, found, advice: "Choose another folder" }, { cause: error });
  };
}
