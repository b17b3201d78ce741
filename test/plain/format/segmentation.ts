import type { ChunkFormat } from "../../../lib/format/codec.ts";
import type { LabelTable } from "../../../lib/format/label.ts";
import { mapVec, product, type Vec3 } from "../../../lib/format/vec.ts";
import type { LabelView } from "../../../lib/format/view.ts";
import { clearTables, storeTable } from "./lookup.ts";

/** Words before the channel: the offset of channel 0. */
const channelStart = 1;
/** A header keeps the table's offset in 24 bits. */
const tableOffsetLimit = 2 ** 24;

/** Words are gathered here; it grows to the largest chunk seen and is used again. */
let words = new Uint32Array(1 << 16);
/** Last block (by running number) in which a label was seen, and its place in that block's table. */
let seen = new Uint32Array(0);
let place = new Uint32Array(0);
let blockNumber = 0;
let palette = new Uint32Array(512);

/** `encodeSegmentation` without a kernel. */
export function encodePlainly(view: LabelView, table: LabelTable, format: ChunkFormat): Uint8Array {
  const { block } = format;
  const grid = mapVec((d) => Math.ceil(view.shape[d] / block[d]));
  const idWords = format.dataType === "uint64" ? 2 : 1;
  prepare(table.count, product(block));
  clearTables(product(grid));
  let header = channelStart;
  let end = channelStart + 2 * product(grid);
  words[0] = channelStart;
  for (let z = 0; z < grid[2]; z++) {
    for (let y = 0; y < grid[1]; y++) {
      for (let x = 0; x < grid[0]; x++) {
        const at: Vec3 = [x * block[0], y * block[1], z * block[2]];
        const count = collectPalette(view, at, block);
        const bits = bitsFor(count);
        const values = end;
        end += Math.ceil((bits * product(block)) / 32);
        reserve(end + count * idWords);
        if (bits > 0) packValues(view, at, { block, bits, values });
        const { offset, isNew } = storeTable(palette, count, end - channelStart);
        if (isNew) end = writeTable(table, count, { idWords, end });
        if (offset >= tableOffsetLimit) {
          throw new Error(
            `compressed_segmentation: a lookup table at word ${offset} of a ${view.shape.join("x")} chunk is ` +
              "beyond the format's 24-bit offset. Use smaller chunks (--chunk 64) or encoding raw",
          );
        }
        words[header++] = offset | (bits << 24);
        words[header++] = values - channelStart;
      }
    }
  }
  return new Uint8Array(words.buffer.slice(0, end * 4));
}

/** Fewest of 0, 1, 2, 4, 8, 16, 32 bits that tell `count` labels apart. */
function bitsFor(count: number): number {
  if (count === 1) return 0;
  let bits = 1;
  while (2 ** bits < count) bits *= 2;
  return bits;
}

function prepare(labelCount: number, blockVoxels: number): void {
  if (palette.length < blockVoxels) palette = new Uint32Array(blockVoxels);
  if (seen.length >= labelCount && blockNumber < 0xf0000000) return;
  seen = new Uint32Array(Math.max(labelCount, seen.length));
  place = new Uint32Array(seen.length);
  blockNumber = 0;
}

function reserve(length: number): void {
  // One word more than asked: the last row of a block may flush an empty word.
  if (length + 1 <= words.length) return;
  const more = new Uint32Array(Math.max(length + 1, words.length * 2));
  more.set(words);
  words = more;
}

/** Distinct labels of a block, ascending, into `palette`; each one's index into `place`. */
function collectPalette(view: LabelView, at: Vec3, block: Vec3): number {
  const { labels, strideY, strideZ, shape } = view;
  const width = Math.min(block[0], shape[0] - at[0]);
  const height = Math.min(block[1], shape[1] - at[1]);
  const depth = Math.min(block[2], shape[2] - at[2]);
  const first = view.offset + at[0] + at[1] * strideY + at[2] * strideZ;
  blockNumber++;
  let last = labels[first]!;
  let count = 1;
  seen[last] = blockNumber;
  palette[0] = last;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = first + y * strideY + z * strideZ;
      const stop = row + width;
      for (let i = row; i < stop; i++) {
        const label = labels[i]!;
        if (label === last) continue;
        last = label;
        if (seen[label] === blockNumber) continue;
        seen[label] = blockNumber;
        palette[count++] = label;
      }
    }
  }
  if (count > 1) sortPalette(count);
  return count;
}

function sortPalette(count: number): void {
  if (count > 32) palette.subarray(0, count).sort();
  else {
    for (let i = 1; i < count; i++) {
      const label = palette[i]!;
      let j = i;
      for (; j > 0 && palette[j - 1]! > label; j--) palette[j] = palette[j - 1]!;
      palette[j] = label;
    }
  }
  for (let i = 0; i < count; i++) place[palette[i]!] = i;
}

/** Value of voxel (x,y,z) of the block at bit `bits * (x + bx*(y + by*z))`, least significant first. */
function packValues(
  view: LabelView,
  at: Vec3,
  { block, bits, values }: { block: Vec3; bits: number; values: number },
): void {
  const { labels, strideY, strideZ, shape } = view;
  const width = Math.min(block[0], shape[0] - at[0]);
  const height = Math.min(block[1], shape[1] - at[1]);
  const depth = Math.min(block[2], shape[2] - at[2]);
  const first = view.offset + at[0] + at[1] * strideY + at[2] * strideZ;
  words.fill(0, values, values + Math.ceil((bits * product(block)) / 32));
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const bit = bits * block[0] * (y + block[1] * z);
      packRow(labels, first + y * strideY + z * strideZ, { width, bits, bit, values });
    }
  }
}

function packRow(
  labels: Uint32Array,
  row: number,
  { width, bits, bit, values }: { width: number; bits: number; bit: number; values: number },
): void {
  let word = values + (bit >>> 5);
  let shift = bit & 31;
  let packed = words[word]!;
  for (let i = row; i < row + width; i++) {
    packed |= place[labels[i]!]! << shift;
    shift += bits;
    if (shift === 32) {
      words[word++] = packed;
      packed = words[word]!;
      shift = 0;
    }
  }
  // A row that ends on a word's end must not touch the word after it, which may be the next block's.
  if (shift !== 0) words[word] = packed;
}

function writeTable(
  table: LabelTable,
  count: number,
  { idWords, end }: { idWords: number; end: number },
): number {
  let at = end;
  for (let i = 0; i < count; i++) {
    const label = palette[i]!;
    words[at++] = table.lo[label]!;
    if (idWords === 2) words[at++] = table.hi[label]!;
  }
  return at;
}
