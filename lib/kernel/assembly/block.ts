import { endByte, outCount, outHeld, outPlace, putBits, putBytes, putCode, setOut } from "./bits";
import { bitsOf, count, makeCodes, makeLengths } from "./huffman";
import { gatherRuns, writeRuns } from "./runs";

// One block of deflate (RFC 1951, 3.2.3): its items, literals and matches, are counted, and written in the shortest of the
// three ways. Only matches are kept; literals are what lies between them.

const shortestBlock: i32 = 5000;
const longestBlock: i32 = 300_000;
const blockEnd: u32 = 256;

let input: usize = 0;
/** First byte of the block. */
let start: i32 = 0;
/** Matches, two words each: literals before it; length - 3 << 16 and distance - 1. */
let matches: usize = 0;
/** Items of the block when they were looked at last. */
let counted: u32 = 0;

/** Literals, lengths and the block's end; then distances. */
const literals = memory.data(4 * 288);
const distances = memory.data(4 * 32);
/** Their lengths, side by side as they are written, and their codes, with the length in the upper half. */
const lengths = memory.data(288 + 32);
const literalCodes = memory.data(4 * 288);
const distanceCodes = memory.data(4 * 32);
/** What kinds of items the block has had, 8 of literals and 2 of matches, and when they were compared last. */
const kinds = memory.data(4 * 10);
const oldKinds = memory.data(4 * 10);

export function beginBlocks(from: usize, matchesAt: usize): void {
  input = from;
  matches = matchesAt;
  beginBlock(0);
}

function beginBlock(at: i32): void {
  start = at;
  counted = 0;
  memory.fill(literals, 0, 4 * 288);
  memory.fill(distances, 0, 4 * 32);
  memory.fill(kinds, 0, 4 * 10);
  memory.fill(oldKinds, 0, 4 * 10);
}

// @ts-ignore: decorator
@inline
export function addLiteral(byte: u32): void {
  count(literals, byte);
}

/** It is part of a match now. */
// @ts-ignore: decorator
@inline
export function takeLiteral(byte: u32): void {
  const at = literals + (<usize>byte << 2);
  store<u32>(at, load<u32>(at) - 1);
}

/** Adds a match to those before `match`, after so many literals. */
// @ts-ignore: decorator
@inline
export function addMatch(match: usize, between: u32, length: u32, distance: u32): void {
  store<u32>(match, between);
  store<u32>(match, ((length - 3) << 16) | (distance - 1), 4);
  count(literals, 257 + lengthSlot(length - 3));
  count(distances, distanceSlot(distance - 1));
}

/** Slot of a length less 3: four per extra bit, and one for the longest alone. */
// @ts-ignore: decorator
@inline
function lengthSlot(value: u32): u32 {
  if (value < 8) return value;
  const extra = lengthExtra(value);
  return value == 255 ? 28 : (extra << 2) + (value >>> extra);
}

// @ts-ignore: decorator
@inline
function lengthExtra(value: u32): u32 {
  return value < 8 || value == 255 ? 0 : 29 - clz<u32>(value);
}

/** Slot of a distance less 1: two per extra bit. */
// @ts-ignore: decorator
@inline
function distanceSlot(value: u32): u32 {
  const extra = distanceExtra(value);
  return (extra << 1) + (value >>> extra);
}

// @ts-ignore: decorator
@inline
function distanceExtra(value: u32): u32 {
  return value < 4 ? 0 : 30 - clz<u32>(value);
}

/** Whether the items that were added last are unlike those before, so that codes of their own will pay. */
export function isBlockDone(at: i32, size: i32, items: u32): bool {
  if (size - at < shortestBlock || at - start < shortestBlock) return false;
  if (at - start >= longestBlock) return true;
  const seen = <u64>counted;
  const fresh = <u64>(items - counted);
  counted = items;
  sumKinds();
  let change: u64 = 0;
  for (let i: usize = 0; i < 40; i += 4) {
    const before = <u64>load<u32>(oldKinds + i);
    const expected = before * fresh;
    const actual = (<u64>load<u32>(kinds + i) - before) * seen;
    change += expected > actual ? expected - actual : actual - expected;
  }
  memory.copy(oldKinds, kinds, 40);
  // The longer the block, the less it takes.
  return seen > 0 && change + (<u64>(at - start) >>> 12) * seen >= (fresh * 200 * seen) >>> 9;
}

/** Literals by their highest two bits and the lowest one, lengths up to 8 and above. */
function sumKinds(): void {
  for (let quarter: usize = 0; quarter < 4; quarter++) {
    let sum = i32x4.splat(0);
    const from = literals + (quarter << 8);
    for (let i: usize = 0; i < 256; i += 16) sum = i32x4.add(sum, v128.load(from + i));
    const pair = kinds + (quarter << 3);
    store<i32>(pair, i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 2));
    store<i32>(pair, i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 3), 4);
  }
  let short: u32 = 0;
  for (let i: usize = 257; i < 263; i++) short += load<u32>(literals + (i << 2));
  let long: u32 = 0;
  for (let i: usize = 263; i < 286; i++) long += load<u32>(literals + (i << 2));
  store<u32>(kinds, short, 32);
  store<u32>(kinds, long, 36);
}

