import { labelsFile as file, type Labels, parseLabels } from "../format/labels.ts";
import type { InputFile } from "../plan/plan.ts";
import { contentOf } from "../store/object.ts";
import type { Store } from "../store/store.ts";
import { getPlanned } from "./slice.ts";

/** The file of names and colours, if the input has one. */
export async function findLabels(input: Store): Promise<InputFile | undefined> {
  const head = await input.head(file);
  return head && { name: file, ...head };
}

/**
 * Names and colours of segments from the optional `labels.csv`.
 *
 * @param found what `findLabels` found when the run was planned
 * @throws InputError for lines that are wrong (see `parseLabels`), and for a file that was changed since
 */
export async function readLabels(input: Store, found: InputFile): Promise<Labels> {
  const { size, etag } = found;
  const range = { offset: 0, length: size, ...(etag !== undefined && { etag }) };
  const object = await getPlanned(input, file, range);
  // A table that breaks off is a table all the same.
  if (object.bytes.byteLength !== size)
    throw new Error(`${file}: ${object.bytes.byteLength} bytes came of ${size}`);
  return parseLabels(contentOf(object));
}
