import type { Ask } from "./ask.ts";
import type { Chart } from "./finding.ts";

/** One visit to one dataset: where it is, who reads it, and what has been found so far. */
export type Visit = {
  /** Address of the folder, with a slash at its end. */
  readonly base: string;
  /** `Origin` of the viewer's page. */
  readonly origin: string;
  readonly ask: Ask;
  readonly chart: Chart;
  /** Look at every chunk and every mesh that is known. */
  readonly all: boolean;
  /** Counts for the report. */
  readonly looked: { chunks: number; meshes: number; fragments: number };
};

/**
 * Address of a key below a folder, as the viewer asks for it: `:` and `,` stay, `?`, `#` and `@` are escaped, `..` goes
 * up.
 */
export function addressIn(base: string, key: string): string {
  const escaped = encodeURI(key).replace(/[?#@]/g, encodeURIComponent);
  // A colon before the first slash would be a scheme.
  return new URL(`./${escaped}`, base).href;
}

/** A key as a person finds it: below the dataset's folder. */
export function shortName(visit: Visit, url: string): string {
  return url.startsWith(visit.base) ? decodeURI(url.slice(visit.base.length)) : url;
}
