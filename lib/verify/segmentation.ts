import type { Vec3 } from "../format/vec.ts";
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
 * @param target gets the numbers of the ids
 * @throws Error if something is not there where it should be
 */
export function decodeSegmentation(
  bytes: Uint8Array,
  { block, idWords }: { block: Vec3; idWords: 1 | 2 },
  palette: Palette,
  target: View,
): void {
  if (bytes.length % 4 !== 0 || bytes.length === 0)
    throw new Error(`has ${bytes.length} bytes, not whole words of four`);
  const own = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  const all = new Uint32Array(own.buffer, own.byteOffset, own.length / 4);
  if (all[0] !== 1) throw new Error(`says that its channel starts at word ${all[0]}, not 1`);
  const words = all.subarray(1);
  const { shape } = target;
  const grid = [0, 1, 2].map((d) => Math.ceil(shape[d]! / block[d]!)) as unknown as Vec3;
  const headers = 2 * grid[0] * grid[1] * grid[2];
  if (words.length < headers) throw new Error(`has ${words.length} words, and its headers are ${headers}`);
  if (met.length < words.length) met = new Int32Array(words.length);
  else met.fill(0, 0, words.length);
  const chunk: Chunk = { words, headers, idWords, palette, block, target };
  let header = 0;
  for (let z = 0; z < grid[2]; z++) {
    for (let y = 0; y < grid[1]; y++) {
      for (let x = 0; x < grid[0]; x++) {
        const first = words[header]!;
        decodeBlock(chunk, {
          x,
          y,
          z,
          table: first & 0xffffff,
          bits: first >>> 24,
          values: words[header + 1]!,
        });
        header += 2;
      }
    }
  }
}

type Chunk = {
  readonly words: Uint32Array;
  readonly headers: number;
  readonly idWords: 1 | 2;
  readonly palette: Palette;
  readonly block: Vec3;
  readonly target: View;
};
type Header = {
  /** Of the block, in the grid of blocks. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly table: number;
  readonly bits: number;
  readonly values: number;
};

function decodeBlock(chunk: Chunk, header: Header): void {
  const { words, idWords, block, target } = chunk;
  const { x, y, z, table, bits, values } = header;
  checkHeader(chunk, header);
  const { labels, shape, strideY, strideZ } = target;
  const width = Math.min(block[0], shape[0] - x * block[0]);
  const height = Math.min(block[1], shape[1] - y * block[1]);
  const depth = Math.min(block[2], shape[2] - z * block[2]);
  const first = target.offset + x * block[0] + y * block[1] * strideY + z * block[2] * strideZ;
  if (bits === 0) {
    const only = numberAt(chunk, table);
    for (let k = 0; k < depth; k++) {
      for (let j = 0; j < height; j++) {
        const start = first + j * strideY + k * strideZ;
        for (let to = start; to < start + width; to++) labels[to] = only;
      }
    }
    return;
  }
  const mask = bits === 32 ? 0xffffffff : 2 ** bits - 1;
  // Most blocks with several ids have two.
  if (bits === 1 && width === 8 && block[0] === 8 && decodePairs(chunk, header, { first, height, depth }))
    return;
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      let to = first + j * strideY + k * strideZ;
      const stop = to + width;
      let bit = bits * block[0] * (j + block[1] * k);
      if (bits < 32 && (bit & 31) + bits * width <= 32) {
        // A row in one word, as of blocks of 8 voxels with up to 16 ids.
        let word = words[values + (bit >>> 5)]! >>> (bit & 31);
        for (; to < stop; to++) {
          const entry = table + (word & mask) * idWords;
          const known = met[entry];
          labels[to] = known ? known - 1 : lookUp(chunk, entry);
          word >>>= bits;
        }
        continue;
      }
      for (; to < stop; to++) {
        const index = ((words[values + (bit >>> 5)]! >>> (bit & 31)) & mask) >>> 0;
        const entry = table + index * idWords;
        const known = met[entry];
        labels[to] = known ? known - 1 : lookUp(chunk, entry);
        bit += bits;
      }
    }
  }
}

/** Where a block's voxels are among the labels: the first of them, and rows and slices. */
type Place = { readonly first: number; readonly height: number; readonly depth: number };

/**
 * A block of two ids whose rows are 8 voxels, each a byte: without a look at the table for every voxel.
 *
 * @returns whether it was done: not of a block cut in y, nor if an entry is not used, which then may not be there
 */
function decodePairs(chunk: Chunk, { table, values }: Header, { first, height, depth }: Place): boolean {
  const { words, idWords, target, block } = chunk;
  const rows = height * depth;
  if (height !== block[1] || rows % 4 !== 0) return false;
  let [all, some] = [-1, 0];
  for (let w = values; w < values + rows / 4; w++) {
    all &= words[w]!;
    some |= words[w]!;
  }
  if (all === -1 || some === 0) return false;
  // Ids get their numbers in the order of voxels.
  const ahead = words[values]! & 1;
  const lead = numberAt(chunk, table + ahead * idWords);
  const other = numberAt(chunk, table + (1 - ahead) * idWords);
  const zero = ahead === 0 ? lead : other;
  const change = lead ^ other;
  const { labels, strideY, strideZ } = target;
  let row = 0;
  for (let k = 0; k < depth; k++) {
    let to = first + k * strideZ;
    for (let j = 0; j < height; j++) {
      const byte = words[values + (row >>> 2)]! >>> ((row & 3) << 3);
      labels[to] = zero ^ (-(byte & 1) & change);
      labels[to + 1] = zero ^ (-((byte >>> 1) & 1) & change);
      labels[to + 2] = zero ^ (-((byte >>> 2) & 1) & change);
      labels[to + 3] = zero ^ (-((byte >>> 3) & 1) & change);
      labels[to + 4] = zero ^ (-((byte >>> 4) & 1) & change);
      labels[to + 5] = zero ^ (-((byte >>> 5) & 1) & change);
      labels[to + 6] = zero ^ (-((byte >>> 6) & 1) & change);
      labels[to + 7] = zero ^ (-((byte >>> 7) & 1) & change);
      row++;
      to += strideY;
    }
  }
  return true;
}

function numberAt(chunk: Chunk, entry: number): number {
  const known = met[entry];
  return known ? known - 1 : lookUp(chunk, entry);
}

/** Words are made for what is wrong only: of blocks there are two hundred thousand in a hundred megavoxels. */
function checkHeader({ words, headers, block }: Chunk, { x, y, z, table, bits, values }: Header): void {
  if (bits > 32 || (bits & (bits - 1)) !== 0) throw new Error(`has values of ${bits} bits`);
  const length = Math.ceil((bits * block[0] * block[1] * block[2]) / 32);
  if (table < headers) throw new Error(`has the table of block ${x},${y},${z} among its headers`);
  if (length === 0 || (values >= headers && values + length <= words.length)) return;
  throw new Error(
    `has the values of block ${x},${y},${z} at word ${values} to ${values + length} of ${words.length}`,
  );
}

function lookUp({ words, idWords, palette }: Chunk, entry: number): number {
  if (entry + idWords > words.length)
    throw new Error(`looks an id up at word ${entry}, and has ${words.length}`);
  const number = numberOf(palette, words[entry]!, idWords === 2 ? words[entry + 1]! : 0);
  met[entry] = number + 1;
  return number;
}
