/**
 * Triples of the precomputed format: always x, y, z. Volumes are stored with x fastest and z slowest
 * (Fortran [x,y,z]), which is the same memory as C-ordered [z][y][x] slices.
 */
export type Vec3 = readonly [number, number, number];

/** Half-open box of voxels: `lo` is inside, `hi` is outside. */
export type Box = { readonly lo: Vec3; readonly hi: Vec3 };

export function mapVec(f: (axis: 0 | 1 | 2) => number): Vec3 {
  return [f(0), f(1), f(2)];
}

export function product(v: Vec3): number {
  return v[0] * v[1] * v[2];
}

/** A box from six numbers, as tables hold them: lo x, y, z, hi x, y, z. */
export function boxOf([x0, y0, z0, x1, y1, z1]: readonly number[]): Box {
  return { lo: [x0, y0, z0] as unknown as Vec3, hi: [x1, y1, z1] as unknown as Vec3 };
}

export function shapeOf(box: Box): Vec3 {
  return mapVec((d) => box.hi[d] - box.lo[d]);
}
