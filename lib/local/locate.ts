import { stat } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../format/error.ts";

/** The folder of an input and, if it is one TIFF, the name of that. @throws InputError if it is not there */
export async function locate(input: string): Promise<{ folder: string; stack?: string }> {
  const found = await stat(input).catch(() => undefined);
  if (found === undefined)
    throw new InputError({ file: input, found: "is not there", advice: "Give a folder of slices or a TIFF" });
  if (found.isDirectory()) return { folder: path.resolve(input) };
  return { folder: path.dirname(path.resolve(input)), stack: path.basename(input) };
}
