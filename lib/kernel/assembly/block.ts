import { endByte, outCount, outHeld, outPlace, putBits, putBytes, putCode, setOut } from "./bits";
import { bitsOf, count, makeCodes, makeLengths } from "./huffman";
import { gatherRuns, writeRuns } from "./runs";

// One block of deflate (RFC 1951, 3.2.3): its items are gathered, and written in the shortest of the three ways.

const shortestBlock: i32 = 5000;
/** A block has at most so many items, and those of the bytes that are too few for one more. */
const longestBlock: i32 = 300_000;
const blockEnd: u32 = 256;

let input: usize = 0;
/** First byte of the block. */
let start: i32 = 0;
/** Per item a word: a byte, or bit 31, length - 3 << 16 and distance - 1. Those before `counted` are counted. */
let items: usize = 0;
let counted: usize = 0;

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

export function beginBlocks(from: usize, itemsAt: usize): void {
  input = from;
  items = itemsAt;
  beginBlock(0);
}

function beginBlock(at: i32): void {
  start = at;
  counted = items;
  memory.fill(literals, 0, 4 * 288);
  memory.fill(distances, 0, 4 * 32);
  memory.fill(kinds, 0, 4 * 10);
  memory.fill(oldKinds, 0, 4 * 10);
}

// @ts-ignore: decorator
@inline
export function putLiteral(item: usize, byte: u32): void {
  store<u32>(item, byte);
}

// @ts-ignore: decorator
@inline
export function putMatch(item: usize, length: u32, distance: u32): void {
  store<u32>(item, (1 << 31) | ((length - 3) << 16) | (distance - 1));
}

function countItems(end: usize): void {
  for (let at = counted; at < end; at += 4) {
    const item = load<u32>(at);
    if (item >>> 31 == 0) {
      count(literals, item);
    } else {
      const length = (item >>> 16) & 255;
      count(literals, 257 + lengthSlot(length));
      count(distances, distanceSlot(item & 0xffff));
    }
  }
  counted = end;
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
export function isBlockDone(at: i32, size: i32, end: usize): bool {
  if (size - at < shortestBlock || at - start < shortestBlock) return false;
  if (at - start >= longestBlock) return true;
  const seen = <u64>(counted - items) >>> 2;
  const fresh = <u64>(end - counted) >>> 2;
  countItems(end);
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

/** Writes the block, which ends before byte `at`, and begins the next. */
export function endBlock(at: i32, end: usize, isLast: bool): void {
  countItems(end);
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
    writeItems(288, 32);
  } else {
    putBits(<u64>isLast | (2 << 1), 3);
    putBits((literalCount - 257) | ((distanceCount - 1) << 5), 10);
    writeRuns();
    writeItems(literalCount, distanceCount);
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

function writeItems(literalCount: u32, distanceCount: u32): void {
  makeCodes(lengths, literalCount, literalCodes);
  makeCodes(lengths + literalCount, distanceCount, distanceCodes);
  // As `putBits`, in variables of its own: this is a third of all work.
  let out = outPlace();
  let held = outHeld();
  let bits = outCount();
  for (let at = items; at < counted; at += 4) {
    const item = load<u32>(at);
    if (item >>> 31 == 0) {
      const code = load<u32>(literalCodes + (<usize>item << 2));
      held |= <u64>(code & 0xffff) << bits;
      bits += code >>> 16;
    } else {
      const length = (item >>> 16) & 255;
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
    }
    // 15 bits of the next literal, or 20 of the next length, have room beside 28 and 7.
    if (bits >= 32) {
      store<u64>(out, held);
      out += bits >>> 3;
      held >>>= bits & 56;
      bits &= 7;
    }
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
