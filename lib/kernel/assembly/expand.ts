import { find } from "./table";

/** Why decoding stopped: the chunk contradicts itself, or the word of an id that the table does not have. */
const outside = -1;
const beyondTable = -2;
const unknown: u32 = 0xffffffff;

let lo: usize = 0;
let hi: usize = 0;
let slots: usize = 0;
let mask: u32 = 0;
let words: usize = 0;
let count: u32 = 0;
let idWords: u32 = 0;
/** Labels of the lookup table of the block at hand, `unknown` until they are needed. */
let palette: usize = 0;
let stop: i32 = 0;
/** Where in a block it was stopped, or 0: a block may have very many new ids, and is not begun anew for each. */
let stoppedRow: i32 = 0;
let stoppedColumn: i32 = 0;
let isStopped = false;

/** The chunk to decode: so many words, and so many of them per id. */
export function beginExpansion(wordsAt: usize, wordCount: u32, wordsPerId: u32, paletteAt: usize): void {
  words = wordsAt;
  count = wordCount;
  idWords = wordsPerId;
  palette = paletteAt;
  isStopped = false;
}

/**
 * Decodes blocks from number `from` on into width x height x depth labels; strides are labels. Headers must be there.
 * Called again after it was stopped by an id that has been added since, it goes on from there.
 *
 * @returns the block that could not be decoded, see `whyStopped`, or the number of blocks
 */
export function expand(
  labels: usize, strideY: i32, strideZ: i32, width: i32, height: i32, depth: i32,
  blockX: i32, blockY: i32, blockZ: i32, from: i32, loAt: usize, hiAt: usize, slotsAt: usize, slotMask: u32,
): i32 {
  lo = loAt;
  hi = hiAt;
  slots = slotsAt;
  mask = slotMask;
  const across = (width + blockX - 1) / blockX;
  const down = (height + blockY - 1) / blockY;
  const blocks = across * down * ((depth + blockZ - 1) / blockZ);
  const rowBytes = <usize>strideY << 2;
  const sliceBytes = <usize>strideZ << 2;
  for (let block = from; block < blocks; block++) {
    const x = (block % across) * blockX;
    const y = (block / across % down) * blockY;
    const z = (block / (across * down)) * blockZ;
    const to = labels + (<usize>x << 2) + <usize>y * rowBytes + <usize>z * sliceBytes;
    const done = expandBlock(
      block, to, rowBytes, sliceBytes,
      min(blockX, width - x), min(blockY, height - y), min(blockZ, depth - z), blockX, blockY, blockX * blockY * blockZ,
    );
    if (!done) return block;
  }
  return blocks;
}

/** -1: a block points outside the chunk; -2: an index outside its lookup table; else the word of an id to be added. */
export function whyStopped(): i32 {
  return stop;
}

function expandBlock(
  block: i32, to: usize, rowBytes: usize, sliceBytes: usize,
  wide: i32, high: i32, deep: i32, blockX: i32, blockY: i32, voxels: i32,
): bool {
  const header = words + 4 + (<usize>block << 3);
  const bits: u32 = load<u32>(header) >>> 24;
  const lookup: u32 = 1 + (load<u32>(header) & 0xffffff);
  const values = <u64>1 + <u64>load<u32>(header, 4);
  stop = outside;
  if (bits > 32 || popcnt<u32>(bits) > 1 || lookup + idWords > count) return false;
  if (values + <u64>((bits * <u32>voxels + 31) >>> 5) > <u64>count && bits > 0) return false;
  if (bits == 0) {
    const label = labelAt(lookup);
    if (label == unknown) return false;
    fillBlock(to, rowBytes, sliceBytes, wide, high, deep, label);
    return true;
  }
  const first = words + (<usize>values << 2);
  if (!isStopped && bits == 1 && wide == 8 && blockX == 8 && lookup + 2 * idWords <= count) {
    const zero = labelAt(lookup);
    const one = labelAt(lookup + idWords);
    if (zero != unknown && one != unknown) {
      expandBits(to, rowBytes, sliceBytes, high, deep, blockY, first, zero, one);
      return true;
    }
  }
  // The table's length is not stored: it ends at the latest where the indices or the chunk do.
  let most = min<u32>(voxels, (count - lookup) / idWords);
  if (bits < 32) most = min(most, <u32>1 << bits);
  let row = 0;
  let x = 0;
  if (isStopped) {
    row = stoppedRow;
    x = stoppedColumn;
    isStopped = false;
  } else memory.fill(palette, 255, <usize>most << 2);
  for (; row < high * deep; row++) {
    const y = row % high;
    const z = row / high;
    const bit = bits * <u32>(blockX * (y + blockY * z));
    const at = to + <usize>y * rowBytes + <usize>z * sliceBytes;
    x = expandRow(at, x, wide, first, bit, bits, lookup, most);
    if (x < wide) {
      stoppedRow = row;
      stoppedColumn = x;
      isStopped = true;
      return false;
    }
    x = 0;
  }
  return true;
}

