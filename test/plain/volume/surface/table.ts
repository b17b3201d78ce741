import { createClusterMaker, LOOPS, makeCluster } from "./cluster.ts";

/**
 * Surfaces of clusters by their 27-bit mask, made on first use. Entry e has `count[e]` vertices with
 * positions from `first[e]`, and its 96 corners from 96 e.
 */
export type Table = {
  /** Open addressing; 0 is free (mask 0 has no surface). */
  keys: Uint32Array;
  values: Uint32Array;
  shift: number;
  size: number;
  corners: Uint8Array;
  positions: Int16Array;
  count: Uint8Array;
  first: Uint32Array;
  fine: Uint8Array;
  /** Vertices of all entries. */
  vertices: number;
  /** Makes the entry of a mask that is not there yet. */
  readonly make: (table: Table, mask: number) => number;
};

const START = 1 << 14;

/** An empty table. With `coarse` false every cluster keeps the full resolution. */
export function createTable(coarse: boolean): Table {
  const maker = createClusterMaker();
  const make = (table: Table, mask: number): number => {
    if (table.size === table.count.length) grow(table);
    if (table.positions.length < (table.vertices + LOOPS) * 3) table.positions = doubled(table.positions);
    makeCluster(maker, mask, coarse);
    const entry = table.size++;
    table.corners.set(maker.corners, entry * 96);
    table.positions.set(maker.positions.subarray(0, maker.count * 3), table.vertices * 3);
    table.first[entry] = table.vertices;
    table.count[entry] = maker.count;
    table.fine[entry] = maker.fine ? 1 : 0;
    table.vertices += maker.count;
    insert(table, mask, entry);
    return entry;
  };
  const slots = { keys: new Uint32Array(4 * START), values: new Uint32Array(4 * START), shift: 16 };
  const entries = {
    count: new Uint8Array(START),
    first: new Uint32Array(START),
    fine: new Uint8Array(START),
  };
  const arrays = { corners: new Uint8Array(START * 96), positions: new Int16Array(START * 9) };
  return { ...slots, ...entries, ...arrays, size: 0, vertices: 0, make };
}

/** The entry of a mask that is neither 0 nor all ones. */
export function entryOf(table: Table, mask: number): number {
  const { keys } = table;
  const last = keys.length - 1;
  let slot = Math.imul(mask, 0x9e3779b1) >>> table.shift;
  while (keys[slot] !== mask) {
    if (keys[slot] === 0) return table.make(table, mask);
    slot = (slot + 1) & last;
  }
  return table.values[slot]!;
}

/** Forgets all entries when there are more than `limit`; entries handed out before are void. */
export function trimTable(table: Table, limit: number): void {
  if (table.size <= limit) return;
  table.keys.fill(0);
  table.size = 0;
  table.vertices = 0;
}

function insert(table: Table, mask: number, entry: number): void {
  const { keys, values } = table;
  let slot = Math.imul(mask, 0x9e3779b1) >>> table.shift;
  while (keys[slot] !== 0) slot = (slot + 1) & (keys.length - 1);
  keys[slot] = mask;
  values[slot] = entry;
}

function grow(table: Table): void {
  table.count = doubled(table.count);
  table.first = doubled(table.first);
  table.fine = doubled(table.fine);
  table.corners = doubled(table.corners);
  const { keys, values } = table;
  table.keys = new Uint32Array(keys.length * 2);
  table.values = new Uint32Array(keys.length * 2);
  table.shift--;
  for (let i = 0; i < keys.length; i++) if (keys[i] !== 0) insert(table, keys[i]!, values[i]!);
}

/** A copy of twice the length. */
export function doubled<T extends Uint8Array | Int16Array | Int32Array | Uint32Array>(array: T): T {
  const larger = new (array.constructor as new (length: number) => T)(array.length * 2);
  larger.set(array);
  return larger;
}
