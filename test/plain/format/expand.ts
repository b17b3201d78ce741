import type { ChunkFormat } from "../../../lib/format/codec.ts";
import { addLabel, type LabelTable } from "../../../lib/format/label.ts";
import { mapVec, product, type Vec3 } from "../../../lib/format/vec.ts";
import type { LabelView } from "../../../lib/format/view.ts";

/** Labels of the lookup table of the block at hand. */
let palette = new Uint32Array(512);

/** `decodeSegmentation` without a kernel. */
export function decodePlainly(
  bytes: Uint8Array,
  table: LabelTable,
  { block, dataType, target }: ChunkFormat & { target: LabelView },
): void {
  const words = wordsOf(bytes);
  const grid = mapVec((d) => Math.ceil(target.shape[d] / block[d]));
  const chunk = { words, idWords: dataType === "uint64" ? 2 : 1, block, target };
  if (words[0] !== 1 || words.length < 1 + 2 * product(grid)) {
    throw new Error(
      `compressed_segmentation: ${bytes.byteLength} bytes are too few for ${product(grid)} block headers`,
    );
  }
  let header = 1;
  for (let z = 0; z < grid[2]; z++) {
    for (let y = 0; y < grid[1]; y++) {
      for (let x = 0; x < grid[0]; x++) {
        decodeBlock(chunk, table, { header, at: [x * block[0], y * block[1], z * block[2]] });
        header += 2;
      }
    }
  }
}

type Chunk = { words: Uint32Array; idWords: number; block: Vec3; target: LabelView };

function decodeBlock(chunk: Chunk, table: LabelTable, { header, at }: { header: number; at: Vec3 }): void {
  const { words, idWords, block, target } = chunk;
  const bits = words[header]! >>> 24;
  const lookup = 1 + (words[header]! & 0xffffff);
  const values = 1 + words[header + 1]!;
  const valueWords = Math.ceil((bits * product(block)) / 32);
  const known =
    bits === 0 || bits === 1 || bits === 2 || bits === 4 || bits === 8 || bits === 16 || bits === 32;
  if (!known || (bits > 0 && values + valueWords > words.length) || lookup + idWords > words.length) {
    throw new Error(
      `compressed_segmentation: block ${(header - 1) / 2} points outside the chunk (${bits} bits)`,
    );
  }
  if (bits === 0) {
    fillBlock(target, readId(chunk, table, lookup), { at, block });
    return;
  }
  // The table's length is not stored: it ends at the latest where the indices or the chunk do.
  const most = Math.min(2 ** bits, product(block), Math.floor((words.length - lookup) / idWords));
  if (palette.length < most) palette = new Uint32Array(most);
  palette.fill(0xffffffff, 0, most);
  const height = Math.min(block[1], target.shape[1] - at[1]);
  const depth = Math.min(block[2], target.shape[2] - at[2]);
  const row = {
    width: Math.min(block[0], target.shape[0] - at[0]),
    bits,
    values,
    lookup,
    bit: 0,
    to: 0,
    most,
  };
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      row.bit = bits * block[0] * (y + block[1] * z);
      row.to = target.offset + at[0] + (at[1] + y) * target.strideY + (at[2] + z) * target.strideZ;
      decodeRow(chunk, table, row);
    }
  }
}

/** Most blocks hold one label. */
function fillBlock(target: LabelView, label: number, { at, block }: { at: Vec3; block: Vec3 }): void {
  const { labels, strideY, strideZ, shape } = target;
  const width = Math.min(block[0], shape[0] - at[0]);
  const height = Math.min(block[1], shape[1] - at[1]);
  const depth = Math.min(block[2], shape[2] - at[2]);
  const first = target.offset + at[0] + at[1] * strideY + at[2] * strideZ;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = first + y * strideY + z * strideZ;
      for (let i = row; i < row + width; i++) labels[i] = label;
    }
  }
}

/** The label of the id at a word of the chunk. */
function readId({ words, idWords }: Chunk, table: LabelTable, at: number): number {
  const label = addLabel(table, words[at]!, idWords === 2 ? words[at + 1]! : 0);
  if (label < 0) throw new Error("compressed_segmentation: an id is above the data type's range");
  return label;
}

type Row = {
  width: number;
  bits: number;
  values: number;
  lookup: number;
  bit: number;
  to: number;
  most: number;
};

function decodeRow(chunk: Chunk, table: LabelTable, row: Row): void {
  const { words, idWords } = chunk;
  const { labels } = chunk.target;
  const { width, bits, values, lookup, to, most } = row;
  const mask = bits === 32 ? 0xffffffff : 2 ** bits - 1;
  let bit = row.bit;
  let last = -1;
  let label = 0;
  for (let x = 0; x < width; x++, bit += bits) {
    const index = ((words[values + (bit >>> 5)]! >>> (bit & 31)) & mask) >>> 0;
    if (index !== last) {
      if (index >= most) throw new Error("compressed_segmentation: an index points outside its lookup table");
      label = palette[index]!;
      if (label === 0xffffffff) {
        label = readId(chunk, table, lookup + index * idWords);
        palette[index] = label;
      }
      last = index;
    }
    labels[to + x] = label;
  }
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  if (bytes.byteLength % 4 !== 0 || bytes.byteLength === 0) {
    throw new Error(`compressed_segmentation: ${bytes.byteLength} bytes are not whole 32-bit words`);
  }
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
}
