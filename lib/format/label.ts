import { relabel } from "./relabel.ts";

/**
 * Segment ids are uint64, but hot code wants small numbers: while a block is worked on, every id has a
 * dense label. Label 0 is always id 0, the background. After `sortLabels` labels are in the order of
 * their ids, so that ties resolve on plain uint32.
 */
export type LabelTable = {
  /** Number of labels; ids of label i are lo[i] + 2^32 hi[i]. */
  count: number;
  lo: Uint32Array;
  hi: Uint32Array;
  /** Open-addressing hash of label + 1; a power of two, at most half full. */
  slots: Uint32Array;
  /** Largest id allowed. */
  readonly limitLo: number;
  readonly limitHi: number;
};

/** A table that holds id 0 and refuses ids above `limit`. */
export function createLabels(
  limit: { lo: number; hi: number } = { lo: 0xffffffff, hi: 0xffffffff },
): LabelTable {
  const table: LabelTable = {
    count: 0,
    lo: new Uint32Array(1024),
    hi: new Uint32Array(1024),
    slots: new Uint32Array(4096),
    limitLo: limit.lo,
    limitHi: limit.hi,
  };
  addLabel(table, 0, 0);
  return table;
}

/** The label of an id, added if it is new; -1 if the id is above the table's limit. */
export function addLabel(table: LabelTable, lo: number, hi: number): number {
  const slots = table.slots;
  const mask = slots.length - 1;
  let slot = hashId(lo, hi) & mask;
  for (let entry = slots[slot]!; entry !== 0; entry = slots[slot]!) {
    if (table.lo[entry - 1] === lo && table.hi[entry - 1] === hi) return entry - 1;
    slot = (slot + 1) & mask;
  }
  if (hi > table.limitHi || (hi === table.limitHi && lo > table.limitLo)) return -1;
  const label = table.count++;
  if (label === table.lo.length) {
    table.lo = grown(table.lo);
    table.hi = grown(table.hi);
  }
  table.lo[label] = lo;
  table.hi[label] = hi;
  slots[slot] = label + 1;
  if (table.count * 2 > slots.length) rehash(table);
  return label;
}

/**
 * Puts labels in the order of their ids and rewrites `labels` (every entry a label of the table)
 * accordingly. Does nothing if they are in order already.
 */
export function sortLabels(table: LabelTable, labels: Uint32Array): void {
  if (inOrder(table)) return;
  const { lo, hi } = table;
  const { rank, order } = orderOf(table);
  table.lo = lo.slice();
  table.hi = hi.slice();
  order.forEach((label, i) => {
    table.lo[i] = lo[label]!;
    table.hi[i] = hi[label]!;
  });
  rehash(table);
  relabel(labels, rank);
}

/** Labels in the order of their ids, and the place of each label there. */
export type LabelOrder = { readonly order: Uint32Array; readonly rank: Uint32Array };

/** The order of a table's ids, as `sortLabels` would put its labels. */
export function orderOf(table: LabelTable): LabelOrder {
  const { count, lo, hi } = table;
  const rank = Uint32Array.from({ length: count }, (_, label) => label);
  if (inOrder(table)) return { order: rank, rank };
  const ids = new BigUint64Array(count);
  const words = new Uint32Array(ids.buffer);
  for (let i = 0; i < count; i++) {
    words[2 * i] = lo[i]!;
    words[2 * i + 1] = hi[i]!;
  }
  ids.sort();
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const label = addLabel(table, words[2 * i]!, words[2 * i + 1]!);
    order[i] = label;
    rank[label] = i;
  }
  return { order, rank };
}

/** The id of a label in base 10. For JSON, names and messages only. */
export function idText(table: { lo: Uint32Array; hi: Uint32Array }, label: number): string {
  return joinId(table.lo[label]!, table.hi[label]!).toString();
}

/** Two words as one id. BigInt: not for inner loops. */
export function joinId(lo: number, hi: number): bigint {
  return (BigInt(hi) << 32n) | BigInt(lo);
}

/** The two words of an id. Not for inner loops. */
export function splitId(id: bigint): { lo: number; hi: number } {
  return { lo: Number(id & 0xffffffffn), hi: Number(id >> 32n) };
}

/** A 32-bit mix of both words of an id: the hash of the label table and of the mesh buckets. */
export function hashId(lo: number, hi: number): number {
  let h = Math.imul(lo ^ Math.imul(hi, 0x85ebca6b), 0x9e3779b1);
  h ^= h >>> 15;
  return Math.imul(h, 0xc2b2ae35) >>> 8;
}

function inOrder({ count, lo, hi }: LabelTable): boolean {
  for (let i = 1; i < count; i++) {
    if (hi[i]! < hi[i - 1]! || (hi[i] === hi[i - 1] && lo[i]! < lo[i - 1]!)) return false;
  }
  return true;
}

function rehash(table: LabelTable): void {
  const size = table.count * 2 > table.slots.length ? table.slots.length * 4 : table.slots.length;
  const slots = new Uint32Array(size);
  for (let label = 0; label < table.count; label++) {
    let slot = hashId(table.lo[label]!, table.hi[label]!) & (size - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (size - 1);
    slots[slot] = label + 1;
  }
  table.slots = slots;
}

function grown(words: Uint32Array): Uint32Array<ArrayBuffer> {
  const more = new Uint32Array(words.length * 2);
  more.set(words);
  return more;
}
