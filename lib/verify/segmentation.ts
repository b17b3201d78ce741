import type { Vec3 } from "../format/vec.ts";
import { type Blocks, blockGrid, wordsOfBits, writeBits, writeSingle } from "./blocks.ts";
import { numberOf, type Palette } from "./palette.ts";
import type { View } from "./view.ts";

/** Number + 1 of the id at each word of the chunk that was looked up already, 0 elsewhere. */
let met = new Int32Array(0);

/**
 * A chunk of encoding `compressed_segmentation`, one channel (neuroglancer, compressed_segmentation/README.md): a word
 * that says where the channel starts; two words for each block: where its table is (24 bits) and how many bits a
 * value has (8 bits), where its values are; values and tables. Offsets count words from the channel's start.
 *
 * @param idWords words of an id: 1 for uint32, 2 for uint64
 * @param blocks gets what is known of the blocks of one id and of two, whose voxels are then not written
 * @param target gets the numbers of the ids
 * @throws Error if something is not there where it should be
 */
export function decodeSegmentation(
  bytes: Uint8Array,
  { block, idWords, blocks }: { block: Vec3; idWords: 1 | 2; blocks?: Blocks | undefined },
  palette: Palette,
  target: View,
): void {
  if (bytes.length % 4 !== 0 || bytes.length === 0)
    throw new Error(`has ${bytes.length} bytes, not whole words of four`);
  const own = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  const all = new Uint32Array(own.buffer, own.byteOffset, own.length / 4);
  if (all[0] !== 1) throw new Error(`says that its channel starts at word ${all[0]}, not 1`);
  const words = all.subarray(1);
  const grid = blockGrid(target.shape, block);
  const headers = 2 * grid[0] * grid[1] * grid[2];
  if (words.length < headers) throw new Error(`has ${words.length} words, and its headers are ${headers}`);
  if (met.length < words.length) met = new Int32Array(words.length);
  else met.fill(0, 0, words.length);
  decodeBlocks({ words, headers, idWords, palette, block, grid, target, blocks });
}

type Chunk = {
  readonly words: Uint32Array;
  readonly headers: number;
  readonly idWords: 1 | 2;
  readonly palette: Palette;
  readonly block: Vec3;
  readonly grid: Vec3;
  readonly target: View;
  readonly blocks: Blocks | undefined;
};

/** Nothing is made for a block: there are two hundred thousand in a hundred megavoxels. */
function decodeBlocks(chunk: Chunk): void {
  const [columns, rows, slices] = chunk.grid;
  let number = 0;
  for (let z = 0; z < slices; z++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) decodeBlock(chunk, number++, x, y, z);
    }
  }
}

function decodeBlock(chunk: Chunk, number: number, x: number, y: number, z: number): void {
  const { words, block, target, blocks } = chunk;
  const table = words[2 * number]! & 0xffffff;
  const bits = words[2 * number]! >>> 24;
  const values = words[2 * number + 1]!;
  checkHeader(chunk, number, table, bits, values);
  if (blocks !== undefined) {
    blocks.zeros[number] = 0;
    blocks.ones[number] = 0;
    if (bits === 0) {
      blocks.zeros[number] = numberAt(chunk, table) + 1;
      return;
    }
  }
  const { shape, strideY, strideZ } = target;
  const width = Math.min(block[0], shape[0] - x * block[0]);
  const height = Math.min(block[1], shape[1] - y * block[1]);
  const depth = Math.min(block[2], shape[2] - z * block[2]);
  const first = target.offset + x * block[0] + y * block[1] * strideY + z * block[2] * strideZ;
  if (bits === 0) {
    writeSingle(target, first, width, height, depth, numberAt(chunk, table));
    return;
  }
  if (width === 8 && block[0] === 8 && height === block[1]) {
    // Most blocks with several ids have two, or up to four.
    if (bits === 1 && decodePairs(chunk, first, height, depth, number, table, values)) return;
    if (bits === 2 && decodeFours(chunk, first, height, depth, table, values)) return;
  }
  writeValues(chunk, first, width, height, depth, table, bits, values);
}

/** A block of any kind, voxel by voxel. */
function writeValues(
  chunk: Chunk,
  first: number,
  width: number,
  height: number,
  depth: number,
  table: number,
  bits: number,
  values: number,
): void {
  const { words, idWords, block, target } = chunk;
  const { labels, strideY, strideZ } = target;
  const mask = bits === 32 ? -1 : (1 << bits) - 1;
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      let to = first + j * strideY + k * strideZ;
      const stop = to + width;
      let bit = bits * block[0] * (j + block[1] * k);
      if (bits < 32 && (bit & 31) + bits * width <= 32) {
        // A row in one word, as of blocks of 8 voxels with up to 16 ids.
        let word = words[values + (bit >>> 5)]! >>> (bit & 31);
        for (; to < stop; to++, word >>>= bits) {
          const entry = table + (word & mask) * idWords;
          labels[to] = met[entry] ? met[entry]! - 1 : lookUp(chunk, entry);
        }
        continue;
      }
      for (; to < stop; to++) {
        const index = ((words[values + (bit >>> 5)]! >>> (bit & 31)) & mask) >>> 0;
        const entry = table + index * idWords;
        labels[to] = met[entry] ? met[entry]! - 1 : lookUp(chunk, entry);
        bit += bits;
      }
    }
  }
}

