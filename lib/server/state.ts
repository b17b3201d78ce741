import { readFile } from "node:fs/promises";
import type { Answer } from "./answer.ts";
import { words } from "./answer.ts";
import { find } from "./find.ts";

type Layer = { type?: unknown; source?: unknown };

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

/**
 * Replaces the source of the first segmentation layer, if it is a `precomputed://` one; other layers (an
 * image the user added) stay. Text that is not a state is handed on as it is, for the viewer to complain.
 */
export function pointAt(text: string, origin: string): string {
  let parsed: { layers?: unknown } | null;
  try {
    parsed = JSON.parse(text);
  } catch {
    return text;
  }
  const layers: Layer[] = Array.isArray(parsed?.layers) ? parsed.layers : [];
  const own = layers.find((layer) => layer?.type === "segmentation");
  if (typeof own?.source !== "string" || !own.source.startsWith("precomputed://")) return text;
  own.source = `precomputed://${origin}`;
  return JSON.stringify(parsed);
}
