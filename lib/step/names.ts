import { parse } from "csv-parse/sync";
import { InputError } from "../format/error.ts";
import { getBytes } from "../store/object.ts";
import type { Store } from "../store/store.ts";

const file = "labels.csv";

/**
 * Names of segments from the optional `labels.csv` (columns id, label; further ones are left alone; a header
 * line is skipped).
 *
 * @throws InputError for lines without an id, and ids that stand there twice
 */
export async function readNames(input: Store): Promise<ReadonlyMap<string, string> | undefined> {
  if ((await input.head(file)) === undefined) return undefined;
  const names = new Map<string, string>();
  const faults = [];
  for (const [i, [id = "", label = ""]] of rowsOf(await getBytes(input, file)).entries()) {
    if (i === 0 && id.toLowerCase() === "id") continue;
    if (!/^\d+$/.test(id)) faults.push({ file, found: `line ${i + 1}: "${id.slice(0, 40)}" is not an id` });
    else if (names.has(id)) faults.push({ file, found: `line ${i + 1}: id ${id} is there twice` });
    else names.set(BigInt(id).toString(), label);
  }
  if (faults.length > 0) throw new InputError(faults);
  return names;
}

function rowsOf(bytes: Uint8Array): string[][] {
  try {
    return parse(Buffer.from(bytes), {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
    });
  } catch (cause) {
    throw new InputError({ file, found: `is not CSV (${(cause as Error).message})` }, { cause });
  }
}
