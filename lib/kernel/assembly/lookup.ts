// Lookup tables of a compressed_segmentation chunk: identical ones are stored once. A table is known by its labels
// (they stand for ids one to one) and compared with the ids that are written already.

let slots: usize = 0;
let mask: u32 = 0;
/** Per table: hash, number of labels, offset. */
let entries: usize = 0;
let count: u32 = 0;
let lo: usize = 0;
let hi: usize = 0;
let idWords: u32 = 0;
/** The table of one label that was asked for last, which most blocks ask for. */
let lastLabel: u32 = 0;
let lastOffset: u32 = 0;

/** Forgets all tables. There are `mask` + 1 slots, twice as many as there can be tables (12 bytes of `entries` each). */
export function beginTables(slotsAt: usize, slotMask: u32, entriesAt: usize, loAt: usize, hiAt: usize, words: u32): void {
  slots = slotsAt;
  mask = slotMask;
  entries = entriesAt;
  lo = loAt;
  hi = hiAt;
  idWords = words;
  count = 0;
  lastOffset = 0;
  memory.fill(slots, 0, (<usize>mask + 1) << 2);
}

/** As `tableOf`, for the table of one label. */
// @ts-ignore: decorator
@inline
export function tableOfOne(palette: usize, channel: usize, end: u32): u32 {
  const label = load<u32>(palette);
  // No table lies at offset 0, where headers are.
  if (lastOffset != 0 && label == lastLabel) return lastOffset;
  lastOffset = tableOf(palette, 1, channel, end);
  lastLabel = label;
  return lastOffset;
}

/**
 * The offset, in words of `channel`, of the table of the first `size` labels of `palette`: that of an identical one,
 * or `end` if there is none, where it is then written.
 */
export function tableOf(palette: usize, size: u32, channel: usize, end: u32): u32 {
  const hash = hashOf(palette, size);
  let slot = hash & mask;
  let entry = load<u32>(slots + (<usize>slot << 2));
  while (entry != 0) {
    const at = entries + <usize>(entry - 1) * 12;
    if (load<u32>(at) == hash && load<u32>(at, 4) == size) {
      const offset = load<u32>(at, 8);
      if (isSame(palette, size, channel + (<usize>offset << 2))) return offset;
    }
    slot = (slot + 1) & mask;
    entry = load<u32>(slots + (<usize>slot << 2));
  }
  const at = entries + <usize>count * 12;
  store<u32>(at, hash);
  store<u32>(at, size, 4);
  store<u32>(at, end, 8);
  count++;
  store<u32>(slots + (<usize>slot << 2), count);
  writeTable(palette, size, channel + (<usize>end << 2));
  return end;
}

function writeTable(palette: usize, size: u32, to: usize): void {
  for (let i: u32 = 0; i < size; i++) {
    const label = <usize>load<u32>(palette + (<usize>i << 2)) << 2;
    store<u32>(to, load<u32>(lo + label));
    if (idWords == 2) store<u32>(to, load<u32>(hi + label), 4);
    to += <usize>idWords << 2;
  }
}

function isSame(palette: usize, size: u32, at: usize): bool {
  for (let i: u32 = 0; i < size; i++) {
    const label = <usize>load<u32>(palette + (<usize>i << 2)) << 2;
    if (load<u32>(at) != load<u32>(lo + label)) return false;
    if (idWords == 2 && load<u32>(at, 4) != load<u32>(hi + label)) return false;
    at += <usize>idWords << 2;
  }
  return true;
}

function hashOf(palette: usize, size: u32): u32 {
  let h = size;
  for (let i: u32 = 0; i < size; i++) h = ((h ^ load<u32>(palette + (<usize>i << 2))) * 0x9e3779b1) ^ (h >>> 13);
  return h ^ (h >>> 16);
}
