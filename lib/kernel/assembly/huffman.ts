// Huffman codes of deflate (RFC 1951, 3.2.2): lengths that are limited, and canonical codes.

/** Frequency << 9 | symbol, ascending; then depths. */
const order = memory.data(4 * 288);
const depth = memory.data(4 * 288);
const counts = memory.data(4 * 33);
const next = memory.data(4 * 16);

/**
 * Makes the code of `size` symbols out of their frequencies (u32, below 2^23): a length (u8) each, 0 for those that do
 * not occur, at most `most`. There are always two symbols at least, so that every code is complete.
 */
export function makeLengths(frequencies: usize, size: u32, most: u32, lengths: usize): void {
  memory.fill(lengths, 0, size);
  let used: u32 = 0;
  for (let symbol: u32 = 0; symbol < size; symbol++) {
    const frequency = load<u32>(frequencies + (<usize>symbol << 2));
    if (frequency != 0) store<u32>(order + (<usize>(used++) << 2), (frequency << 9) | symbol);
  }
  if (used < 2) {
    const only = used == 0 ? 0 : load<u32>(order) & 511;
    store<u8>(lengths + only, 1);
    store<u8>(lengths + (only == 0 ? 1 : 0), 1);
    return;
  }
  sort(used);
  for (let i: u32 = 0; i < used; i++) store<u32>(depth + (<usize>i << 2), load<u32>(order + (<usize>i << 2)) >>> 9);
  findDepths(used);
  countLengths(used, most);
  // The rarest symbols get the longest codes.
  let i: usize = 0;
  for (let length = most; length > 0; length--) {
    for (let n = load<u32>(counts + (<usize>length << 2)); n > 0; n--) {
      store<u8>(lengths + (load<u32>(order + (i++ << 2)) & 511), length);
    }
  }
}

/** Canonical codes of lengths, first bit lowest as deflate writes them, with the length in the upper half (u32). */
export function makeCodes(lengths: usize, size: u32, codes: usize): void {
  memory.fill(counts, 0, 4 * 16);
  for (let symbol: u32 = 0; symbol < size; symbol++) {
    const count = counts + (<usize>load<u8>(lengths + symbol) << 2);
    store<u32>(count, load<u32>(count) + 1);
  }
  store<u32>(counts, 0);
  let code: u32 = 0;
  for (let length: usize = 1; length < 16; length++) {
    code = (code + load<u32>(counts + ((length - 1) << 2))) << 1;
    store<u32>(next + (length << 2), code);
  }
  for (let symbol: u32 = 0; symbol < size; symbol++) {
    const length = <usize>load<u8>(lengths + symbol);
    if (length == 0) continue;
    const at = next + (length << 2);
    const value = load<u32>(at);
    store<u32>(at, value + 1);
    store<u32>(codes + (<usize>symbol << 2), (reversed(value) >>> <u32>(16 - length)) | (<u32>length << 16));
  }
}

/** Adds one to a frequency. */
// @ts-ignore: decorator
@inline
export function count(frequencies: usize, symbol: u32): void {
  const at = frequencies + (<usize>symbol << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/** Bits of all symbols. */
export function bitsOf(frequencies: usize, lengths: usize, size: u32): u32 {
  let bits: u32 = 0;
  for (let i: u32 = 0; i < size; i++) bits += load<u32>(frequencies + (<usize>i << 2)) * load<u8>(lengths + i);
  return bits;
}

/** 16 bits, the last one first. */
function reversed(value: u32): u32 {
  let v = ((value & 0x5555) << 1) | ((value >>> 1) & 0x5555);
  v = ((v & 0x3333) << 2) | ((v >>> 2) & 0x3333);
  v = ((v & 0x0f0f) << 4) | ((v >>> 4) & 0x0f0f);
  return ((v & 0x00ff) << 8) | (v >>> 8);
}

/** Shell's sort: there are at most 288. */
function sort(size: u32): void {
  let gap: u32 = 132;
  while (gap > 0) {
    for (let i = gap; i < size; i++) {
      const value = load<u32>(order + (<usize>i << 2));
      let j = i;
      while (j >= gap) {
        const before = load<u32>(order + (<usize>(j - gap) << 2));
        if (before <= value) break;
        store<u32>(order + (<usize>j << 2), before);
        j -= gap;
      }
      store<u32>(order + (<usize>j << 2), value);
    }
    gap = gap == 132 ? 57 : gap == 57 ? 23 : gap == 23 ? 10 : gap == 10 ? 4 : gap == 4 ? 1 : 0;
  }
}

// @ts-ignore: decorator
@inline
function at(i: i32): u32 {
  return load<u32>(depth + (<usize>i << 2));
}

// @ts-ignore: decorator
@inline
function put(i: i32, value: u32): void {
  store<u32>(depth + (<usize>i << 2), value);
}

/** Frequencies, ascending, to depths of the leaves, descending, in place (Moffat and Katajainen 1995). */
function findDepths(size: i32): void {
  put(0, at(0) + at(1));
  let root = 0;
  let leaf = 2;
  for (let node = 1; node < size - 1; node++) {
    let sum: u32;
    if (leaf >= size || at(root) < at(leaf)) {
      sum = at(root);
      put(root++, node);
    } else sum = at(leaf++);
    if (leaf >= size || (root < node && at(root) < at(leaf))) {
      sum += at(root);
      put(root++, node);
    } else sum += at(leaf++);
    put(node, sum);
  }
  put(size - 2, 0);
  for (let node = size - 3; node >= 0; node--) put(node, at(at(node)) + 1);
  let free = 1;
  let used = 0;
  let level: u32 = 0;
  let inner = size - 2;
  let place = size - 1;
  while (free > 0) {
    while (inner >= 0 && at(inner) == level) {
      used++;
      inner--;
    }
    while (free > used) {
      put(place--, level);
      free--;
    }
    free = 2 * used;
    level++;
    used = 0;
  }
}

/** Leaves per length; those that are too deep are put at `most`, and others deeper until the code is one again. */
function countLengths(size: i32, most: u32): void {
  memory.fill(counts, 0, 4 * 33);
  for (let i = 0; i < size; i++) {
    const count = counts + (<usize>min(at(i), most) << 2);
    store<u32>(count, load<u32>(count) + 1);
  }
  let total: u32 = 0;
  for (let length: u32 = 1; length <= most; length++) {
    total += load<u32>(counts + (<usize>length << 2)) << (most - length);
  }
  const last = counts + (<usize>most << 2);
  while (total > <u32>1 << most) {
    store<u32>(last, load<u32>(last) - 1);
    let length = most - 1;
    while (load<u32>(counts + (<usize>length << 2)) == 0) length--;
    const from = counts + (<usize>length << 2);
    store<u32>(from, load<u32>(from) - 1);
    store<u32>(from, load<u32>(from, 4) + 2, 4);
    total--;
  }
}
