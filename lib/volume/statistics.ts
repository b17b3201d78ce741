import { kernelView, type LabelView } from "../format/view.ts";
import { kernels } from "../kernel/kernel.ts";
import { createScratch, scratchWords } from "../kernel/scratch.ts";

/** Voxels, bounding box and centroid of every label of a block; boxes are in voxels of the view, `hi` outside. */
export type Statistics = {
  /** Voxels per label. Below 2^32: a block is far smaller. */
  readonly voxels: Uint32Array;
  /** Six per label: lo x, y, z, hi x, y, z. Meaningless for labels without voxels. */
  readonly boxes: Int32Array;
  /** Three per label: sums of the x, y and z of its voxels in the view. Whole numbers. */
  readonly sums: Float64Array;
};

const scratch = {
  view: createScratch(),
  voxels: createScratch(),
  boxes: createScratch(),
  sums: createScratch(),
};

/** Counts the labels of a view (every label < labelCount) run by run. */
export function countLabels(view: LabelView, labelCount: number): Statistics {
  const { labels, offset, strideY, strideZ, shape } = kernelView(view, scratch.view);
  const voxels = scratchWords(scratch.voxels, labelCount).fill(0);
  const boxes = scratchWords(scratch.boxes, labelCount * 6).fill(0);
  for (let label = 0; label < labelCount; label++) boxes.fill(0x7fffffff, label * 6, label * 6 + 3);
  // Two words for a float64.
  const { buffer, byteOffset } = scratchWords(scratch.sums, labelCount * 6).fill(0);
  const first = labels.byteOffset + offset * 4;
  const counts = [voxels.byteOffset, boxes.byteOffset, byteOffset, labelCount] as const;
  if (!kernels.countRuns(first, strideY, strideZ, ...shape, ...counts))
    throw new Error(`a label is none of ${labelCount}`);
  const sums = new Float64Array(buffer, byteOffset, labelCount * 3);
  return { voxels: new Uint32Array(voxels), boxes: new Int32Array(boxes), sums: new Float64Array(sums) };
}
