import { InputError } from "../../lib/format/error.ts";
import { parseLabels } from "../../lib/format/labels.ts";
import type { Chance } from "./chance.ts";
import { mutateBytes, mutateText } from "./mutate.ts";
import { must, showBytes, type Target, textBound } from "./target.ts";

/** `labels.csv`: a table that was written is read again, and of a damaged one only what can be. */
export const labels: Target = {
  name: "labels",
  weight: 1,
  refuses: (error) => error instanceof InputError,
  prepare(chance) {
    const rows = makeRows(chance);
    const right = writeCsv(chance, rows);
    const text = chance.once(3)
      ? right
      : mutateText(chance, right, ["id", "label", '"', '""', ",", "\r\n", "\n\n", "\ufeff", "#fff"]);
    const bytes = chance.once(5) ? mutateBytes(chance, Buffer.from(text)) : Buffer.from(text);
    const intact = Buffer.compare(bytes, Buffer.from(right)) === 0;
    return {
      right: intact,
      run() {
        const { names, colors } = parseLabels(bytes);
        for (const id of [...names.keys(), ...colors.keys()]) {
          must(/^(0|[1-9]\d*)$/.test(id) && BigInt(id) < 2n ** 64n, () => `id ${JSON.stringify(id)}`);
        }
        for (const color of colors.values()) must(/^#[0-9a-f]{6}$/.test(color), () => `colour ${color}`);
        if (!intact) return;
        const meant = new Map(rows.flatMap(({ id, label }) => (label === "" ? [] : [[id, label]])));
        must(names.size === meant.size, () => `${names.size} names, not ${meant.size}`);
        for (const [id, name] of meant)
          must(names.get(id) === name, () => `${id} is ${names.get(id)}, not ${name}`);
        for (const { id, color } of rows)
          must((colors.get(id) ?? "") === color, () => `${id} has colour ${colors.get(id)}`);
      },
      bound: () => textBound(bytes) + 400 * bytes.length,
      show: () => `${JSON.stringify(text)}, ${showBytes(bytes)}`,
    };
  },
};

type Made = { id: string; label: string; color: string };

function makeRows(chance: Chance): Made[] {
  const ids = new Set(Array.from({ length: 1 + chance.below(6) }, () => makeId(chance)));
  return [...ids].map((id) => ({
    id,
    label: chance.one(["", "soma", 'a "b"', "x,y", "é", "two\nlines", "id"]),
    color: chance.one(["", "#ff0080", "#00ff00"]),
  }));
}

function makeId(chance: Chance): string {
  const id = (BigInt(chance.word()) << 32n) | BigInt(chance.word());
  return (id >> BigInt(chance.below(64))).toString();
}

function writeCsv(chance: Chance, rows: readonly Made[]): string {
  const end = chance.one(["\n", "\r\n"]);
  const cell = (text: string) =>
    /[",\n]/.test(text) || chance.once(4) ? `"${text.replaceAll('"', '""')}"` : text;
  const lines = rows.map(({ id, label, color }) => [id, label, color].map(cell).join(","));
  const header = chance.one(["id,label,color", "ID,Name,Colour"]);
  return `${chance.once(4) ? "\ufeff" : ""}${[header, ...lines].join(end)}${chance.once(2) ? end : ""}`;
}
