import { median } from "./median.ts";

/** A row of the ratio table as it was measured. */
export type RatioRow = {
  /** By which `--only` names it. */
  readonly name: string;
  readonly stage: string;
  readonly against: string;
  /** Seconds of each round. */
  readonly ours: readonly number[];
  readonly peer: readonly number[];
  /** Ratio that must be reached, and the one aimed at; a row without them is for information. */
  readonly least?: number;
  readonly aim?: number;
  /** Whether both gave the same; `differs` if they should and do not. */
  readonly same: "yes" | "differs" | "not compared";
  readonly notes: readonly string[];
};

/** Peer's time over ours: above 1 we are faster. */
export function ratioOf({ ours, peer }: Pick<RatioRow, "ours" | "peer">): number {
  return median(peer) / median(ours);
}

/** What a ratio reaches. It is not rounded before it is judged. */
export function verdict(row: RatioRow): "aim" | "yes" | "NO" | "DIFFERS" | "" {
  if (row.same === "differs") return "DIFFERS";
  const ratio = ratioOf(row);
  if (row.aim !== undefined && ratio >= row.aim) return "aim";
  if (row.least === undefined) return "";
  return ratio >= row.least ? "yes" : "NO";
}

const head = [
  "row",
  "stage",
  "against",
  "ours, s",
  "peer, s",
  "ratio",
  "at least",
  "aim",
  "met?",
  "same result",
];

/** The ratio table as markdown; notes follow it by row. */
export function ratioTable(rows: readonly RatioRow[]): string {
  const cells = rows.map((row) => [
    row.name,
    row.stage,
    row.against,
    secondsText(row.ours),
    secondsText(row.peer),
    ratioOf(row).toPrecision(3),
    row.least === undefined ? "" : `${row.least}`,
    row.aim === undefined ? "" : `${row.aim}`,
    verdict(row),
    row.same,
  ]);
  const notes = rows.flatMap(({ name, notes }) => notes.map((note) => `- ${name}: ${note}`));
  return [markdown(head, cells), ...(notes.length > 0 ? ["", ...notes] : [])].join("\n");
}

export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Median, and where there are several rounds the least and the most. */
export function secondsText(seconds: readonly number[]): string {
  if (seconds.length === 1) return medianText(seconds);
  return `${medianText(seconds)} [${figure(Math.min(...seconds))}-${figure(Math.max(...seconds))}]`;
}

/** Median to three digits. */
export function medianText(seconds: readonly number[]): string {
  return figure(median(seconds));
}

function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