/**
 * A block of two ids whose rows are 8 voxels, each a byte: without a look at the table for every voxel.
 *
 * @returns whether it was done: not if an entry is not used, which then may not be there
 */
function decodePairs(
  chunk: Chunk,
  first: number,
  height: number,
  depth: number,
  number: number,
  table: number,
  values: number,
): boolean {
  const { words, idWords, target, blocks } = chunk;
  const rows = height * depth;
  if (rows % 4 !== 0) return false;
  const used = rows >>> 2;
  let all = -1;
  let some = 0;
  for (let w = values; w < values + used; w++) {
    all &= words[w]!;
    some |= words[w]!;
  }
  if (all === -1 || some === 0) return false;
  // Ids get their numbers in the order of voxels.
  const ahead = words[values]! & 1;
  const lead = numberAt(chunk, table + ahead * idWords);
  const other = numberAt(chunk, table + (1 - ahead) * idWords);
  const zero = ahead === 0 ? lead : other;
  const one = ahead === 0 ? other : lead;
  if (blocks === undefined || blocks.bits.length === 0)
    writeBits(target, first, height, depth, words, values, zero, one);
  else {
    blocks.zeros[number] = zero + 1;
    // A table may have an id twice.
    blocks.ones[number] = zero === one ? 0 : one + 1;
    const start = number * wordsOfBits(blocks.size);
    for (let w = 0; w < used; w++) blocks.bits[start + w] = words[values + w]!;
  }
  return true;
}

/** Numbers of the ids of a table of four. */
const four = new Uint32Array(4);

/** A block of up to four ids whose rows are 8 voxels, two in a word. @returns whether it was done */
function decodeFours(
  chunk: Chunk,
  first: number,
  height: number,
  depth: number,
  table: number,
  values: number,
): boolean {
  const { words, idWords, target } = chunk;
  const rows = height * depth;
  if (rows % 2 !== 0) return false;
  // An entry that is not used may not be there.
  let none = 0;
  let low = 0;
  let high = 0;
  let both = 0;
  for (let w = values; w < values + (rows >>> 1); w++) {
    const l = words[w]! & 0x55555555;
    const h = (words[w]! >>> 1) & 0x55555555;
    none |= (l | h) ^ 0x55555555;
    low |= l & ~h;
    high |= h & ~l;
    both |= l & h;
  }
  if (none !== 0) four[0] = numberAt(chunk, table);
  if (low !== 0) four[1] = numberAt(chunk, table + idWords);
  if (high !== 0) four[2] = numberAt(chunk, table + 2 * idWords);
  if (both !== 0) four[3] = numberAt(chunk, table + 3 * idWords);
  const { labels, strideY, strideZ } = target;
  let row = 0;
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++, row++) {
      let bits = words[values + (row >>> 1)]! >>> ((row & 1) << 4);
      const start = first + j * strideY + k * strideZ;
      for (let to = start; to < start + 8; to++, bits >>>= 2) labels[to] = four[bits & 3]!;
    }
  }
  return true;
}

/** Words are made for what is wrong only. */
function checkHeader(
  { words, headers, block, grid }: Chunk,
  number: number,
  table: number,
  bits: number,
  values: number,
): void {
  if (bits > 32 || (bits & (bits - 1)) !== 0) throw new Error(`has values of ${bits} bits`);
  const length = Math.ceil((bits * block[0] * block[1] * block[2]) / 32);
  const within = length === 0 || (values >= headers && values + length <= words.length);
  if (table >= headers && within) return;
  const row = Math.floor(number / grid[0]);
  const at = [number % grid[0], row % grid[1], Math.floor(row / grid[1])].join();
  if (table < headers) throw new Error(`has the table of block ${at} among its headers`);
  throw new Error(`has the values of block ${at} at word ${values} to ${values + length} of ${words.length}`);
}

function numberAt(chunk: Chunk, entry: number): number {
  const known = met[entry];
  return known ? known - 1 : lookUp(chunk, entry);
}

function lookUp({ words, idWords, palette }: Chunk, entry: number): number {
  if (entry + idWords > words.length)
    throw new Error(`looks an id up at word ${entry}, and has ${words.length}`);
  const number = numberOf(palette, words[entry]!, idWords === 2 ? words[entry + 1]! : 0);
  met[entry] = number + 1;
  return number;
}
