import type { Box, Vec3 } from "../format/vec.ts";

/** One scale, as it was read in `info` and found possible. */
export type Scale = {
  readonly key: string;
  readonly size: Vec3;
  /** Nanometres per voxel. */
  readonly resolution: Vec3;
  /** Global voxel of the scale's first. */
  readonly offset: Vec3;
  readonly chunk: Vec3;
  readonly encoding: "raw" | "compressed_segmentation";
  readonly block: Vec3;
  /** Voxels of the scale before per voxel; 1 of scale 0. */
  readonly factor: Vec3;
};

/** A dataset as `info` describes it. */
export type Layout = {
  readonly bits: 8 | 16 | 32 | 64;
  readonly scales: readonly [Scale, ...Scale[]];
  readonly mesh?: string;
  readonly properties?: string;
};

export function scaleOf({ scales }: Layout, index: number): Scale {
  const scale = scales[index];
  if (scale === undefined) throw new Error(`there is no scale ${index}`);
  return scale;
}

/** Chunks along each axis. */
export function gridOf({ size, chunk }: Scale): Vec3 {
  return [0, 1, 2].map((d) => Math.ceil(size[d]! / chunk[d]!)) as unknown as Vec3;
}

/** Local voxels of the chunk at a place of the grid; the last of an axis ends with the volume. */
export function boxOfChunk({ size, chunk }: Scale, at: Vec3): Box {
  const lo = (d: 0 | 1 | 2) => at[d] * chunk[d];
  const hi = (d: 0 | 1 | 2) => Math.min(lo(d) + chunk[d], size[d]);
  return { lo: [lo(0), lo(1), lo(2)], hi: [hi(0), hi(1), hi(2)] };
}

/** Key of a chunk: its first and end voxels in the global frame (precomputed specification, unsharded storage). */
export function keyOfChunk({ key, offset }: Scale, { lo, hi }: Box): string {
  const range = (d: 0 | 1 | 2) => `${offset[d] + lo[d]}-${offset[d] + hi[d]}`;
  return `${key}/${range(0)}_${range(1)}_${range(2)}`;
}

/** Running number of a chunk in its scale, x fastest. */
export function numberOfChunk(scale: Scale, at: Vec3): number {
  const grid = gridOf(scale);
  return at[0] + grid[0] * (at[1] + grid[1] * at[2]);
}

/** Grid places of the chunks that have voxels of a box, x fastest. */
export function chunksOf({ chunk }: Pick<Scale, "chunk">, { lo, hi }: Box): Vec3[] {
  const first = lo.map((v, d) => Math.floor(v / chunk[d]!));
  const end = hi.map((v, d) => Math.ceil(v / chunk[d]!));
  const found: Vec3[] = [];
  for (let z = first[2]!; z < end[2]!; z++) {
    for (let y = first[1]!; y < end[1]!; y++) {
      for (let x = first[0]!; x < end[0]!; x++) found.push([x, y, z]);
    }
  }
  return found;
}

/**
 * The voxels of the scale before that a box of a scale stands for. Cells lie on global multiples of the factor, so the
 * first and last of a volume may be cut.
 *
 * @returns `lead`: voxels by which the first cell of the box is cut
 */
export function coveredBy(layout: Layout, index: number, box: Box): { box: Box; lead: Vec3 } {
  const { factor, offset } = scaleOf(layout, index);
  const fine = scaleOf(layout, index - 1);
  const start = (d: 0 | 1 | 2) => (offset[d] + box.lo[d]) * factor[d] - fine.offset[d];
  const end = (d: 0 | 1 | 2) => (offset[d] + box.hi[d]) * factor[d] - fine.offset[d];
  const lo = (d: 0 | 1 | 2) => Math.max(0, start(d));
  const hi = (d: 0 | 1 | 2) => Math.min(fine.size[d], end(d));
  return {
    box: { lo: [lo(0), lo(1), lo(2)], hi: [hi(0), hi(1), hi(2)] },
    lead: [lo(0) - start(0), lo(1) - start(1), lo(2) - start(2)],
  };
}

/** The voxels of a scale whose cells hold a box of the scale before. */
export function cellsOf(layout: Layout, index: number, box: Box): Box {
  const { factor, offset } = scaleOf(layout, index);
  const fine = scaleOf(layout, index - 1);
  const lo = (d: 0 | 1 | 2) => Math.floor((fine.offset[d] + box.lo[d]) / factor[d]) - offset[d];
  const hi = (d: 0 | 1 | 2) => Math.ceil((fine.offset[d] + box.hi[d]) / factor[d]) - offset[d];
  return { lo: [lo(0), lo(1), lo(2)], hi: [hi(0), hi(1), hi(2)] };
}

export function voxelsOf({ lo, hi }: Box): number {
  return Math.max(0, hi[0] - lo[0]) * Math.max(0, hi[1] - lo[1]) * Math.max(0, hi[2] - lo[2]);
}
