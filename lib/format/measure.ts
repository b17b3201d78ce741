import type { Vec3 } from "./vec.ts";

/** One row of the segment table. */
export type Segment = {
  /** Base 10: uint64 ids do not fit a JSON number. */
  readonly id: string;
  readonly voxels: number;
  /** Local voxels of scale 0: lo x, y, z, hi x, y, z, `hi` outside. */
  readonly box: readonly number[];
  /** Mean of the voxels' middles, local voxels of scale 0 (voxel i spans [i, i + 1)): x, y, z. */
  readonly centroid: readonly number[];
  /** The mesh as it was published, if there is one. */
  readonly mesh?: MeshMeasure;
};

/** Triangles of a mesh, and their area in square nanometres. */
export type MeshMeasure = { readonly triangles: number; readonly area: number };

/** What turns local voxels into places and sizes. */
export type Frame = {
  /** Nanometres per voxel, x y z. */
  readonly resolution: Vec3;
  readonly voxelOffset: Vec3;
  /** Voxels of scale 0. */
  readonly size: Vec3;
};

/** A segment in the units that the table is written in; boxes and centroids in global voxels. */
export type Measured = {
  readonly voxels: number;
  readonly volumeUm3: number;
  readonly surfaceUm2: number | undefined;
  readonly triangles: number | undefined;
  readonly touchesBorder: boolean;
  readonly centroid: readonly number[];
  /** begin x, y, z, end x, y, z; the end outside. */
  readonly box: readonly number[];
};

export function measure({ voxels, box, centroid, mesh }: Segment, frame: Frame): Measured {
  const { resolution, voxelOffset, size } = frame;
  const offset = (d: number) => voxelOffset[d % 3] as number;
  return {
    voxels,
    volumeUm3: (voxels * resolution[0] * resolution[1] * resolution[2]) / 1e9,
    surfaceUm2: mesh && mesh.area / 1e6,
    triangles: mesh?.triangles,
    touchesBorder: ([0, 1, 2] as const).some((d) => box[d] === 0 || box[d + 3] === size[d]),
    centroid: centroid.map((value, d) => value + offset(d)),
    box: box.map((value, i) => value + offset(i)),
  };
}