/** Writes the block, which ends before byte `at` and has the matches before `end`, and begins the next. */
export function endBlock(at: i32, end: usize, isLast: bool): void {
  count(literals, blockEnd);
  const fixed = 3 + fixedBits();
  makeLengths(literals, 286, 15, lengths);
  let literalCount: u32 = 286;
  while (load<u8>(lengths + literalCount - 1) == 0) literalCount--;
  makeLengths(distances, 30, 15, lengths + literalCount);
  let distanceCount: u32 = 30;
  while (load<u8>(lengths + literalCount + distanceCount - 1) == 0) distanceCount--;
  let dynamic = 3 + 10 + gatherRuns(lengths, literalCount + distanceCount);
  dynamic += bitsOf(literals, lengths, 286) + bitsOf(distances, lengths + literalCount, 30) + extraBits();
  const size = <u32>(at - start);
  const stored = 8 * size + 40 * (size / 65535 + 1);
  if (stored < min(fixed, dynamic)) writeStored(size, isLast);
  else if (fixed <= dynamic) {
    putBits(<u64>isLast | (1 << 1), 3);
    fixLengths();
    writeItems(at, end, 288, 32);
  } else {
    putBits(<u64>isLast | (2 << 1), 3);
    putBits((literalCount - 257) | ((distanceCount - 1) << 5), 10);
    writeRuns();
    writeItems(at, end, literalCount, distanceCount);
  }
  beginBlock(at);
}

/** Bits that tell lengths and distances apart which share a code. */
function extraBits(): u32 {
  let bits: u32 = 0;
  for (let slot: u32 = 8; slot < 28; slot++) bits += load<u32>(literals + (<usize>(257 + slot) << 2)) * ((slot >>> 2) - 1);
  for (let slot: u32 = 4; slot < 30; slot++) bits += load<u32>(distances + (<usize>slot << 2)) * ((slot >>> 1) - 1);
  return bits;
}

/** The code that is agreed upon. */
function fixLengths(): void {
  memory.fill(lengths, 8, 144);
  memory.fill(lengths + 144, 9, 112);
  memory.fill(lengths + 256, 7, 24);
  memory.fill(lengths + 280, 8, 8);
  memory.fill(lengths + 288, 5, 32);
}

function fixedBits(): u32 {
  fixLengths();
  return bitsOf(literals, lengths, 288) + bitsOf(distances, lengths + 288, 30) + extraBits();
}

function writeItems(at: i32, end: usize, literalCount: u32, distanceCount: u32): void {
  makeCodes(lengths, literalCount, literalCodes);
  makeCodes(lengths + literalCount, distanceCount, distanceCodes);
  // As `putBits`, in variables of its own: this is a third of all work.
  let out = outPlace();
  let held = outHeld();
  let bits = outCount();
  let from = input + start;
  const stop = input + at;
  for (let match = matches; ; match += 8) {
    const isMatch = match < end;
    const next = isMatch ? from + load<u32>(match) : stop;
    for (; from + 2 <= next; from += 2) {
      // Beside 7 bits there is room for 15 three times, but two are what fits into words of four bytes.
      const one = load<u32>(literalCodes + (<usize>load<u8>(from) << 2));
      const two = load<u32>(literalCodes + (<usize>load<u8>(from, 1) << 2));
      held |= <u64>((one & 0xffff) | ((two & 0xffff) << (one >>> 16))) << bits;
      bits += (one >>> 16) + (two >>> 16);
      store<u64>(out, held);
      out += bits >>> 3;
      held >>>= bits & 56;
      bits &= 7;
    }
    if (from < next) {
      const code = load<u32>(literalCodes + (<usize>load<u8>(from++) << 2));
      held |= <u64>(code & 0xffff) << bits;
      bits += code >>> 16;
    }
    if (!isMatch) break;
    // 20 bits of a length have room beside 7 and 15; those of a distance once they are written.
    const item = load<u32>(match, 4);
    const length = item >>> 16;
    const lengthCode = load<u32>(literalCodes + (<usize>(257 + lengthSlot(length)) << 2));
    const lengthMore = lengthExtra(length);
    held |= <u64>(lengthCode & 0xffff) << bits;
    bits += lengthCode >>> 16;
    held |= <u64>(length & ((1 << lengthMore) - 1)) << bits;
    bits += lengthMore;
    store<u64>(out, held);
    out += bits >>> 3;
    held >>>= bits & 56;
    bits &= 7;
    const distance = item & 0xffff;
    const distanceCode = load<u32>(distanceCodes + (<usize>distanceSlot(distance) << 2));
    const distanceMore = distanceExtra(distance);
    held |= <u64>(distanceCode & 0xffff) << bits;
    bits += distanceCode >>> 16;
    held |= <u64>(distance & ((1 << distanceMore) - 1)) << bits;
    bits += distanceMore;
    store<u64>(out, held);
    out += bits >>> 3;
    held >>>= bits & 56;
    bits &= 7;
    from += length + 3;
  }
  setOut(out, held, bits);
  putCode(literalCodes, blockEnd);
}

function writeStored(size: u32, isLast: bool): void {
  let left = size;
  let from = input + start;
  do {
    const part = min<u32>(left, 65535);
    left -= part;
    putBits(isLast && left == 0 ? 1 : 0, 3);
    endByte();
    putBits(part | ((part ^ 0xffff) << 16), 32);
    putBytes(from, part);
    from += part;
  } while (left > 0);
}
