import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { encodeSlice } from "../../lib/local/slice.ts";

type Triple = readonly [number, number, number];

/** Boxes side by side, one id each: as many segments as wanted in few voxels. The last is the largest. */
export type Grid = {
  readonly cells: Triple;
  /** Voxels from one box to the next; a box is one voxel smaller, the last one is not. */
  readonly pitch: number;
  /** Id of a cell; x is fastest. */
  readonly idOf: (cell: number) => bigint;
};

export const RESOLUTION: Triple = [8, 8, 16];

export const countOf = ({ cells: [nx, ny, nz] }: Grid): number => nx * ny * nz;

export const idsOf = (grid: Grid): string[] =>
  Array.from({ length: countOf(grid) }, (_, cell) => String(grid.idOf(cell)));

/** The middle of a cell's box in voxels. */
export function middleOf({ cells: [nx, ny], pitch }: Grid, cell: number): Triple {
  const place = [cell % nx, Math.floor(cell / nx) % ny, Math.floor(cell / (nx * ny))];
  return place.map((n) => n * pitch + (pitch - 1) / 2) as unknown as Triple;
}

/** The cell whose place is i, j, k. */
export const cellAt = ({ cells: [nx, ny] }: Grid, [i, j, k]: Triple): number => i + nx * (j + ny * k);

/** Writes the grid as the input of `convert`: slices, and `info` with the voxel size. */
export async function writeGrid(folder: string, grid: Grid): Promise<void> {
  const { cells, pitch, idOf } = grid;
  await mkdir(folder, { recursive: true });
  const size = cells.map((n) => n * pitch) as unknown as Triple;
  const [width, height, depth] = size;
  for (let z = 0; z < depth; z++) {
    const ids = new BigUint64Array(width * height);
    for (let i = 0; i < ids.length; i++) {
      const at: Triple = [i % width, Math.floor(i / width), z];
      const cell = cellAt(grid, at.map((v) => Math.floor(v / pitch)) as unknown as Triple);
      const between = at.some((v) => v % pitch === pitch - 1) && cell !== countOf(grid) - 1;
      if (!between) ids[i] = idOf(cell);
    }
    const bytes = encodeSlice({ words: new Uint32Array(ids.buffer), width, height, deflate: true });
    await writeFile(path.join(folder, `${String(z).padStart(4, "0")}.tif`), bytes);
  }
  const scales = [{ size, resolution: RESOLUTION, voxel_offset: [0, 0, 0] }];
  await writeFile(
    path.join(folder, "info"),
    JSON.stringify({ type: "segmentation", data_type: "uint64", scales }),
  );
}
