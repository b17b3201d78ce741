import { kernels } from "../kernel/kernel.ts";
import { allocate, grown, type KernelBytes } from "../kernel/memory.ts";
import { createScratch } from "../kernel/scratch.ts";
import type { ChunkFormat, Codec } from "./codec.ts";
import { decodeSegmentation } from "./expand.ts";
import type { LabelTable } from "./label.ts";
import { showOrder, showTable } from "./shown.ts";
import { mapVec, product, type Vec3 } from "./vec.ts";
import { kernelView, type LabelView } from "./view.ts";

/**
 * `compressed_segmentation` chunks, one channel (neuroglancer, compressed_segmentation/README.md):
 * a word 1, then per block a header of two words, then encoded values and lookup tables. Bytes are those
 * of the C++ encoder that neuroglancer publishes: per block first the values, then its table; tables
 * ascending, identical ones shared, the padding of cut blocks left 0.
 */
export const segmentation: Codec = { encode: encodeSegmentation, decode: decodeSegmentation };

/** Bytes before the channel: the offset of channel 0, in words. */
const channelStart = 4;

/** What the kernel works with; all of it grows to the most that was needed and is used again. */
const scratch = {
  view: createScratch(),
  slots: createScratch(),
  entries: createScratch(),
  palette: createScratch(),
  spare: createScratch(),
};
/** The chunk at hand. */
let chunk: KernelBytes | undefined;
/** Per label the last block (by running number) in which it was seen, then its place in that block's table. */
let stamps: KernelBytes | undefined;
let blockNumber = 0;

/**
 * @param view the chunk's labels, in any order of their ids
 * @throws Error if a lookup table would lie beyond the format's 24 bits (64 MiB)
 */
export function encodeSegmentation(view: LabelView, table: LabelTable, format: ChunkFormat): Uint8Array {
  const { block } = format;
  const { labels, offset, strideY, strideZ, shape } = kernelView(view, scratch.view);
  const [width, height] = shape;
  const [blockX, blockY, blockZ] = block;
  const grid = mapVec((d) => Math.ceil(shape[d] / block[d]));
  const idWords = format.dataType === "uint64" ? 2 : 1;
  const layer = grid[0] * grid[1] * mostWords(view, table, { block, idWords });
  begin(table, { blocks: product(grid), blockVoxels: product(block), idWords });
  let words = 2 * product(grid);
  for (let z = 0; z < shape[2]; z += blockZ) {
    const written = channelStart + words * 4;
    chunk = grown(chunk ?? allocate(1 << 16), written + layer * 4, written);
    const channel = chunk.byteOffset + channelStart;
    const first = labels.byteOffset + (offset + z * strideZ) * 4;
    const depth = Math.min(blockZ, shape[2] - z);
    const size = [width, height, depth] as const;
    words = kernels.encodeLayer(channel, first, strideY, strideZ, ...size, blockX, blockY, blockZ);
    if (words < 0) throw beyondReach(shape, -words);
    if (words === 0) throw new Error("compressed_segmentation: a label is none of its table");
  }
  const bytes = new Uint8Array(channelStart + words * 4);
  if (chunk !== undefined) bytes.set(chunk.subarray(channelStart, bytes.length), channelStart);
  bytes[0] = 1;
  return bytes;
}

function beyondReach(shape: Vec3, offset: number): Error {
  return new Error(
    `compressed_segmentation: a lookup table at word ${offset} of a ${shape.join("x")} chunk is ` +
      "beyond the format's 24-bit offset. Use smaller chunks (--chunk 64) or encoding raw",
  );
}

/** Most words of a block's values and lookup table. */
function mostWords(
  { shape }: LabelView,
  { count }: LabelTable,
  { block, idWords }: { block: Vec3; idWords: number },
): number {
  // The kernel looks for up to four labels before it looks at what they are.
  const most = Math.min(product(mapVec((d) => Math.min(block[d], shape[d]))), Math.max(4, count));
  let bits = most === 1 ? 0 : 1;
  while (2 ** bits < most) bits *= 2;
  return Math.ceil((bits * product(block)) / 32) + most * idWords;
}

type Begin = { blocks: number; blockVoxels: number; idWords: number };

function begin(table: LabelTable, { blocks, blockVoxels, idWords }: Begin): void {
  const slots = 2 ** Math.ceil(Math.log2(2 * blocks));
  const { lo, hi } = showTable(table);
  const { rank, order } = showOrder(table);
  const { seen, place, number } = takeStamps(table.count, blocks);
  kernels.beginSegmentation(
    blocks,
    scratch.slots(slots * 4).byteOffset,
    slots - 1,
    scratch.entries(blocks * 12).byteOffset,
    seen,
    place,
    table.count,
    number,
    scratch.palette(blockVoxels * 4).byteOffset,
    scratch.spare(blockVoxels * 4).byteOffset,
    lo,
    hi,
    idWords,
    rank,
    order,
  );
}

/** Stamps need no clearing from chunk to chunk: blocks are numbered on. */
function takeStamps(labels: number, blocks: number): { seen: number; place: number; number: number } {
  if (stamps === undefined || stamps.length < labels * 8 || blockNumber + blocks > 0xffffffff) {
    stamps = grown(stamps ?? allocate(1 << 13), labels * 8).fill(0);
    blockNumber = 0;
  }
  const number = blockNumber;
  blockNumber += blocks;
  return { seen: stamps.byteOffset, place: stamps.byteOffset + (stamps.length >> 3) * 4, number };
}
