import type { Downsampling } from "../format/dataset.ts";
import { mapVec, product, type Vec3 } from "../format/vec.ts";
import { kernelView, type LabelView, wholeView } from "../format/view.ts";
import { kernels } from "../kernel/kernel.ts";
import { addressOf, type KernelWords } from "../kernel/memory.ts";
import { createScratch, scratchWords } from "../kernel/scratch.ts";

export type Reduction = {
  /** 1 or 2 per axis. */
  readonly factor: Vec3;
  /** Voxels missing before the source in its first cell, 0 or 1 per axis: cells lie on global multiples of the factor. */
  readonly lead: Vec3;
  readonly downsampling: Downsampling;
};

const sources = createScratch();
const targets = createScratch();

/**
 * The next coarser scale: each voxel is the most frequent label of its cell of the source, ties go to the
 * smallest label; cells cut by the volume's border vote with the voxels they have. This is the rule of
 * neuroglancer-scripts (`majority`) and of tensorstore (`mode`).
 *
 * @param source labels in the order of their ids, so that the smallest label is the smallest id
 * @param memory of the kernels, for the result; without it that gets memory of its own
 * @returns dense labels, x fastest, of shape ceil((source.shape + lead) / factor)
 */
export function downsample(source: LabelView, reduction: Reduction, memory?: KernelWords): LabelView {
  const { factor, lead, downsampling } = reduction;
  const shape = reducedShape(source.shape, reduction);
  const length = product(shape);
  const own = memory?.subarray(0, length) ?? scratchWords(targets, length);
  if (own.length < length) throw new Error(`${own.length} labels are too few for ${shape.join("x")}`);
  const { labels, offset, strideY, strideZ, shape: size } = kernelView(source, sources);
  const first = labels.byteOffset + offset * 4;
  const sparse = downsampling === "majority" ? 0 : 1;
  kernels.majority(first, strideY, strideZ, ...size, ...factor, ...lead, sparse, addressOf(own));
  return wholeView(memory ? own : new Uint32Array(own), shape);
}

/** Voxels of the next coarser scale. */
export function reducedShape(shape: Vec3, { factor, lead }: Pick<Reduction, "factor" | "lead">): Vec3 {
  return mapVec((d) => {
    if ((factor[d] !== 1 && factor[d] !== 2) || lead[d] < 0 || lead[d] >= factor[d])
      throw new Error(`no cells of ${factor.join("x")} voxels, the first without ${lead.join(", ")}`);
    return Math.ceil((shape[d] + lead[d]) / factor[d]);
  });
}
