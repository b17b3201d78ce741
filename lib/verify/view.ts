import type { Box, Vec3 } from "../format/vec.ts";

/** A box of numbered ids inside an array: voxel (x,y,z) is at `offset + x + y*strideY + z*strideZ`. */
export type View = {
  readonly labels: Uint32Array;
  readonly offset: number;
  readonly strideY: number;
  readonly strideZ: number;
  readonly shape: Vec3;
};

/** The view of a box of a dense array that holds the voxels of `whole`. */
export function viewOf(labels: Uint32Array, whole: Box, box: Box): View {
  const strideY = whole.hi[0] - whole.lo[0];
  const strideZ = strideY * (whole.hi[1] - whole.lo[1]);
  const [x, y, z] = [box.lo[0] - whole.lo[0], box.lo[1] - whole.lo[1], box.lo[2] - whole.lo[2]];
  const shape: Vec3 = [box.hi[0] - box.lo[0], box.hi[1] - box.lo[1], box.hi[2] - box.lo[2]];
  return { labels, offset: x + y * strideY + z * strideZ, strideY, strideZ, shape };
}

/** The voxels that two boxes share; some axis is empty if there are none. */
export function intersect(one: Box, other: Box): Box {
  const at = (d: 0 | 1 | 2) => Math.max(one.lo[d], other.lo[d]);
  const end = (d: 0 | 1 | 2) => Math.min(one.hi[d], other.hi[d]);
  return { lo: [at(0), at(1), at(2)], hi: [end(0), end(1), end(2)] };
}

/** Whether a box holds every voxel of another. */
export function holds(outer: Box, inner: Box): boolean {
  return ([0, 1, 2] as const).every((d) => outer.lo[d] <= inner.lo[d] && inner.hi[d] <= outer.hi[d]);
}

/** Copies a view onto another of the same shape. */
export function copyView(from: View, to: View): void {
  const [width, height, depth] = from.shape;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const start = from.offset + y * from.strideY + z * from.strideZ;
      to.labels.set(from.labels.subarray(start, start + width), to.offset + y * to.strideY + z * to.strideZ);
    }
  }
}
