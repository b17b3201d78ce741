import { adler32 } from "./adler";
import {
  endsEarly, goesOn, badHeader, badMethod, badWindow, needsDictionary, badType, badStored, tooManySymbols,
  badCodeLengths, badRepeat, noEnd, badLengthSet, badDistanceSet, badLengthCode, badDistanceCode, tooFar, badSum,
} from "./fault";
import {
  buildTable, distanceBits, distanceTable, endOfBlock, exception, lengthBits, lengths, lengthTable, literal,
  makeFixedTables, subtable,
} from "./prefix";
import { copyMatch, prepareMatches } from "./match";

/** Input not yet read, and its end. */
let i: usize = 0;
let inputEnd: usize = 0;
/** Where the output starts, where it goes on, and its end. */
let out: usize = 0;
let at: usize = 0;
let outEnd: usize = 0;
/** Bits that were read and not used, the next one lowest, and how many there are. */
let bits: u64 = 0;
let held: u32 = 0;

/** Room that one turn of the fast loop may need: three literals, a match, and what is stored beyond its end. */
const roomOut: usize = 3 + 258 + 32;
/** Input bytes of one turn: it fills the bit buffer at most three times, by 8 bytes each. */
const roomIn: usize = 3 * 8 + 8;

const codeTable = memory.data(128 * 4, 16);
/** The order in which lengths of code lengths come, RFC 1951 section 3.2.7. */
const order = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

/** What functions here return but 0 and what is wrong. */
const goOn = 1;

/**
 * Inflates a zlib stream (RFC 1950, RFC 1951) from input to its end into output to its end, and writes nowhere else.
 * Returns the bytes written or, below 0, what is wrong (lib/format/tiff/inflate.ts has the words). Bytes after the
 * stream do not matter.
 */
export function inflate(from: usize, fromEnd: usize, to: usize, toEnd: usize): i32 {
  prepareMatches();
  i = from;
  inputEnd = fromEnd;
  at = out = to;
  outEnd = toEnd;
  bits = 0;
  held = 0;
  if (inputEnd - i < 2) return endsEarly;
  const head = (u32(load<u8>(i)) << 8) | load<u8>(i, 1);
  if (head % 31 != 0) return badHeader;
  if (((head >> 8) & 15) != 8) return badMethod;
  if (head >> 12 > 7) return badWindow;
  if (head & 32) return needsDictionary;
  i += 2;
  const fault = inflateBlocks();
  if (fault != 0) return fault;
  giveBack();
  if (inputEnd - i < 4) return endsEarly;
  return bswap<u32>(load<u32>(i)) == adler32(out, at) ? i32(at - out) : badSum;
}

/** Blocks up to the last; 0 or what is wrong. */
function inflateBlocks(): i32 {
  let isFixed = false;
  for (let isLast = false; !isLast; ) {
    fill();
    if (held < 3) return endsEarly;
    isLast = (bits & 1) != 0;
    const type = u32(bits >> 1) & 3;
    bits >>= 3;
    held -= 3;
    let fault: i32 = 0;
    if (type == 3) return badType;
    if (type == 0) fault = copyStored();
    else {
      if (type == 2) fault = readTables();
      else if (!isFixed) makeFixedTables();
      isFixed = type == 1;
      if (fault == 0) fault = inflateSymbols();
    }
    if (fault < 0) return fault;
  }
  return 0;
}

/** Bytes into the bit buffer, as many as there are and fit. */
// @ts-ignore: decorator
@inline
function fill(): void {
  for (; held < 56 && i < inputEnd; held += 8) bits |= u64(load<u8>(i++)) << held;
}

/** Whole bytes that were read ahead go back; the bits before them are left out. */
function giveBack(): void {
  i -= held >> 3;
  bits = 0;
  held = 0;
}

/** RFC 1951 section 3.2.4. */
function copyStored(): i32 {
  giveBack();
  if (inputEnd - i < 4) return endsEarly;
  const length = u32(load<u16>(i));
  if ((length ^ load<u16>(i, 2)) != 0xffff) return badStored;
  i += 4;
  if (length > u32(outEnd - at)) return goesOn;
  if (length > u32(inputEnd - i)) return endsEarly;
  memory.copy(at, i, length);
  i += length;
  at += length;
  return 0;
}

