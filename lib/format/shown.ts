import { createScratch, scratchWords } from "../kernel/scratch.ts";
import { hashId, type LabelTable, orderOf } from "./label.ts";

/** Where kernels find a table: addresses of lo, hi and slots, and the slots' number less one. */
export type ShownTable = {
  readonly lo: number;
  readonly hi: number;
  readonly slots: number;
  readonly mask: number;
};

const memory = { lo: createScratch(), hi: createScratch(), slots: createScratch() };
const none: Uint32Array = new Uint32Array(0);
/** What is shown: the first `count` labels of the table that has the slots `of`. */
const shown = { of: none, count: 0, lo: none, hi: none, slots: none };

/**
 * Shows kernels a table as it is now. One table at a time is in their memory, as a copy: a table needs no release,
 * and the usual next call, for the same table with a few more labels, copies those only.
 */
export function showTable(table: LabelTable): ShownTable {
  // A table whose labels have changed places or which has grown has other slots.
  if (shown.of !== table.slots || shown.count > table.count) copyTable(table);
  else for (let label = shown.count; label < table.count; label++) copyLabel(table, label);
  shown.count = table.count;
  const { lo, hi, slots } = shown;
  return { lo: lo.byteOffset, hi: hi.byteOffset, slots: slots.byteOffset, mask: slots.length - 1 };
}

/** What `showOrder` has shown: the order of the first `count` labels of the table that has the slots `of`. */
const ordered = { of: none, count: 0, rank: none, order: none };
const orders = { rank: createScratch(), order: createScratch() };

/** Shows kernels in which order a table's ids are (see `orderOf`): addresses. As of `showTable` a copy, of one table at a time. */
export function showOrder(table: LabelTable): { readonly rank: number; readonly order: number } {
  if (ordered.of !== table.slots || ordered.count !== table.count) {
    const { rank, order } = orderOf(table);
    ordered.rank = scratchWords(orders.rank, table.count);
    ordered.order = scratchWords(orders.order, table.count);
    ordered.rank.set(rank);
    ordered.order.set(order);
    ordered.of = table.slots;
    ordered.count = table.count;
  }
  return { rank: ordered.rank.byteOffset, order: ordered.order.byteOffset };
}

function copyTable({ lo, hi, slots, count }: LabelTable): void {
  shown.of = slots;
  shown.slots = scratchWords(memory.slots, slots.length);
  shown.slots.set(slots);
  // Rehashing makes slots that are at most half full, so there is room for all labels until it does so again.
  shown.lo = scratchWords(memory.lo, slots.length / 2 + 1);
  shown.hi = scratchWords(memory.hi, slots.length / 2 + 1);
  shown.lo.set(lo.subarray(0, count));
  shown.hi.set(hi.subarray(0, count));
}

function copyLabel({ lo, hi }: LabelTable, label: number): void {
  const mask = shown.slots.length - 1;
  let slot = hashId(lo[label]!, hi[label]!) & mask;
  while (shown.slots[slot] !== 0) slot = (slot + 1) & mask;
  shown.slots[slot] = label + 1;
  shown.lo[label] = lo[label]!;
  shown.hi[label] = hi[label]!;
}