/** The label of the id at a word of the chunk, or `unknown`. */
function labelAt(word: u32): u32 {
  const at = words + (<usize>word << 2);
  const entry = find(lo, hi, slots, mask, load<u32>(at), idWords == 2 ? load<u32>(at, 4) : 0);
  if (entry == 0) stop = word;
  return entry - 1;
}

// @ts-ignore: decorator
@inline
function fillBlock(to: usize, rowBytes: usize, sliceBytes: usize, wide: i32, high: i32, deep: i32, label: u32): void {
  const four = i32x4.splat(label);
  for (let z = 0; z < deep; z++, to += sliceBytes) {
    let row = to;
    for (let y = 0; y < high; y++, row += rowBytes) {
      let x = 0;
      for (; x + 4 <= wide; x += 4) v128.store(row + (<usize>x << 2), four);
      for (; x < wide; x++) store<u32>(row + (<usize>x << 2), label);
    }
  }
}

/** Rows of eight voxels, one byte each. */
function expandBits(
  to: usize, rowBytes: usize, sliceBytes: usize, high: i32, deep: i32, blockY: i32, first: usize, zero: u32, one: u32,
): void {
  const zeros = i32x4.splat(zero);
  const ones = i32x4.splat(one);
  const low = i32x4(1, 2, 4, 8);
  const upper = i32x4(16, 32, 64, 128);
  for (let z = 0; z < deep; z++) {
    let row = to + <usize>z * sliceBytes;
    for (let y = 0; y < high; y++, row += rowBytes) {
      const byte = i32x4.splat(<i32>load<u8>(first + <usize>(y + z * blockY)));
      v128.store(row, v128.bitselect(ones, zeros, i32x4.eq(v128.and(byte, low), low)));
      v128.store(row, v128.bitselect(ones, zeros, i32x4.eq(v128.and(byte, upper), upper)), 16);
    }
  }
}

/** @returns the first column that could not be decoded, or `wide` */
function expandRow(
  row: usize, from: i32, wide: i32, values: usize, start: u32, bits: u32, lookup: u32, most: u32,
): i32 {
  const indexMask: u32 = bits == 32 ? 0xffffffff : (<u32>1 << bits) - 1;
  let bit = start + <u32>from * bits;
  for (let x = from; x < wide; x++, bit += bits) {
    const index = (load<u32>(values + (<usize>(bit >>> 5) << 2)) >>> (bit & 31)) & indexMask;
    if (index >= most) {
      stop = beyondTable;
      return x;
    }
    const entry = palette + (<usize>index << 2);
    let label = load<u32>(entry);
    if (label == unknown) {
      label = labelAt(lookup + index * idWords);
      if (label == unknown) return x;
      store<u32>(entry, label);
    }
    store<u32>(row + (<usize>x << 2), label);
  }
  return wide;
}
