import { readFile } from "node:fs/promises";
import { pointAt } from "../format/state.ts";
import type { Answer } from "./answer.ts";
import { words } from "./answer.ts";
import { find } from "./find.ts";

/**
 * Answers with the viewer state of a dataset, its layer pointed at this server: the file was written
 * before anyone knew under which address it would be read.
 *
 * @param folder real path of the dataset.
 * @param origin `http://host:port` as the client wrote it.
 */
export async function state(folder: string, origin: string): Promise<Answer> {
  const found = await find(folder, "state.json");
  if (found === undefined) return words(404, "this dataset has no state.json");
  const headers = { "Content-Type": "application/json", "Cache-Control": "no-cache" };
  return { status: 200, headers, body: pointAt(await readFile(found.path, "utf8"), origin) };
}
