import { parse } from "csv-parse/sync";
import { type Fault, InputError } from "./error.ts";

export const labelsFile = "labels.csv";

/** Names and colours (`#rrggbb`) of segments by id in base 10, of all or some. */
export type Labels = {
  readonly names: ReadonlyMap<string, string>;
  readonly colors: ReadonlyMap<string, string>;
};

const largestId = 2n ** 64n - 1n;
/** Columns of a file without a header line. */
const usualColumns = ["id", "label", "color"];

/**
 * Reads `labels.csv`: columns id, label, color, the latter two where there is something to say; in another order, or
 * with further columns, if a header line names them. Colours are `#rrggbb` or `#rgb`. A byte-order mark is no harm.
 *
 * @throws InputError with every line that has no id, an id that was there before, or a colour that is none
 */
export function parseLabels(text: string | Uint8Array): Labels {
  const rows = rowsOf(text);
  const header = headerOf(rows[0]);
  const columns = header ?? usualColumns;
  const names = new Map<string, string>();
  const colors = new Map<string, string>();
  const seen = new Set<string>();
  const faults: Fault[] = [];
  for (const { line, cells } of header ? rows.slice(1) : rows) {
    const cell = (name: string) => cells[columns.indexOf(name)] ?? "";
    const id = idOf(cell("id"));
    const fault = (found: string, advice?: string) =>
      faults.push({ file: labelsFile, found: `line ${line}: ${found}`, ...(advice && { advice }) });
    if (id === undefined) fault(`"${cell("id").slice(0, 40)}" is not an id`);
    else if (seen.has(id)) fault(`id ${id} is there twice`);
    else {
      seen.add(id);
      if (cell("label") !== "") names.set(id, cell("label"));
      const color = cell("color");
      // Without a header a third column may be anything: a colour shows itself by its sign.
      if (color === "" || (header === undefined && !color.startsWith("#"))) continue;
      const full = colorOf(color);
      if (full === undefined) fault(`"${color.slice(0, 40)}" is not a colour`, "Write it as #rrggbb");
      else colors.set(id, full);
    }
  }
  if (faults.length > 0) throw new InputError(faults);
  return { names, colors };
}

/** Names of columns as we know them, if the first line names an id. */
function headerOf(first: Row | undefined): string[] | undefined {
  const cells = first?.cells.map((cell) => cell.toLowerCase().replace("colour", "color"));
  return cells?.includes("id") ? cells.map((cell) => (cell === "name" ? "label" : cell)) : undefined;
}

/** Without leading zeros, so that one id has one name. */
function idOf(text: string): string | undefined {
  if (!/^\d{1,40}$/.test(text)) return undefined;
  const id = BigInt(text);
  return id > largestId ? undefined : id.toString();
}

function colorOf(text: string): string | undefined {
  const [, r, g, b] = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text) ?? [];
  if (r !== undefined) return `#${r}${r}${g}${g}${b}${b}`.toLowerCase();
  return /^#[0-9a-f]{6}$/i.test(text) ? text.toLowerCase() : undefined;
}

/** A line of the file that is not empty. */
type Row = { readonly line: number; readonly cells: readonly string[] };

/** @throws InputError if it is not CSV */
function rowsOf(text: string | Uint8Array): Row[] {
  type Found = { record: string[]; info: { lines: number } };
  try {
    const found = parse(typeof text === "string" ? text : Buffer.from(text), {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      info: true,
    }) as unknown as Found[];
    return found.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (cause) {
    throw new InputError({ file: labelsFile, found: `is not CSV (${(cause as Error).message})` }, { cause });
  }
}
