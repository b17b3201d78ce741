import { kernels } from "../kernel/kernel.ts";
import { addressFor, createScratch, inKernel } from "../kernel/scratch.ts";

const ranks = createScratch();
const copies = createScratch();

/** Replaces every label by its rank, in place: `labels[i] = rank[labels[i]]`. Every label must have one. */
export function relabel(labels: Uint32Array, rank: Uint32Array): void {
  const own = inKernel(labels, copies);
  kernels.relabel(own.byteOffset, own.length, addressFor(rank, ranks));
  if (own !== labels) labels.set(own);
}
