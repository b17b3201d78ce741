import { encodeEight } from "./eight";
import { beginTables, tableOf, tableOfOne } from "./lookup";
import { beginPalettes, collect, placeOf } from "./palette";

/** A header keeps the table's offset in 24 bits. */
const tableOffsetLimit: u32 = 1 << 24;

let palette: usize = 0;
let idWords: u32 = 0;
/** Next header and end of what is written, in words of the channel. */
let header: u32 = 0;
let end: u32 = 0;

/** Begins a chunk of so many blocks; lib/format/segmentation.ts knows what memory is needed. */
export function beginSegmentation(
  blocks: u32, slots: usize, mask: u32, entries: usize,
  seen: usize, place: usize, labelCount: u32, blockNumber: u32, paletteAt: usize, spare: usize,
  lo: usize, hi: usize, words: u32, rank: usize, order: usize,
): void {
  beginTables(slots, mask, entries, lo, hi, words);
  beginPalettes(seen, place, labelCount, blockNumber, paletteAt, spare, rank, order);
  palette = paletteAt;
  idWords = words;
  header = 0;
  end = 2 * blocks;
}

/**
 * Encodes one layer of blocks: width x height x depth voxels from `labels` on, strides in labels, to the end of what
 * is written already of `channel`.
 *
 * @returns words of the channel so far; 0 if a label is none of the table; of a lookup table beyond the reach of a
 * header its offset, negative
 */
export function encodeLayer(
  channel: usize, labels: usize, strideY: i32, strideZ: i32, width: i32, height: i32, depth: i32,
  blockX: i32, blockY: i32, blockZ: i32,
): i32 {
  const rowBytes = <usize>strideY << 2;
  const sliceBytes = <usize>strideZ << 2;
  const isEight = blockX == 8 && blockY == 8 && blockZ == 8 && depth == 8;
  for (let y = 0; y < height; y += blockY) {
    for (let x = 0; x < width; x += blockX) {
      const first = labels + <usize>y * rowBytes + (<usize>x << 2);
      const high = min(blockY, height - y);
      const wide = min(blockX, width - x);
      const to = channel + (<usize>end << 2);
      let count: u32 = 0;
      if (isEight && high == 8 && wide == 8) count = encodeEight(first, rowBytes, sliceBytes, to, palette);
      const isPacked = count != 0;
      if (!isPacked) count = collect(first, rowBytes, sliceBytes, wide, high, depth);
      if (count == 0) return 0;
      const bits = bitsFor(count);
      const size = (bits * <u32>(blockX * blockY * blockZ) + 31) >>> 5;
      if (bits > 0 && !isPacked) {
        memory.fill(to, 0, <usize>size << 2);
        packRows(to, bits, first, rowBytes, sliceBytes, wide, high, depth, blockX, blockY);
      }
      const values = end;
      end += size;
      const table = count == 1 ? tableOfOne(palette, channel, end) : tableOf(palette, count, channel, end);
      if (table == end) end += count * idWords;
      if (table >= tableOffsetLimit) return -<i32>table;
      const word = channel + (<usize>header << 2);
      store<u32>(word, table | (bits << 24));
      store<u32>(word, values, 4);
      header += 2;
    }
  }
  return end;
}

/** Fewest of 0, 1, 2, 4, 8, 16, 32 bits that tell so many labels apart. */
function bitsFor(count: u32): u32 {
  if (count == 1) return 0;
  let bits: u32 = 1;
  while (bits < 32 && <u32>1 << bits < count) bits *= 2;
  return bits;
}

/** Value of voxel (x,y,z) at bit `bits * (x + blockX * (y + blockY * z))`, least significant first; what is cut off stays 0. */
function packRows(
  to: usize, bits: u32, first: usize, rowBytes: usize, sliceBytes: usize,
  wide: i32, high: i32, depth: i32, blockX: i32, blockY: i32,
): void {
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < high; y++) {
      const bit = bits * <u32>(blockX * (y + blockY * z));
      let word = to + (<usize>(bit >>> 5) << 2);
      let shift = bit & 31;
      let packed = shift == 0 ? 0 : load<u32>(word);
      let at = first + <usize>y * rowBytes + <usize>z * sliceBytes;
      for (const stop = at + (<usize>wide << 2); at < stop; at += 4) {
        packed |= placeOf(load<u32>(at)) << shift;
        shift += bits;
        if (shift == 32) {
          store<u32>(word, packed);
          word += 4;
          packed = 0;
          shift = 0;
        }
      }
      if (shift != 0) store<u32>(word, packed);
    }
  }
}
