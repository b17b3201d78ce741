import { corners, makeCluster, positions } from "./cluster";
import { Field, larger } from "./field";

/** Bytes of an entry before its positions: 96 corners, number of vertices, fine (u16). */
export const ENTRY: usize = 100;
/** Largest entry: 32 vertices. */
const LARGEST: usize = ENTRY + 192;
/** Entries kept from block to block, about 120 bytes each. */
const KEEP: i32 = 1 << 18;

/** The slots of `createField`: (mask, entry) each; mask 0 has no surface, and is free. */
export function clearEntries(field: Field, bits: i32): void {
  if (field.slots != 0) heap.free(field.slots);
  field.slots = heap.alloc(<usize>8 << bits);
  memory.fill(field.slots, 0, <usize>8 << bits);
  field.slotBits = bits;
  field.entries = 0;
  field.arenaUsed = 0;
}

/** Forgets all entries when there are very many. */
export function trimEntries(field: Field): void {
  if (field.entries > KEEP) clearEntries(field, 16);
}

/** Bytes from the arena's begin to the entry of a mask that is neither 0 nor all ones; 1 more if it is fine. */
// @ts-ignore: decorator
@inline
export function entryOf(field: Field, slots: usize, mask: u32): u32 {
  let slot = (mask * 0x9e3779b1) >> (32 - field.slotBits);
  while (true) {
    const at = slots + (<usize>slot << 3);
    const there = load<u32>(at);
    if (there == mask) return load<u32>(at, 4);
    if (there == 0) return makeEntry(field, mask);
    slot = (slot + 1) & ((1 << field.slotBits) - 1);
  }
}

function makeEntry(field: Field, mask: u32): u32 {
  const made = makeCluster(field, mask);
  const count = made & 255;
  if (field.arenaUsed + LARGEST > field.arenaRoom) {
    const room = max<usize>(1 << 20, field.arenaRoom << 1);
    field.arena = larger(field.arena, field.arenaUsed, room);
    field.arenaRoom = room;
  }
  const at = field.arena + field.arenaUsed;
  memory.copy(at, corners, 96);
  store<u16>(at, <u16>count, 96);
  memory.copy(at + ENTRY, positions, <usize>count * 6);
  const entry = <u32>field.arenaUsed | (made >> 8);
  field.arenaUsed += (ENTRY + <usize>count * 6 + 3) & ~3;
  field.entries++;
  if (field.entries > 1 << (field.slotBits - 1)) growSlots(field);
  insert(field, mask, entry);
  return entry;
}

function growSlots(field: Field): void {
  const before = field.slots;
  const end = before + (<usize>8 << field.slotBits);
  field.slotBits++;
  field.slots = heap.alloc(<usize>8 << field.slotBits);
  memory.fill(field.slots, 0, <usize>8 << field.slotBits);
  for (let at = before; at < end; at += 8) {
    if (load<u32>(at) != 0) insert(field, load<u32>(at), load<u32>(at, 4));
  }
  heap.free(before);
}

function insert(field: Field, mask: u32, entry: u32): void {
  let slot = (mask * 0x9e3779b1) >> (32 - field.slotBits);
  while (load<u32>(field.slots + (<usize>slot << 3)) != 0) slot = (slot + 1) & ((1 << field.slotBits) - 1);
  store<u32>(field.slots + (<usize>slot << 3), mask);
  store<u32>(field.slots + (<usize>slot << 3), entry, 4);
}