/** RFC 1951 section 3.2.7. */
function readTables(): i32 {
  if (held < 14) return endsEarly;
  const lengthCodes: u32 = 257 + (u32(bits) & 31);
  const distanceCodes: u32 = 1 + (u32(bits >> 5) & 31);
  const codes: u32 = 4 + (u32(bits >> 10) & 15);
  bits >>= 14;
  held -= 14;
  if (lengthCodes > 286 || distanceCodes > 30) return tooManySymbols;
  memory.fill(lengths, 0, 19);
  for (let k: u32 = 0; k < codes; k++) {
    fill();
    if (held < 3) return endsEarly;
    store<u8>(lengths + load<u8>(order + k), u8(bits) & 7);
    bits >>= 3;
    held -= 3;
  }
  if (!buildTable(lengths, 19, codeTable, 7)) return badCodeLengths;
  const symbols = lengthCodes + distanceCodes;
  for (let k: u32 = 0; k < symbols; ) {
    fill();
    const entry = load<u32>(codeTable + ((u32(bits) & 127) << 2));
    const used = entry & 63;
    if (held < used) return endsEarly;
    if (entry & exception) return badCodeLengths;
    const symbol = entry >> 16;
    bits >>= used;
    held -= used;
    if (symbol < 16) {
      store<u8>(lengths + k++, symbol);
      continue;
    }
    // 16: the length before 3 to 6 times, 17 and 18: 0, 3 to 10 and 11 to 138 times.
    const extra: u32 = symbol == 16 ? 2 : symbol == 17 ? 3 : 7;
    if (held < extra) return endsEarly;
    const count: u32 = (symbol == 18 ? 11 : 3) + (u32(bits) & ((1 << extra) - 1));
    bits >>= extra;
    held -= extra;
    if ((symbol == 16 && k == 0) || k + count > symbols) return badRepeat;
    memory.fill(lengths + k, symbol == 16 ? load<u8>(lengths + k - 1) : 0, count);
    k += count;
  }
  if (load<u8>(lengths, 256) == 0) return noEnd;
  if (!buildTable(lengths, lengthCodes, lengthTable, lengthBits)) return badLengthSet;
  if (!buildTable(lengths + lengthCodes, distanceCodes, distanceTable, distanceBits)) return badDistanceSet;
  return 0;
}

/** The symbols of a block: as fast as it goes while there is room for it, the rest with care. */
function inflateSymbols(): i32 {
  const fault = inflateFast();
  return fault == goOn ? inflateRest() : fault;
}

/**
 * Symbols while there is room for a whole turn in input and output. Returns goOn where there is none, 0 at the end of the
 * block, or what is wrong.
 */
