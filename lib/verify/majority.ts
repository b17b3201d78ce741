import type { Vec3 } from "../format/vec.ts";
import { isSmaller, type Palette } from "./palette.ts";
import type { View } from "./view.ts";

/** `majority`: 0 counts like any id. `majority-sparse`: 0 counts only where there is nothing else. */
export type Rule = "majority" | "majority-sparse";

export type Cells = {
  readonly factor: Vec3;
  /** Voxels by which the first cell is cut, per axis. */
  readonly lead: Vec3;
  readonly rule: Rule;
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
  const { factor, lead } = cells;
  const cell = new Uint32Array(factor[0] * factor[1] * factor[2]);
  const rows = new Int32Array(factor[1] * factor[2]);
  const [width, height, depth] = coarse.shape;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      let count = 0;
      for (let k = Math.max(0, z * factor[2] - lead[2]); k < (z + 1) * factor[2] - lead[2]; k++) {
        for (let j = Math.max(0, y * factor[1] - lead[1]); j < (y + 1) * factor[1] - lead[1]; j++) {
          if (k < fine.shape[2] && j < fine.shape[1])
            rows[count++] = fine.offset + j * fine.strideY + k * fine.strideZ;
        }
      }
      const line = { fine: fine.labels, rows, count, width: fine.shape[0], cell, cells, palette };
      const at = coarse.offset + y * coarse.strideY + z * coarse.strideZ;
      const first = checkRow(line, coarse.labels.subarray(at, at + width), votes);
      if (first >= 0) votes.first ??= [first, y, z];
    }
  }
  return votes;
}

type Line = {
  readonly fine: Uint32Array;
  /** Starts of the rows of the finer scale. */
  readonly rows: Int32Array;
  readonly count: number;
  readonly width: number;
  /** Room for the voxels of a cell. */
  readonly cell: Uint32Array;
  readonly cells: Cells;
  readonly palette: Palette;
};

/** @returns the first voxel that is wrong, or -1 */
function checkRow(line: Line, coarse: Uint32Array, votes: Votes): number {
  const { fine, rows, count, width, cell, cells } = line;
  const step = cells.factor[0];
  let first = -1;
  const plain = step === 2 && cells.lead[0] === 0;
  const [r0, r1] = [rows[0]!, rows[Math.min(1, count - 1)]!];
  const [r2, r3] = [rows[Math.min(2, count - 1)]!, rows[Math.min(3, count - 1)]!];
  for (let x = 0; x < coarse.length; x++) {
    const kept = coarse[x]!;
    const i0 = 2 * x;
    // The usual cell has at most two rows of two voxels in each of two slices, and all of them alike.
    if (plain && count <= 4 && i0 + 2 <= width) {
      let odd = (fine[r0 + i0]! ^ kept) | (fine[r0 + i0 + 1]! ^ kept);
      odd |= (fine[r1 + i0]! ^ kept) | (fine[r1 + i0 + 1]! ^ kept);
      if (count > 2) {
        odd |= (fine[r2 + i0]! ^ kept) | (fine[r2 + i0 + 1]! ^ kept);
        odd |= (fine[r3 + i0]! ^ kept) | (fine[r3 + i0 + 1]! ^ kept);
      }
      if (odd === 0) continue;
    }
    const from = Math.max(0, x * step - cells.lead[0]);
    const stop = Math.min(width, (x + 1) * step - cells.lead[0]);
    let other = 0;
    for (let r = 0; r < count; r++) {
      const row = rows[r]!;
      for (let i = row + from; i < row + stop; i++) other |= fine[i]! ^ kept;
    }
    // Most cells hold nothing else.
    if (other === 0) continue;
    let n = 0;
    for (let r = 0; r < count; r++) {
      const row = rows[r]!;
      for (let i = row + from; i < row + stop; i++) cell[n++] = fine[i]!;
    }
    if (!judge(line, n, kept, votes) && first < 0) first = x;
  }
  return first;
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
