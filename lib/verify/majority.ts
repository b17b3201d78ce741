import type { Vec3 } from "../format/vec.ts";
import type { Blocks } from "./blocks.ts";
import { isSmaller, type Palette } from "./palette.ts";
import { settleBlocks } from "./settle.ts";
import type { View } from "./view.ts";

/** `majority`: 0 counts like any id. `majority-sparse`: 0 counts only where there is nothing else. */
export type Rule = "majority" | "majority-sparse";

export type Cells = {
  readonly factor: Vec3;
  /** Voxels by which the first cell is cut, per axis. */
  readonly lead: Vec3;
  readonly rule: Rule;
  /** Of the scale before, if some of them are not written: those that need no count stay so. */
  readonly blocks?: Blocks | undefined;
};

export type Votes = {
  /** Voxels whose id is not a most frequent one of its cell. */
  wrong: number;
  /** Voxels whose cell has several most frequent ids, and of them those that do not have the smallest. */
  ties: number;
  notSmallest: number;
  /** The first voxel that is wrong, from the start of the view. */
  first?: Vec3;
};

/**
 * Counts each cell of a scale again and compares it with the voxel of the next one. Cells that the volume's border cuts
 * have the voxels that there are.
 */
export function checkMajority(fine: View, coarse: View, palette: Palette, cells: Cells): Votes {
  const votes: Votes = { wrong: 0, ties: 0, notSmallest: 0 };
  const settled = settleBlocks(fine, coarse, palette, cells, votes);
  const [x, y, z] = cells.factor;
  const room = { rows: new Int32Array(y * z), cell: new Uint32Array(x * y * z) };
  const line: Line = {
    fine: fine.labels,
    coarse: coarse.labels,
    width: fine.shape[0],
    cells,
    palette,
    ...room,
  };
  checkRows(line, fine, coarse, settled, votes);
  return votes;
}

/** Rows of cells, one after another: all of each row, or what is not settled. */
function checkRows(line: Line, fine: View, coarse: View, settled: Blocks | undefined, votes: Votes): void {
  const { factor } = line.cells;
  const width = coarse.shape[0];
  for (let z = 0; z < coarse.shape[2]; z++) {
    for (let y = 0; y < coarse.shape[1]; y++) {
      const at = coarse.offset + y * coarse.strideY + z * coarse.strideZ;
      let first = -1;
      if (settled === undefined) first = checkCells(line, at, 0, width, findRows(line, fine, y, z), votes);
      else {
        const { grid, size, zeros } = settled;
        const step = size[0] / factor[0];
        const place = Math.floor((y * factor[1]) / size[1]) + grid[1] * Math.floor((z * factor[2]) / size[2]);
        const base = grid[0] * place;
        let count = 0;
        for (let block = 0; block < grid[0]; block++) {
          if (zeros[base + block] !== 0) continue;
          const from = block * step;
          while (block + 1 < grid[0] && zeros[base + block + 1] === 0) block++;
          if (count === 0) count = findRows(line, fine, y, z);
          const found = checkCells(line, at, from, Math.min(width, (block + 1) * step), count, votes);
          if (first < 0) first = found;
        }
      }
      if (first >= 0) votes.first ??= [first, y, z];
    }
  }
}

/** Finds the rows of the finer scale that a row of cells has. @returns how many there are */
function findRows({ rows, cells }: Line, fine: View, y: number, z: number): number {
  const { factor, lead } = cells;
  const endY = Math.min(fine.shape[1], (y + 1) * factor[1] - lead[1]);
  const endZ = Math.min(fine.shape[2], (z + 1) * factor[2] - lead[2]);
  let count = 0;
  for (let k = Math.max(0, z * factor[2] - lead[2]); k < endZ; k++) {
    for (let j = Math.max(0, y * factor[1] - lead[1]); j < endY; j++)
      rows[count++] = fine.offset + j * fine.strideY + k * fine.strideZ;
  }
  return count;
}

