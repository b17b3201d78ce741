import { adler32 } from "./adler";
import { buildTable, distanceBits, endOfBlock, exception, lengthBits, literal, subtable } from "./prefix";

/** Room that one turn of the fast loop may need: three literals, a match, and what is stored beyond its end. */
const roomOut: usize = 3 + 258 + 32;
/** Input bytes of one turn: it fills the bit buffer at most three times, by 8 bytes each. */
const roomIn: usize = 3 * 8 + 8;

const lengths = memory.data(320, 16);
const codeTable = memory.data(128 * 4, 16);
/** 2048 and 256 entries and the subtables of what does not fit: 2342 and 402 are the most that there can be. */
const lengthTable = memory.data(2400 * 4, 16);
const distanceTable = memory.data(512 * 4, 16);
/** The order in which lengths of code lengths come, RFC 1951 section 3.2.7. */
const order = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

/** For a distance below 16: its bytes over and over as one vector, and by how many bytes it may be moved on. */
const patterns = memory.data(16 * 16, 16);
const steps = memory.data(16, 16);
let isReady = false;

function prepare(): void {
  for (let distance: u32 = 1; distance < 16; distance++) {
    for (let k: u32 = 0; k < 16; k++) store<u8>(patterns + (distance << 4) + k, k % distance);
    store<u8>(steps + distance, 16 - (16 % distance));
  }
  isReady = true;
}

const endsEarly = -1;
const goesOn = -2;
const badHeader = -3;
const badMethod = -4;
const badWindow = -5;
const needsDictionary = -6;
const badType = -7;
const badStored = -8;
const tooManySymbols = -9;
const badCodeLengths = -10;
const badRepeat = -11;
const noEnd = -12;
const badLengthSet = -13;
const badDistanceSet = -14;
const badLengthCode = -15;
const badDistanceCode = -16;
const tooFar = -17;
const badSum = -18;

/**
 * Inflates a zlib stream (RFC 1950, RFC 1951) from input to inputEnd into out to outEnd, and writes nowhere else. Returns
 * the bytes written or, below 0, what is wrong (lib/format/tiff/inflate.ts has the words). Bytes after the stream do not
 * matter.
 */
