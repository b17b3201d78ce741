import { readFileSync } from "node:fs";
import { markdown, medianText, type RatioRow, ratioOf, verdict } from "./table.ts";

type Run = { readonly machine: string; readonly rows: readonly RatioRow[] };

/** Several runs of `--peers` in one table, by the JSON that each has left: what was the same in all of them can be trusted. */
export function printTogether(files: readonly string[]): void {
  console.log(tableOf(files.map((file) => JSON.parse(readFileSync(file, "utf8")) as Run)));
}

export function tableOf(runs: readonly Run[]): string {
  const names = [...new Set(runs.flatMap(({ rows }) => rows.map(({ name }) => name)))];
  const numbers = runs.map((_, i) => `${i + 1}`);
  const head = [
    ...["row", "against"],
    ...numbers.map((n) => `ours ${n}, s`),
    ...numbers.map((n) => `peer ${n}, s`),
    ...numbers.map((n) => `ratio ${n}`),
    ...["at least", "aim", "met?", "same result"],
  ];
  const machines = runs.map(({ machine }, i) => `run ${i + 1}: ${machine}`);
  const cells = names.map((name) => cellsOf(name, runs));
  return [...machines, "", markdown(head, cells)].join("\n");
}

function cellsOf(name: string, runs: readonly Run[]): string[] {
  const found = runs.map(({ rows }) => rows.find((row) => row.name === name));
  const known = found.find((row) => row !== undefined) as RatioRow;
  const each = (cell: (row: RatioRow) => string) => found.map((row) => (row === undefined ? "" : cell(row)));
  return [
    ...[name, known.against],
    ...each(({ ours }) => medianText(ours)),
    ...each(({ peer }) => medianText(peer)),
    ...each((row) => ratioOf(row).toPrecision(3)),
    ...[known.least, known.aim].map((limit) => (limit === undefined ? "" : `${limit}`)),
    ...[each(verdict), each(({ same }) => same)].map((texts) =>
      [...new Set(texts.filter(Boolean))].join(", "),
    ),
  ];
}
