import { InputError } from "../format/error.ts";
import { labelsFile as file, rowsOf } from "../format/labels.ts";
import type { InputFile } from "../plan/plan.ts";
import { contentOf } from "../store/object.ts";
import type { Store } from "../store/store.ts";
import { getPlanned } from "./slice.ts";

/** The file of names, if the input has one. */
export async function findNames(input: Store): Promise<InputFile | undefined> {
  const head = await input.head(file);
  return head && { name: file, ...head };
}

/**
 * Names of segments from the optional `labels.csv` (columns id, label; further ones are left alone; a header
 * line is skipped).
 *
 * @param found what `findNames` found when the run was planned
 * @throws InputError for lines without an id, ids that stand there twice, and a file that was changed since
 */
export async function readNames(input: Store, found: InputFile): Promise<ReadonlyMap<string, string>> {
  const { size, etag } = found;
  const range = { offset: 0, length: size, ...(etag !== undefined && { etag }) };
  const object = await getPlanned(input, file, range);
  const names = new Map<string, string>();
  const faults = [];
  for (const [i, { cells }] of rowsOf(contentOf(object)).entries()) {
    const [id = "", label = ""] = cells;
    if (i === 0 && id.toLowerCase() === "id") continue;
    if (!/^\d+$/.test(id)) faults.push({ file, found: `line ${i + 1}: "${id.slice(0, 40)}" is not an id` });
    else if (names.has(id)) faults.push({ file, found: `line ${i + 1}: id ${id} is there twice` });
    else names.set(BigInt(id).toString(), label);
  }
  if (faults.length > 0) throw new InputError(faults);
  return names;
}
