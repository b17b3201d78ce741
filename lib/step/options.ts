import { optionsFile, parseOptions } from "../format/options.ts";
import { getBytes } from "../store/object.ts";
import type { Store } from "../store/store.ts";
import type { Settings } from "./settings.ts";

/**
 * The options of an input's `neuropress.json`; none if there is no such file.
 *
 * @throws InputError with everything that is wrong in it
 */
export async function readOptions(input: Store): Promise<Partial<Settings>> {
  if ((await input.head(optionsFile)) === undefined) return {};
  return parseOptions(new TextDecoder().decode(await getBytes(input, optionsFile)));
}
