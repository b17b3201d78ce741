/*
 * Tables of Huffman codes for inflate (RFC 1951 section 3.2). An entry is found by the next bits of the stream and tells
 *   bits 0 to 5    how many bits it uses: the code (of a subtable, the rest of it) and the extra bits behind it
 *   bits 8 to 11   how many of these are the code; of a link to a subtable, how many bits find the entry there
 *   bits 13 to 15  exceptions
 *   bits 16 to 30  the literal, the least length or distance, the code length, or the first entry of a subtable
 */

export const literal: u32 = 1 << 31;
/** Not a length or distance: with `subtable` a link, with `endOfBlock` that, alone a code that stands for nothing. */
export const exception: u32 = 1 << 15;
export const subtable: u32 = 1 << 14;
export const endOfBlock: u32 = 1 << 13;

/** Bits that find an entry of the first table. */
export const lengthBits: u32 = 11;
export const distanceBits: u32 = 8;

const lengthBase = memory.data<u16>([
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
]);
const lengthExtra = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
]);
const distanceBase = memory.data<u16>([
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
]);

/** Lengths of the codes of lengths and literals, and behind them of distances. */
export const lengths = memory.data(320, 16);
/** 2048 and 256 entries and the subtables of what does not fit: 2342 and 402 are the most that there can be. */
export const lengthTable = memory.data(2400 * 4, 16);
export const distanceTable = memory.data(512 * 4, 16);

const counts = memory.data(16 * 4, 16);
const places = memory.data(16 * 4, 16);
const sorted = memory.data(288 * 2, 16);

/** What a symbol means, to which its bits are added. */
// @ts-ignore: decorator
@inline
function meaning(symbol: u32, tableBits: u32): u32 {
  if (tableBits == 7) return symbol << 16;
  if (tableBits == distanceBits) {
    if (symbol >= 30) return exception;
    return (u32(load<u16>(distanceBase + (symbol << 1))) << 16) | (symbol < 4 ? 0 : (symbol >> 1) - 1);
  }
  if (symbol < 256) return literal | (symbol << 16);
  if (symbol == 256) return exception | endOfBlock;
  if (symbol > 285) return exception;
  return (u32(load<u16>(lengthBase + ((symbol - 257) << 1))) << 16) | load<u8>(lengthExtra + symbol - 257);
}

/**
 * Makes the table of the code whose lengths are given, one byte per symbol: of code lengths if tableBits is 7, else of
 * what has that number of bits. False if there is no such code; a code of distances or lengths may be one single bit.
 */
export function buildTable(lengths: usize, symbols: u32, table: usize, tableBits: u32): bool {
  memory.fill(counts, 0, 64);
  for (let s: u32 = 0; s < symbols; s++) {
    const at = counts + (u32(load<u8>(lengths + s)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let left = 1;
  let place: u32 = 0;
  let most: u32 = 0;
  for (let length: u32 = 1; length < 16; length++) {
    const count = load<u32>(counts + (length << 2));
    if (count > 0) most = length;
    left = (left << 1) - i32(count);
    if (left < 0) return false;
    store<u32>(places + (length << 2), place);
    place += count;
  }
  let size: u32 = 1 << tableBits;
  if (left > 0) {
    if (most > 1 || tableBits == 7) return false;
    // At most one symbol, as the bit 0.
    for (let k: u32 = 0; k < size; k++) store<u32>(table + (k << 2), exception | 257);
    for (let s: u32 = 0; s < symbols; s++) {
      if (load<u8>(lengths + s) == 0) continue;
      for (let k: u32 = 0; k < size; k += 2) store<u32>(table + (k << 2), meaning(s, tableBits) + 257);
    }
    return true;
  }
  for (let s: u32 = 0; s < symbols; s++) {
    const length = u32(load<u8>(lengths + s));
    if (length == 0) continue;
    const at = places + (length << 2);
    const to = load<u32>(at);
    store<u16>(sorted + (to << 1), s);
    store<u32>(at, to + 1);
  }
  fillTable(table, tableBits);
  return true;
}

/**
 * Fills the table with the symbols of a complete code, in the order of their codes. Codes count up from their last bit,
 * which the stream has first: here they stand reversed. The table of one bit more is the table twice.
 */
function fillTable(table: usize, tableBits: u32): void {
  let next = sorted;
  let code: u32 = 0;
  let length: u32 = 1;
  let count = load<u32>(counts + 4);
  while (count == 0) count = load<u32>(counts + (++length << 2));
  let size: u32 = 1 << length;
  while (length <= tableBits) {
    for (; count > 0; count--, next += 2) {
      store<u32>(table + (code << 2), meaning(load<u16>(next), tableBits) + (length << 8) + length);
      if (code == size - 1) {
        for (; length < tableBits; length++, size <<= 1) memory.copy(table + (size << 2), table, size << 2);
        return;
      }
      code = following(code, size - 1);
    }
    do {
      length++;
      if (length <= tableBits) {
        memory.copy(table + (size << 2), table, size << 2);
        size <<= 1;
      }
      count = load<u32>(counts + (length << 2));
    } while (count == 0);
  }
  // Longer codes: a subtable for all that begin with the same bits, of as many bits as the longest needs.
  size = 1 << tableBits;
  let first = size;
  let stop = size;
  let prefix: u32 = -1;
  for (;;) {
    if ((code & (size - 1)) != prefix) {
      prefix = code & (size - 1);
      first = stop;
      let more = length - tableBits;
      let space = count;
      while (space < u32(1 << more)) {
        more++;
        space = (space << 1) + load<u32>(counts + ((tableBits + more) << 2));
      }
      stop = first + (1 << more);
      store<u32>(table + (prefix << 2), (first << 16) | exception | subtable | (more << 8) | tableBits);
    }
    const rest = length - tableBits;
    const entry = meaning(load<u16>(next), tableBits) + (rest << 8) + rest;
    next += 2;
    for (let k = first + (code >> tableBits); k < stop; k += 1 << rest) store<u32>(table + (k << 2), entry);
    if (code == u32((1 << length) - 1)) return;
    code = following(code, (1 << length) - 1);
    count--;
    while (count == 0) count = load<u32>(counts + (++length << 2));
  }
}

/** The code after this one, both reversed: its highest 0 becomes 1, what is above becomes 0. */
// @ts-ignore: decorator
@inline
function following(code: u32, ones: u32): u32 {
  const bit: u32 = 1 << (31 - clz(code ^ ones));
  return (code & (bit - 1)) | bit;
}

/** RFC 1951 section 3.2.6. */
export function makeFixedTables(): void {
  memory.fill(lengths, 8, 144);
  memory.fill(lengths + 144, 9, 112);
  memory.fill(lengths + 256, 7, 24);
  memory.fill(lengths + 280, 8, 8);
  memory.fill(lengths + 288, 5, 32);
  buildTable(lengths, 288, lengthTable, lengthBits);
  buildTable(lengths + 288, 32, distanceTable, distanceBits);
}
