import { kernels } from "../kernel/kernel.ts";
import { addressFor, createScratch } from "../kernel/scratch.ts";
import type { ChunkFormat } from "./codec.ts";
import { addLabel, type LabelTable } from "./label.ts";
import { showTable } from "./shown.ts";
import { mapVec, product, type Vec3 } from "./vec.ts";
import { intoKernel, type LabelView } from "./view.ts";

const scratch = { words: createScratch(), palette: createScratch(), target: createScratch() };

/**
 * Decodes a one-channel `compressed_segmentation` chunk (neuroglancer, compressed_segmentation/README.md)
 * into `target`. Ids not yet in `table` are added, so labels come out in first-seen order.
 *
 * @throws Error if the bytes are not a whole and consistent chunk of the target's shape
 */
export function decodeSegmentation(
  bytes: Uint8Array,
  table: LabelTable,
  { block, dataType, target }: ChunkFormat & { target: LabelView },
): void {
  if (bytes.byteLength % 4 !== 0 || bytes.byteLength === 0)
    throw new Error(`compressed_segmentation: ${bytes.byteLength} bytes are not whole 32-bit words`);
  const blocks = product(mapVec((d) => Math.ceil(target.shape[d] / block[d])));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== 1 || bytes.byteLength < 4 * (1 + 2 * blocks)) {
    throw new Error(
      `compressed_segmentation: ${bytes.byteLength} bytes are too few for ${blocks} block headers`,
    );
  }
  const chunk = { bytes, words: view, idWords: dataType === "uint64" ? 2 : 1, block, blocks };
  intoKernel(target, scratch.target, (own) => decodeBlocks(chunk, table, own));
}

type Chunk = { bytes: Uint8Array; words: DataView; idWords: number; block: Vec3; blocks: number };

/** The kernel stops at each id that is new: the table is this side's to change. */
function decodeBlocks(
  { bytes, words, idWords, block, blocks }: Chunk,
  table: LabelTable,
  target: LabelView,
): void {
  const { labels, offset, strideY, strideZ, shape } = target;
  const chunk = addressFor(bytes, scratch.words);
  const palette = scratch.palette(product(block) * 4).byteOffset;
  const to = labels.byteOffset + offset * 4;
  kernels.beginExpansion(chunk, bytes.byteLength / 4, idWords, palette);
  for (let done = 0; ; ) {
    const { lo, hi, slots, mask } = showTable(table);
    done = kernels.expand(to, strideY, strideZ, ...shape, ...block, done, lo, hi, slots, mask);
    if (done === blocks) return;
    const word = kernels.whyStopped();
    if (word < 0) throw contradiction(word, { block: done, bits: words.getUint8(4 + 8 * done + 3) });
    const hiWord = idWords === 2 ? words.getUint32(4 * word + 4, true) : 0;
    if (addLabel(table, words.getUint32(4 * word, true), hiWord) < 0)
      throw new Error("compressed_segmentation: an id is above the data type's range");
  }
}

function contradiction(why: number, { block, bits }: { block: number; bits: number }): Error {
  return new Error(
    why === -1
      ? `compressed_segmentation: block ${block} points outside the chunk (${bits} bits)`
      : "compressed_segmentation: an index points outside its lookup table",
  );
}