function inflateFast(): i32 {
  const fastIn = inputEnd - i > roomIn ? inputEnd - roomIn : 0;
  const fastOut = outEnd - at > roomOut ? outEnd - roomOut : 0;
  let next = i;
  let to = at;
  if (next >= fastIn || to >= fastOut) return goOn;
  let ahead = bits;
  /** Only the low 6 bits count. */
  let count = held;
  let isOpen = true;
  ahead |= load<u64>(next) << count;
  next += 7 - ((count >> 3) & 7);
  count |= 56;
  let entry = load<u32>(lengthTable + ((u32(ahead) & 2047) << 2));
  do {
    // At least 56 bits are there. An entry tells in its low 6 bits how many it uses.
    let saved = ahead;
    ahead >>= entry;
    count -= entry;
    if (entry & literal) {
      store<u8>(to++, entry >> 16);
      entry = load<u32>(lengthTable + ((u32(ahead) & 2047) << 2));
      saved = ahead;
      ahead >>= entry;
      count -= entry;
      if (entry & literal) {
        store<u8>(to++, entry >> 16);
        entry = load<u32>(lengthTable + ((u32(ahead) & 2047) << 2));
        saved = ahead;
        ahead >>= entry;
        count -= entry;
        if (entry & literal) {
          store<u8>(to++, entry >> 16);
          ahead |= load<u64>(next) << count;
          next += 7 - ((count >> 3) & 7);
          count |= 56;
          entry = load<u32>(lengthTable + ((u32(ahead) & 2047) << 2));
          continue;
        }
      }
    }
    if (entry & exception) {
      if (entry & subtable) {
        entry = load<u32>(lengthTable + (((entry >> 16) + (u32(ahead) & ((1 << ((entry >> 8) & 15)) - 1))) << 2));
        saved = ahead;
        ahead >>= entry;
        count -= entry;
        if (entry & literal) {
          store<u8>(to++, entry >> 16);
          ahead |= load<u64>(next) << count;
          next += 7 - ((count >> 3) & 7);
          count |= 56;
          entry = load<u32>(lengthTable + ((u32(ahead) & 2047) << 2));
          continue;
        }
      }
      if (entry & exception) {
        if (!(entry & endOfBlock)) return badLengthCode;
        isOpen = false;
        break;
      }
    }
    const length = (entry >> 16) + u32((saved & ((u64(1) << (entry & 63)) - 1)) >> ((entry >> 8) & 15));
    // Up to 22 bits of literals and 20 of the length are gone, 28 are needed.
    ahead |= load<u64>(next) << count;
    next += 7 - ((count >> 3) & 7);
    count |= 56;
    entry = load<u32>(distanceTable + ((u32(ahead) & 255) << 2));
    if (entry & exception) {
      if (!(entry & subtable)) return badDistanceCode;
      ahead >>= distanceBits;
      count -= distanceBits;
      entry = load<u32>(distanceTable + (((entry >> 16) + (u32(ahead) & ((1 << ((entry >> 8) & 15)) - 1))) << 2));
      if (entry & exception) return badDistanceCode;
    }
    const distance = (entry >> 16) + u32((ahead & ((u64(1) << (entry & 63)) - 1)) >> ((entry >> 8) & 15));
    ahead >>= entry;
    count -= entry;
    if (distance > u32(to - out)) return tooFar;
    ahead |= load<u64>(next) << count;
    next += 7 - ((count >> 3) & 7);
    count |= 56;
    entry = load<u32>(lengthTable + ((u32(ahead) & 2047) << 2));
    const stop = to + length;
    copyMatch(to, distance, stop);
    to = stop;
  } while (next < fastIn && to < fastOut);
  i = next;
  at = to;
  bits = ahead;
  held = count & 63;
  return isOpen ? goOn : 0;
}

/** One symbol after the other up to the end of the block, every step within input and output. */
function inflateRest(): i32 {
  while (true) {
    fill();
    let entry = load<u32>(lengthTable + ((u32(bits) & 2047) << 2));
    if (entry & subtable && entry & exception) {
      if (held < lengthBits) return endsEarly;
      bits >>= lengthBits;
      held -= lengthBits;
      entry = load<u32>(lengthTable + (((entry >> 16) + (u32(bits) & ((1 << ((entry >> 8) & 15)) - 1))) << 2));
    }
    let used = entry & 63;
    if (held < used) return endsEarly;
    const length = (entry >> 16) + (u32(bits & ((u64(1) << used) - 1)) >> ((entry >> 8) & 15));
    bits >>= used;
    held -= used;
    if (entry & literal) {
      if (at >= outEnd) return goesOn;
      store<u8>(at++, entry >> 16);
      continue;
    }
    if (entry & exception) {
      if (!(entry & endOfBlock)) return badLengthCode;
      return 0;
    }
    entry = load<u32>(distanceTable + ((u32(bits) & 255) << 2));
    if (entry & subtable && entry & exception) {
      if (held < distanceBits) return endsEarly;
      bits >>= distanceBits;
      held -= distanceBits;
      entry = load<u32>(distanceTable + (((entry >> 16) + (u32(bits) & ((1 << ((entry >> 8) & 15)) - 1))) << 2));
    }
    used = entry & 63;
    if (held < used) return endsEarly;
    if (entry & exception) return badDistanceCode;
    const distance = (entry >> 16) + (u32(bits & ((u64(1) << used) - 1)) >> ((entry >> 8) & 15));
    bits >>= used;
    held -= used;
    if (distance > u32(at - out)) return tooFar;
    if (length > u32(outEnd - at)) return goesOn;
    for (const stop = at + length; at < stop; at++) store<u8>(at, load<u8>(at - distance));
  }
}
