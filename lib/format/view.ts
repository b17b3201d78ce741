import { isKernel } from "../kernel/memory.ts";
import { type Scratch, scratchWords } from "../kernel/scratch.ts";
import { product, type Vec3 } from "./vec.ts";

/**
 * A box of dense labels inside a larger array, x fastest: voxel (x,y,z) is at
 * `offset + x + y*strideY + z*strideZ`. Chunks are encoded in place from the block they lie in.
 */
export type LabelView = {
  readonly labels: Uint32Array;
  readonly offset: number;
  readonly strideY: number;
  readonly strideZ: number;
  readonly shape: Vec3;
};

/** The whole of a dense array of this shape. */
export function wholeView(labels: Uint32Array, shape: Vec3): LabelView {
  return { labels, offset: 0, strideY: shape[0], strideZ: shape[0] * shape[1], shape };
}

/** The box of `shape` that starts at voxel `at` of `view`. */
export function cutView(view: LabelView, at: Vec3, shape: Vec3): LabelView {
  const offset = view.offset + at[0] + at[1] * view.strideY + at[2] * view.strideZ;
  return { ...view, offset, shape };
}

/** The view itself, or a dense copy if kernels cannot see it. @throws Error if it reaches beyond its labels */
export function kernelView(view: LabelView, scratch: Scratch): LabelView {
  checkView(view);
  if (isKernel(view.labels)) return view;
  const copy = wholeView(scratchWords(scratch, product(view.shape)), view.shape);
  copyLabels(view, copy);
  return copy;
}

/**
 * Fills a view by a kernel: in place, or elsewhere and copied if kernels cannot see it.
 *
 * @throws Error if the view reaches beyond its labels
 */
export function intoKernel(view: LabelView, scratch: Scratch, fill: (own: LabelView) => void): void {
  checkView(view);
  const isOwn = isKernel(view.labels);
  const own = isOwn ? view : wholeView(scratchWords(scratch, product(view.shape)), view.shape);
  fill(own);
  if (!isOwn) copyLabels(own, view);
}

/** Copies the labels of one view to another of the same shape. */
export function copyLabels(from: LabelView, to: LabelView): void {
  const [width, height, depth] = from.shape;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = from.offset + y * from.strideY + z * from.strideZ;
      to.labels.set(from.labels.subarray(row, row + width), to.offset + y * to.strideY + z * to.strideZ);
    }
  }
}

function checkView({ labels, offset, strideY, strideZ, shape }: LabelView): void {
  const [width, height, depth] = shape;
  const stop = offset + (depth - 1) * strideZ + (height - 1) * strideY + width;
  if (offset >= 0 && stop <= labels.length) return;
  throw new Error(`a box of ${shape.join("x")} labels reaches beyond its memory`);
}
