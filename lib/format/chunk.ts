import { type Box, mapVec, type Vec3 } from "./vec.ts";

/** Part of a scale that says where its chunks lie. Coordinates of boxes are local: 0 is `voxelOffset`. */
export type ChunkGrid = { readonly size: Vec3; readonly chunkSize: Vec3; readonly voxelOffset: Vec3 };

/** Chunks per axis: the last one of an axis may be cut. */
export function gridShape({ size, chunkSize }: ChunkGrid): Vec3 {
  return mapVec((d) => Math.ceil(size[d] / chunkSize[d]));
}

/** Local box of the chunk at a grid position, cut at the volume's end. */
export function chunkBox({ size, chunkSize }: ChunkGrid, at: Vec3): Box {
  return {
    lo: mapVec((d) => at[d] * chunkSize[d]),
    hi: mapVec((d) => Math.min((at[d] + 1) * chunkSize[d], size[d])),
  };
}

/**
 * Name of a chunk (precomputed specification, "unsharded chunk storage"):
 * `xBegin-xEnd_yBegin-yEnd_zBegin-zEnd` in global voxels, `voxel_offset` included.
 */
export function chunkName({ voxelOffset }: ChunkGrid, box: Box): string {
  return ([0, 1, 2] as const)
    .map((d) => `${box.lo[d] + voxelOffset[d]}-${box.hi[d] + voxelOffset[d]}`)
    .join("_");
}

/** All grid positions of [lo, hi), x fastest. */
export function* positions(lo: Vec3, hi: Vec3): Generator<Vec3> {
  for (let z = lo[2]; z < hi[2]; z++) {
    for (let y = lo[1]; y < hi[1]; y++) {
      for (let x = lo[0]; x < hi[0]; x++) yield [x, y, z];
    }
  }
}

/** The position that comes as number `index` when all of a grid are counted, x fastest. */
export function positionOf(shape: Vec3, index: number): Vec3 {
  const row = Math.floor(index / shape[0]);
  return [index % shape[0], row % shape[1], Math.floor(row / shape[1])];
}

/** Grid positions of the chunks that a local box touches. */
export function chunksOver(grid: ChunkGrid, box: Box): Generator<Vec3> {
  const shape = gridShape(grid);
  const lo = mapVec((d) => Math.floor(box.lo[d] / grid.chunkSize[d]));
  const hi = mapVec((d) => Math.min(shape[d], Math.ceil(box.hi[d] / grid.chunkSize[d])));
  return positions(lo, hi);
}