export function inflate(input: usize, inputEnd: usize, out: usize, outEnd: usize): i32 {
  if (!isReady) prepare();
  if (inputEnd - input < 2) return endsEarly;
  const head = (u32(load<u8>(input)) << 8) | load<u8>(input, 1);
  if (head % 31 != 0) return badHeader;
  if (((head >> 8) & 15) != 8) return badMethod;
  if (head >> 12 > 7) return badWindow;
  if (head & 32) return needsDictionary;

  let i = input + 2;
  let at = out;
  /** Bits that were read, the next one lowest; of held only the low 6 bits count in the fast loop. */
  let bits: u64 = 0;
  let held: u32 = 0;
  let isFixed = false;
  const fastIn = inputEnd - input > roomIn ? inputEnd - roomIn : 0;
  const fastOut = outEnd - out > roomOut ? outEnd - roomOut : 0;

  for (let isLast = false; !isLast; ) {
    for (; held < 56 && i < inputEnd; held += 8) bits |= u64(load<u8>(i++)) << held;
    if (held < 3) return endsEarly;
    isLast = (bits & 1) != 0;
    const type = u32(bits >> 1) & 3;
    bits >>= 3;
    held -= 3;
    if (type == 3) return badType;

    if (type == 0) {
      // Whole bytes that were read ahead go back.
      i -= held >> 3;
      bits = 0;
      held = 0;
      if (inputEnd - i < 4) return endsEarly;
      const length = u32(load<u16>(i));
      if ((length ^ load<u16>(i, 2)) != 0xffff) return badStored;
      i += 4;
      if (length > u32(outEnd - at)) return goesOn;
      if (length > u32(inputEnd - i)) return endsEarly;
      memory.copy(at, i, length);
      i += length;
      at += length;
      continue;
    }

    if (type == 1) {
      if (!isFixed) {
        memory.fill(lengths, 8, 144);
        memory.fill(lengths + 144, 9, 112);
        memory.fill(lengths + 256, 7, 24);
        memory.fill(lengths + 280, 8, 8);
        memory.fill(lengths + 288, 5, 32);
        buildTable(lengths, 288, lengthTable, lengthBits);
        buildTable(lengths + 288, 32, distanceTable, distanceBits);
        isFixed = true;
      }
    } else {
      isFixed = false;
      if (held < 14) return endsEarly;
      const lengthCodes: u32 = 257 + (u32(bits) & 31);
      const distanceCodes: u32 = 1 + (u32(bits >> 5) & 31);
      const codes: u32 = 4 + (u32(bits >> 10) & 15);
      bits >>= 14;
      held -= 14;
      if (lengthCodes > 286 || distanceCodes > 30) return tooManySymbols;
      memory.fill(lengths, 0, 19);
      for (let k: u32 = 0; k < codes; k++) {
        for (; held < 56 && i < inputEnd; held += 8) bits |= u64(load<u8>(i++)) << held;
        if (held < 3) return endsEarly;
        store<u8>(lengths + load<u8>(order + k), u8(bits) & 7);
        bits >>= 3;
        held -= 3;
      }
      if (!buildTable(lengths, 19, codeTable, 7)) return badCodeLengths;
      const symbols = lengthCodes + distanceCodes;
      for (let k: u32 = 0; k < symbols; ) {
        for (; held < 56 && i < inputEnd; held += 8) bits |= u64(load<u8>(i++)) << held;
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
    }

    let isOpen = true;
    if (i < fastIn && at < fastOut) {
      bits |= load<u64>(i) << held;
      i += 7 - ((held >> 3) & 7);
      held |= 56;
      let entry = load<u32>(lengthTable + ((u32(bits) & 2047) << 2));
      do {
        // At least 56 bits are there. An entry tells in its low 6 bits how many it uses.
        let saved = bits;
        bits >>= entry;
        held -= entry;
        if (entry & literal) {
          store<u8>(at++, entry >> 16);
          entry = load<u32>(lengthTable + ((u32(bits) & 2047) << 2));
          saved = bits;
          bits >>= entry;
          held -= entry;
          if (entry & literal) {
            store<u8>(at++, entry >> 16);
            entry = load<u32>(lengthTable + ((u32(bits) & 2047) << 2));
            saved = bits;
            bits >>= entry;
            held -= entry;
            if (entry & literal) {
              store<u8>(at++, entry >> 16);
              bits |= load<u64>(i) << held;
              i += 7 - ((held >> 3) & 7);
              held |= 56;
              entry = load<u32>(lengthTable + ((u32(bits) & 2047) << 2));
              continue;
            }
          }
        }
        if (entry & exception) {
          if (entry & subtable) {
            entry = load<u32>(lengthTable + (((entry >> 16) + (u32(bits) & ((1 << ((entry >> 8) & 15)) - 1))) << 2));
            saved = bits;
            bits >>= entry;
            held -= entry;
            if (entry & literal) {
              store<u8>(at++, entry >> 16);
              bits |= load<u64>(i) << held;
              i += 7 - ((held >> 3) & 7);
              held |= 56;
              entry = load<u32>(lengthTable + ((u32(bits) & 2047) << 2));
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
        bits |= load<u64>(i) << held;
        i += 7 - ((held >> 3) & 7);
        held |= 56;
        entry = load<u32>(distanceTable + ((u32(bits) & 255) << 2));
        if (entry & exception) {
          if (!(entry & subtable)) return badDistanceCode;
          bits >>= distanceBits;
          held -= distanceBits;
          entry = load<u32>(distanceTable + (((entry >> 16) + (u32(bits) & ((1 << ((entry >> 8) & 15)) - 1))) << 2));
          if (entry & exception) return badDistanceCode;
        }
        const distance = (entry >> 16) + u32((bits & ((u64(1) << (entry & 63)) - 1)) >> ((entry >> 8) & 15));
        bits >>= entry;
        held -= entry;
        if (distance > u32(at - out)) return tooFar;
        bits |= load<u64>(i) << held;
        i += 7 - ((held >> 3) & 7);
        held |= 56;
        entry = load<u32>(lengthTable + ((u32(bits) & 2047) << 2));
        let from = at - distance;
        const stop = at + length;
        if (distance >= 16) {
          v128.store(at, v128.load(from));
          at += 16;
          while (at < stop) {
            from += 16;
            v128.store(at, v128.load(from));
            at += 16;
          }
        } else {
          // A load of what was stored in two pieces would have to wait for them.
          const source = distance <= 8 ? v128.load64_zero(from) : v128.load(from);
          const pattern = v128.swizzle(source, v128.load(patterns + (distance << 4)));
          const step = usize(load<u8>(steps + distance));
          do {
            v128.store(at, pattern);
            at += step;
          } while (at < stop);
        }
        at = stop;
      } while (i < fastIn && at < fastOut);
      held &= 63;
    }

    // Near the ends of input and output: one symbol at a time, every step within them.
    while (isOpen) {
      for (; held < 56 && i < inputEnd; held += 8) bits |= u64(load<u8>(i++)) << held;
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
        break;
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
  i -= held >> 3;
  if (inputEnd - i < 4) return endsEarly;
  return bswap<u32>(load<u32>(i)) == adler32(out, at) ? i32(at - out) : badSum;
}
