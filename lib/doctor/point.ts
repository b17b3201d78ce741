import { mapVec, product, type Vec3 } from "../format/vec.ts";
import type { Voxels } from "./chunk.ts";
import type { Reader } from "./reader.ts";
import { spread } from "./sample.ts";

/** A place where a scale shows something, nanometres. */
export type Point = Vec3;

const perChunk = 8;

/** Some voxels of a chunk that are not background, evenly spread. */
export function pointsOf({ shape, lo, hi }: Voxels, { scale, box }: Reader, at: Vec3): Point[] {
  const count = product(shape);
  const step = Math.max(1, Math.floor(count / 4096));
  const found: number[] = [];
  for (let i = 0; i < count; i += step) if (lo[i] !== 0 || (hi !== undefined && hi[i] !== 0)) found.push(i);
  const start = box(at).lo;
  return spread(found, perChunk).map((i) => {
    const local: Vec3 = [
      i % shape[0],
      Math.floor(i / shape[0]) % shape[1],
      Math.floor(i / (shape[0] * shape[1])),
    ];
    return mapVec((d) => (scale.voxelOffset[d] + start[d] + local[d] + 0.5) * scale.resolution[d]);
  });
}

/** The chunks that hold these places. */
export function chunksBelow(points: readonly Point[], { scale, grid, box }: Reader): Vec3[] {
  const chunk = box([0, 0, 0]).hi;
  return points.flatMap((point) => {
    const at = mapVec((d) => Math.floor((point[d] / scale.resolution[d] - scale.voxelOffset[d]) / chunk[d]));
    return at.every((n, d) => n >= 0 && n < (grid[d] ?? 0)) ? [at] : [];
  });
}
