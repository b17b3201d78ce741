import { appendFileSync } from "node:fs";

/** Whether everything is tried, as `npm run reliability` asks, or what CI has time for. */
export const long = process.env["NEUROPRESS_LONG"] === "1";

/** Shifts what is chosen by chance, and which points a short form tries. */
export const seed = Number(process.env["NEUROPRESS_SEED"] ?? 0);

/** Tells what a test has seen, beside its judgement: how much was tried, and what it took. */
export function figure(text: string): void {
  const file = process.env["NEUROPRESS_FIGURES"];
  if (file === undefined) console.log(text);
  else appendFileSync(file, `${text}\n`);
}
