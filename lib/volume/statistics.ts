import type { LabelView } from "../format/view.ts";

/** Voxels, bounding box and centroid of every label of a block; boxes are in voxels of the view, `hi` outside. */
export type Statistics = {
  /** Voxels per label. Below 2^32: a block is far smaller. */
  readonly voxels: Uint32Array;
  /** Six per label: lo x, y, z, hi x, y, z. Meaningless for labels without voxels. */
  readonly boxes: Int32Array;
  /** Three per label: sums of the x, y and z of its voxels in the view. Whole numbers. */
  readonly sums: Float64Array;
};

/** Counts the labels of a view (every label < labelCount) run by run. */
export function countLabels(view: LabelView, labelCount: number): Statistics {
  const voxels = new Uint32Array(labelCount);
  const boxes = new Int32Array(labelCount * 6);
  const sums = new Float64Array(labelCount * 3);
  for (let label = 0; label < labelCount; label++) boxes.fill(0x7fffffff, label * 6, label * 6 + 3);
  const [width, height, depth] = view.shape;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = view.offset + y * view.strideY + z * view.strideZ;
      countRow(view.labels, { row, width, y, z }, { voxels, boxes, sums });
    }
  }
  return { voxels, boxes, sums };
}

function countRow(
  labels: Uint32Array,
  { row, width, y, z }: { row: number; width: number; y: number; z: number },
  { voxels, boxes, sums }: Statistics,
): void {
  let x = 0;
  while (x < width) {
    const label = labels[row + x]!;
    const start = x;
    do x++;
    while (x < width && labels[row + x] === label);
    const count = x - start;
    voxels[label]! += count;
    const s = label * 3;
    sums[s]! += (count * (start + x - 1)) / 2;
    sums[s + 1]! += count * y;
    sums[s + 2]! += count * z;
    const b = label * 6;
    if (start < boxes[b]!) boxes[b] = start;
    if (y < boxes[b + 1]!) boxes[b + 1] = y;
    if (z < boxes[b + 2]!) boxes[b + 2] = z;
    if (x > boxes[b + 3]!) boxes[b + 3] = x;
    if (y >= boxes[b + 4]!) boxes[b + 4] = y + 1;
    if (z >= boxes[b + 5]!) boxes[b + 5] = z + 1;
  }
}
