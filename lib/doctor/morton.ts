import type { Vec3 } from "../format/vec.ts";

/** The compressed Morton code of a chunk, its key in shards (precomputed specification, "sharded chunk storage"). */
export function mortonCode(at: Vec3, grid: Vec3): bigint {
  let code = 0n;
  let bit = 0n;
  for (let i = 0; i < 32; i++)
    for (const d of [0, 1, 2] as const) {
      if (2 ** i >= grid[d]) continue;
      if (Math.floor(at[d] / 2 ** i) % 2 === 1) code |= 1n << bit;
      bit++;
    }
  return code;
}
