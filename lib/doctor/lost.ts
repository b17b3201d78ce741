import { mapVec, product, type Vec3 } from "../format/vec.ts";
import type { Voxels } from "./chunk.ts";
import type { Reader } from "./reader.ts";
import { allChunks } from "./sample.ts";

type Box = { readonly lo: Vec3; readonly hi: Vec3 };

/** Chunks of another scale that are read for one that is not there. */
const most = 8;

/**
 * Whether a chunk that is not there was lost: the coarser scale shows labels in its place, or the finer one is full of them.
 * Any reduction agrees to that: a cell of background only is background, a cell without any is not.
 */
export async function isLost(
  reader: Reader,
  at: Vec3,
  { coarser, finer }: { readonly coarser: Reader | undefined; readonly finer: Reader | undefined },
): Promise<boolean> {
  const box = openEnded(reader, at);
  if (coarser !== undefined && (await shows(coarser, box, { cells: coarser, fine: reader }))) return true;
  return finer !== undefined && (await isFilled(finer, box, { cells: reader, fine: finer }));
}

type Pair = { readonly cells: Reader; readonly fine: Reader };

/** Whether the coarser scale has a voxel that is not background and lies wholly in the box. */
async function shows(coarser: Reader, box: Box, pair: Pair): Promise<boolean> {
  const inner = shrink(box, pair);
  for await (const { voxels, start } of chunksIn(coarser, box)) {
    const { resolution } = coarser.scale;
    const lo = mapVec((d) => Math.max(0, Math.ceil(inner.lo[d] / resolution[d] - start[d] - 1e-6)));
    const hi = mapVec((d) =>
      Math.min(voxels.shape[d], Math.floor(inner.hi[d] / resolution[d] - start[d] + 1e-6)),
    );
    if (someVoxel(voxels, { lo, hi }, (value) => value)) return true;
  }
  return false;
}

/** Whether the finer scale has a whole cell in the box without any background. */
async function isFilled(finer: Reader, box: Box, pair: Pair): Promise<boolean> {
  const { resolution } = pair.cells.scale;
  const factor = mapVec((d) => Math.round(resolution[d] / finer.scale.resolution[d]));
  const margin = aligned(pair) ? 1 : 3;
  for await (const { voxels, start } of chunksIn(finer, box)) {
    const first = mapVec((d) => mod(-start[d], factor[d]));
    const side = mapVec((d) => factor[d] * margin);
    for (let z = first[2]; z + side[2] <= voxels.shape[2]; z += factor[2])
      for (let y = first[1]; y + side[1] <= voxels.shape[1]; y += factor[1])
        for (let x = first[0]; x + side[0] <= voxels.shape[0]; x += factor[0]) {
          const lo: Vec3 = [x, y, z];
          const inside = lo.every((n, i) => {
            const d = i as 0 | 1 | 2;
            const from = (start[d] + n) * finer.scale.resolution[d];
            return from >= box.lo[d] - 1e-6 && from + side[d] * finer.scale.resolution[d] <= box.hi[d] + 1e-6;
          });
          if (inside && !someVoxel(voxels, { lo, hi: mapVec((d) => lo[d] + side[d]) }, (value) => !value))
            return true;
        }
  }
  return false;
}

function mod(n: number, by: number): number {
  return ((n % by) + by) % by;
}

/** Where offsets are not those of the same place, cells may lie up to a voxel beside their nominal place. */
function aligned({ cells, fine }: Pair): boolean {
  return [0, 1, 2].every((i) => {
    const d = i as 0 | 1 | 2;
    const shift =
      cells.scale.voxelOffset[d] * cells.scale.resolution[d] -
      fine.scale.voxelOffset[d] * fine.scale.resolution[d];
    return Math.abs(shift) < 1e-6 * cells.scale.resolution[d];
  });
}

function shrink({ lo, hi }: Box, pair: Pair): Box {
  const by = aligned(pair) ? 0 : 1;
  const { resolution } = pair.cells.scale;
  return { lo: mapVec((d) => lo[d] + by * resolution[d]), hi: mapVec((d) => hi[d] - by * resolution[d]) };
}

/** The box of a chunk in nanometres, without end where the volume ends: cells of coarser scales reach beyond. */
function openEnded({ scale, box, grid }: Reader, at: Vec3): Box {
  const { lo, hi } = box(at);
  const place = (v: Vec3, d: 0 | 1 | 2) => (v[d] + scale.voxelOffset[d]) * scale.resolution[d];
  return {
    lo: mapVec((d) => (at[d] === 0 ? -Infinity : place(lo, d))),
    hi: mapVec((d) => (at[d] === grid[d] - 1 ? Infinity : place(hi, d))),
  };
}

/** Decoded chunks of a scale that touch a box; `start` is the global voxel of their first. */
async function* chunksIn(reader: Reader, box: Box): AsyncGenerator<{ voxels: Voxels; start: Vec3 }> {
  const { scale, grid } = reader;
  const chunk = reader.box([0, 0, 0]).hi;
  const voxel = (nm: Vec3, d: 0 | 1 | 2) => nm[d] / scale.resolution[d] - scale.voxelOffset[d];
  const lo = mapVec((d) => Math.max(0, Math.floor((voxel(box.lo, d) + 1e-6) / chunk[d])));
  const hi = mapVec((d) => Math.min(grid[d], Math.ceil((voxel(box.hi, d) - 1e-6) / chunk[d])));
  const shape = mapVec((d) => Math.max(0, hi[d] - lo[d]));
  let left = most;
  if (product(shape) === 0) return;
  for (const at of allChunks(shape)) {
    if (left-- === 0) return;
    const place = mapVec((d) => lo[d] + at[d]);
    const read = await reader.read(place);
    if (read.kind === "there" && read.voxels !== undefined)
      yield { voxels: read.voxels, start: mapVec((d) => reader.box(place).lo[d] + scale.voxelOffset[d]) };
  }
}

function someVoxel(
  { shape, lo: low, hi: high }: Voxels,
  { lo, hi }: Box,
  fits: (isSet: boolean) => boolean,
): boolean {
  for (let z = lo[2]; z < hi[2]; z++)
    for (let y = lo[1]; y < hi[1]; y++)
      for (let x = lo[0]; x < hi[0]; x++) {
        const i = x + shape[0] * (y + shape[1] * z);
        if (fits(low[i] !== 0 || (high !== undefined && high[i] !== 0))) return true;
      }
  return false;
}
