import type { Chance } from "../chance.ts";
import { edges } from "../mutate.ts";
import { describe } from "./describe.ts";
import type { Directory, Entry } from "./write.ts";

/** Tags that mean something to a reader of labels, and a few that do not. */
const tags = [
  254, 255, 256, 257, 258, 259, 262, 266, 270, 273, 274, 277, 278, 279, 284, 317, 320, 322, 323, 324, 325,
  330, 338, 339, 32997, 33629, 34665, 65000,
];
const types = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 18, 255, 65535];

/** Directories with a few faults: what tags are there, their types, counts, values, places, the chain. */
export function damage(chance: Chance, directories: readonly Directory[], size: number): Directory[] {
  const out = directories.map(
    ({ entries }) => ({ entries: entries.map((entry) => ({ ...entry })) }) as Directory,
  );
  for (let times = 1 + chance.below(4); times > 0; times--) damageOne(chance, chance.one(out), size);
  if (chance.once(12)) out.push(chance.one(out));
  return out;
}

function damageOne(chance: Chance, directory: Directory, size: number): void {
  const { entries } = directory;
  const index = chance.below(entries.length);
  const entry = entries[index];
  const near = () => (chance.once(2) ? chance.below(size + 16) : chance.one(edges));
  switch (chance.below(12)) {
    case 0:
      directory.next = near();
      return;
    case 1:
      entries.splice(index, 1);
      return;
    case 2:
    case 3:
      entries.push(newEntry(chance, near));
      if (!chance.once(4)) entries.sort((a, b) => a.tag - b.tag);
      return;
    case 4:
      entries.push({ tag: 270, type: 2, values: new Uint8Array(Buffer.from(describe(chance))) });
      return;
  }
  if (entry !== undefined) damageEntry(chance, entry, near);
}

function newEntry(chance: Chance, near: () => number): Entry {
  const length = chance.one([0, 1, 1, 1, 2, 3, 9]);
  const type = chance.once(3) ? chance.one(types) : chance.one([3, 4]);
  return { tag: chance.one(tags), type, values: Array.from({ length }, () => BigInt(near())) };
}

function damageEntry(chance: Chance, entry: Entry, near: () => number): void {
  const values = Array.from(entry.values, BigInt);
  const at = chance.below(values.length);
  switch (chance.below(7)) {
    case 0:
      entry.type = chance.one(types);
      return;
    case 1:
      entry.count = chance.once(3) ? near() : Math.max(0, values.length + chance.below(5) - 2);
      return;
    case 2:
      entry.at = near();
      return;
    case 3:
      entry.tag = chance.one(tags);
      return;
    case 4:
      entry.values = chance.once(2) ? [...values, BigInt(near())] : values.slice(1);
      return;
    case 5:
      entry.values = values.map((value, i) => (i === at ? values[chance.below(values.length)]! : value));
      return;
    default: {
      const moved = (value: bigint) =>
        chance.once(2) ? BigInt(near()) : value + BigInt(chance.below(5) - 2);
      const wide = (value: bigint) => (chance.once(10) ? value * BigInt(chance.one(edges)) ** 2n : value);
      entry.values = values.map((value, i) => BigInt.asUintN(64, i === at ? wide(moved(value)) : value));
    }
  }
}