type Line = {
  readonly fine: Uint32Array;
  readonly coarse: Uint32Array;
  /** Starts of the rows of the finer scale. */
  readonly rows: Int32Array;
  readonly width: number;
  /** Room for the voxels of a cell. */
  readonly cell: Uint32Array;
  readonly cells: Cells;
  readonly palette: Palette;
};

/**
 * Cells of a row, from one to before another.
 *
 * @param at where the row of the next scale starts
 * @param count of rows of the finer scale
 * @returns the first voxel that is wrong, or -1
 */
function checkCells(line: Line, at: number, begin: number, end: number, count: number, votes: Votes): number {
  const { fine, coarse, rows, width, cell, cells } = line;
  const step = cells.factor[0];
  const lead = cells.lead[0];
  const sparse = cells.rule === "majority-sparse";
  let first = -1;
  // The usual cell has two rows of two voxels in each of one or two slices.
  const plain = step === 2 && lead === 0 && (count === 2 || count === 4) ? width >>> 1 : 0;
  const r0 = rows[0]!;
  const r1 = rows[Math.min(1, count - 1)]!;
  const r2 = rows[Math.min(2, count - 1)]!;
  const r3 = rows[Math.min(3, count - 1)]!;
  for (let x = begin; x < end; x++) {
    const kept = coarse[at + x]!;
    if (x < plain && !(sparse && kept === 0)) {
      const i = 2 * x;
      let own = alike(fine[r0 + i]!, kept) + alike(fine[r0 + i + 1]!, kept);
      own += alike(fine[r1 + i]!, kept) + alike(fine[r1 + i + 1]!, kept);
      if (count > 2) {
        own += alike(fine[r2 + i]!, kept) + alike(fine[r2 + i + 1]!, kept);
        own += alike(fine[r3 + i]!, kept) + alike(fine[r3 + i + 1]!, kept);
      }
      // More than half: nothing else has as many.
      if (own > count) continue;
    }
    const from = Math.max(0, x * step - lead);
    const stop = Math.min(width, (x + 1) * step - lead);
    let n = 0;
    let other = 0;
    for (let r = 0; r < count; r++) {
      const row = rows[r]!;
      for (let i = row + from; i < row + stop; i++) {
        other |= fine[i]! ^ kept;
        cell[n++] = fine[i]!;
      }
    }
    if (other === 0) continue;
    if (!judge(line, n, kept, votes) && first < 0) first = x;
  }
  return first;
}

/** 1 for numbers that are the same, else 0; without a branch, which at the border of a segment is often mistaken. */
function alike(one: number, other: number): number {
  return ((one ^ other) - 1) >>> 31;
}

/** Whether no id of the first `n` voxels of the cell has more of them than the one that was kept. */
function judge({ cell, cells, palette }: Line, n: number, kept: number, votes: Votes): boolean {
  // Number 0 is id 0.
  const voters = cells.rule === "majority" ? n : dropBackground(cell, n);
  let own = 0;
  for (let i = 0; i < voters; i++) if (cell[i] === kept) own++;
  let tied = false;
  let smallest = true;
  for (let i = 0; i < voters; i++) {
    const label = cell[i]!;
    if (label === kept) continue;
    let count = 0;
    for (let j = i; j < voters; j++) if (cell[j] === label) count++;
    if (count > own || own === 0) {
      votes.wrong++;
      return false;
    }
    // Of an id that is met again the count is too small, and it was looked at before.
    if (count < own) continue;
    tied = true;
    if (isSmaller(palette, label, kept)) smallest = false;
  }
  if (tied) votes.ties++;
  if (!smallest) votes.notSmallest++;
  return true;
}

/** Moves the voxels that are not background to the front. @returns how many there are; all, if there are none */
function dropBackground(cell: Uint32Array, n: number): number {
  let kept = 0;
  for (let i = 0; i < n; i++) if (cell[i] !== 0) cell[kept++] = cell[i]!;
  return kept === 0 ? n : kept;
}
