import type { LabelTable } from "../../format/label.ts";
import { kernelView, type LabelView } from "../../format/view.ts";
import { kernels } from "../../kernel/kernel.ts";
import { createScratch, scratchWords } from "../../kernel/scratch.ts";
import { type Digest, startDigest } from "../../verify/hash.ts";
import { wordA, wordB } from "../../verify/palette.ts";

/** Hashes the boxes that a view of the labels of one table is cut into along x, so many voxels wide. */
export type Digester = (view: LabelView, step: number) => Digest[];

const scratch = { view: createScratch(), words: createScratch(), lanes: createScratch() };

/**
 * Hashes the ids of views (lib/verify/hash.ts). What is begun for one table is void when another one is begun.
 *
 * @throws Error if a label of a view is none of the table
 */
export function createDigester({ count, lo, hi }: Pick<LabelTable, "count" | "lo" | "hi">): Digester {
  const words = scratchWords(scratch.words, 2 * count);
  for (let label = 0; label < count; label++) {
    words[label] = wordA(lo[label] as number, hi[label] as number);
    words[count + label] = wordB(lo[label] as number, hi[label] as number);
  }
  const [a, b] = [words.byteOffset, words.byteOffset + 4 * count];
  return (view, step) => {
    const digests = Array.from({ length: Math.ceil(view.shape[0] / step) }, startDigest);
    const lanes = scratchWords(scratch.lanes, 2 * digests.length);
    for (const [i, { a, b }] of digests.entries()) lanes.set([a, b], 2 * i);
    const { labels, offset, strideY, strideZ, shape } = kernelView(view, scratch.view);
    const first = labels.byteOffset + offset * 4;
    if (!kernels.digestRuns(first, strideY, strideZ, ...shape, step, a, b, count, lanes.byteOffset))
      throw new Error(`a label is none of ${count}`);
    return digests.map((_, i) => ({ a: lanes[2 * i] as number, b: lanes[2 * i + 1] as number }));
  };
}
