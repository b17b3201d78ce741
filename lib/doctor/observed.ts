import { mapVec, type Vec3 } from "../format/vec.ts";
import type { Voxels } from "./chunk.ts";
import type { Reader } from "./reader.ts";

/** A segment as the coarsest scale shows it; its box in nanometres. */
export type Sight = { readonly id: string; readonly voxels: number; readonly lo: Vec3; readonly hi: Vec3 };

export type Observed = {
  /** Largest first. */
  readonly segments: readonly Sight[];
  /** Whether all of the scale was seen: then boxes are those of whole segments. */
  readonly isComplete: boolean;
  /** Nanometres per voxel of the scale. */
  readonly resolution: Vec3;
};

type Running = { voxels: number; lo: [number, number, number]; hi: [number, number, number] };

/** Gathers which ids there are and where. State lives here. */
export function createObserver(resolution: Vec3) {
  /** High word, low word. */
  const seen = new Map<number, Map<number, Running>>();
  const entry = (high: number, low: number): Running => {
    const inner = seen.get(high) ?? new Map<number, Running>();
    seen.set(high, inner);
    const fresh: Running = {
      voxels: 0,
      lo: [Infinity, Infinity, Infinity],
      hi: [-Infinity, -Infinity, -Infinity],
    };
    const running = inner.get(low) ?? fresh;
    inner.set(low, running);
    return running;
  };
  return {
    isComplete: false,
    /** Run by run along x. */
    add({ shape, lo, hi }: Voxels, { scale, box }: Reader, at: Vec3): void {
      const start = mapVec((d) => box(at).lo[d] + scale.voxelOffset[d]);
      let i = 0;
      for (let z = 0; z < shape[2]; z++)
        for (let y = 0; y < shape[1]; y++)
          for (let x = 0; x < shape[0]; ) {
            const from = x;
            const low = lo[i] ?? 0;
            const high = hi?.[i] ?? 0;
            while (x < shape[0] && lo[i] === low && (hi?.[i] ?? 0) === high) {
              x++;
              i++;
            }
            if (low !== 0 || high !== 0)
              widen(entry(high, low), [start[0] + from, start[1] + y, start[2] + z], x - from);
          }
    },
    end(): Observed {
      const segments = [...seen].flatMap(([high, inner]) =>
        [...inner].map(([low, { voxels, lo, hi }]) => ({
          id: ((BigInt(high) << 32n) | BigInt(low)).toString(),
          voxels,
          lo: mapVec((d) => lo[d] * resolution[d]),
          hi: mapVec((d) => hi[d] * resolution[d]),
        })),
      );
      return {
        segments: segments.sort((a, b) => b.voxels - a.voxels),
        isComplete: this.isComplete,
        resolution,
      };
    },
  };
}

function widen(running: Running, at: Vec3, length: number): void {
  running.voxels += length;
  for (const d of [0, 1, 2] as const) {
    running.lo[d] = Math.min(running.lo[d], at[d]);
    running.hi[d] = Math.max(running.hi[d], at[d] + (d === 0 ? length : 1));
  }
}
