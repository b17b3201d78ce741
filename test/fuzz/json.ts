import type { Chance } from "./chance.ts";
import { many } from "./mutate.ts";

/** Any JSON value, as text: shallow mostly, sometimes nested so deep that recursion would overflow. */
export function anyJson(chance: Chance, depth = 0): string {
  const kind = chance.below(depth > 3 ? 6 : 9);
  if (kind < 6) return chance.one(plain);
  if (kind === 6 && chance.once(20)) return nested(chance);
  const parts = Array.from({ length: chance.below(4) }, () => anyJson(chance, depth + 1));
  if (kind < 8) return `[${parts.join(",")}]`;
  return `{${parts.map((part) => `${JSON.stringify(chance.one(names))}:${part}`).join(",")}}`;
}

function nested(chance: Chance): string {
  const times = many(chance);
  const [open, close] = chance.one([
    ["[", "]"],
    ['{"a":', "}"],
    ['[{"b":', "}]"],
  ] as const);
  return `${open.repeat(times)}1${close.repeat(times)}`;
}

const plain: readonly string[] = [
  ..."0 1 -1 3 8 64 0.5 -0 1e3 1e999 1e-320 2147483647 2147483648 4294967296 9007199254740993 null true false".split(
    " ",
  ),
  ...["", "a", "../x", "/", "mesh", "raw", "jpeg", "uint8", "\0", "\u2028", "\ud800", "__proto__"].map(
    (text) => JSON.stringify(text),
  ),
  "[]",
  "{}",
  "[1,1,1]",
  "[8,8,8]",
  "[0,-5,7]",
];

const names: readonly string[] = [
  "a",
  "type",
  "__proto__",
  "toString",
  "valueOf",
  "toJSON",
  "length",
  "constructor",
  "0",
  "",
];

/** A JSON object from fields, the first value of each the usual one; some are left out, exchanged, given twice. */
export function objectOf(chance: Chance, fields: Readonly<Record<string, readonly string[]>>): string {
  const out: string[] = [];
  for (const [name, values] of Object.entries(fields)) {
    if (chance.once(12)) continue;
    const value = chance.once(20) ? anyJson(chance) : chance.once(5) ? chance.one(values) : values[0]!;
    out.push(`${JSON.stringify(name)}:${value}`);
    if (chance.once(40)) out.push(`${JSON.stringify(name)}:${anyJson(chance)}`);
  }
  if (chance.once(4)) out.push(`${JSON.stringify(chance.one(names))}:${anyJson(chance)}`);
  return `{${out.join(",")}}`;
}
