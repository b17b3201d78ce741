import type { LabelTable } from "../../format/label.ts";
import { kernelView, type LabelView } from "../../format/view.ts";
import { kernels } from "../../kernel/kernel.ts";
import { createScratch, scratchWords } from "../../kernel/scratch.ts";
import { type Digest, startDigest } from "../../verify/hash.ts";
import { wordA, wordB } from "../../verify/palette.ts";

/** Hashes views of the labels of one table. */
export type Digester = (view: LabelView) => Digest;

const scratch = { view: createScratch(), words: createScratch() };

/**
 * Hashes the ids of views (lib/verify/hash.ts). What is begun for one table is void when another one is begun.
 *
 * @throws Error if a label of a view is none of the table
 */
export function createDigester({ count, lo, hi }: Pick<LabelTable, "count" | "lo" | "hi">): Digester {
  const words = scratchWords(scratch.words, 2 * count + 2);
  for (let label = 0; label < count; label++) {
    words[label] = wordA(lo[label] as number, hi[label] as number);
    words[count + label] = wordB(lo[label] as number, hi[label] as number);
  }
  const [a, b, lanes] = [0, count, 2 * count].map((word) => words.byteOffset + 4 * word) as Addresses;
  return (view) => {
    const { a: startA, b: startB } = startDigest();
    words.set([startA, startB], 2 * count);
    const { labels, offset, strideY, strideZ, shape } = kernelView(view, scratch.view);
    const first = labels.byteOffset + offset * 4;
    if (!kernels.digestRuns(first, strideY, strideZ, ...shape, a, b, count, lanes))
      throw new Error(`a label is none of ${count}`);
    return { a: words[2 * count] as number, b: words[2 * count + 1] as number };
  };
}

type Addresses = [number, number, number];
