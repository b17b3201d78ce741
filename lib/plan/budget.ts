import { InputError } from "../format/error.ts";

/**
 * What a run may cost, as said on a command line.
 *
 * @returns US dollars
 * @throws InputError if that is no amount
 */
export function parseUsd(text: string): number {
  const usd = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(usd) && usd >= 0) return usd;
  throw new InputError({
    file: "--max-usd",
    found: `"${text}" is no amount of US dollars`,
    advice: "For example --max-usd 0.5",
  });
}
