import type { Vec3 } from "../format/vec.ts";
import { type Blocks, wordsOfBits, writeBlock, writeOut } from "./blocks.ts";
import type { Cells, Votes } from "./majority.ts";
import { isSmaller, type Palette } from "./palette.ts";
import type { View } from "./view.ts";

/**
 * Settles the blocks of one id that the next scale has as well, and those of two where the next scale has a majority
 * of each cell's bits. All others are written out, for their cells to be counted one by one.
 *
 * @param votes gets the ties of what is settled
 * @returns the blocks, if some may be settled: those that are not written
 */
export function settleBlocks(
  fine: View,
  coarse: View,
  palette: Palette,
  { blocks, factor, lead, rule }: Cells,
  votes: Votes,
): Blocks | undefined {
  if (blocks === undefined) return undefined;
  const whole = blocks.size.every((n, d) => n % factor[d]! === 0 && lead[d] === 0);
  if (!whole) {
    writeOut({ view: fine, blocks });
    return undefined;
  }
  tally.fill(0);
  settle({ fine, coarse, palette, blocks, factor, sparse: rule === "majority-sparse" });
  votes.ties += tally[0]!;
  votes.notSmallest += tally[1]!;
  return blocks;
}

/** Cells of what is settled with as many ones as zeros, and of them those that do not have the smaller id. */
const tally = new Int32Array(2);

type Job = {
  readonly fine: View;
  readonly coarse: View;
  readonly palette: Palette;
  readonly blocks: Blocks;
  readonly factor: Vec3;
  readonly sparse: boolean;
};

function settle({ fine, coarse, palette, blocks, factor, sparse }: Job): void {
  const { size, grid, zeros, ones, bits } = blocks;
  const sizeX = size[0] / factor[0];
  const sizeY = size[1] / factor[1];
  const sizeZ = size[2] / factor[2];
  const even = factor[0] === 2 && factor[1] <= 2 && factor[2] <= 2;
  const room = wordsOfBits(size);
  let number = 0;
  for (let z = 0; z < grid[2]; z++) {
    const depth = Math.min(coarse.shape[2] - z * sizeZ, sizeZ);
    // Of a cell that is cut bits cannot be counted so.
    const cut = (fine.shape[2] - z * size[2]) % factor[2] !== 0 && z === grid[2] - 1;
    for (let y = 0; y < grid[1]; y++) {
      const height = Math.min(coarse.shape[1] - y * sizeY, sizeY);
      for (let x = 0; x < grid[0]; x++, number++) {
        const zero = zeros[number]! - 1;
        if (zero < 0) continue;
        const one = ones[number]! - 1;
        const first = coarse.offset + x * sizeX + y * sizeY * coarse.strideY + z * sizeZ * coarse.strideZ;
        let settled = false;
        if (one < 0) {
          const width = Math.min(coarse.shape[0] - x * sizeX, sizeX);
          settled = isAll(coarse, first, width, height, depth, zero);
        } else if (even && !cut && !(sparse && (zero === 0 || one === 0))) {
          // Number 0 is background, which has no vote in sparse cells.
          const smallest = isSmaller(palette, zero, one) ? zero : one;
          const start = number * room;
          settled = areMost(
            coarse,
            first,
            height,
            depth,
            bits,
            start,
            size[1],
            factor[1],
            factor[2],
            zero,
            one,
            smallest,
          );
        }
        if (!settled) writeBlock(fine, blocks, x, y, z);
      }
    }
  }
}

/** Whether all voxels of a box have one id. */
function isAll(
  { labels, strideY, strideZ }: View,
  first: number,
  width: number,
  height: number,
  depth: number,
  label: number,
): boolean {
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      const row = first + j * strideY + k * strideZ;
      let other = 0;
      for (let at = row; at < row + width; at++) other |= labels[at]! ^ label;
      if (other !== 0) return false;
    }
  }
  return true;
}

/** Of each byte the ones of its four pairs of bits, four bits for each. */
const pairCounts = Uint16Array.from({ length: 256 }, (_, byte) => {
  let counts = 0;
  for (let i = 0; i < 8; i++) counts += ((byte >> i) & 1) << (4 * (i >> 1));
  return counts;
});

/**
 * Whether each voxel of a box, four of them in a row, has an id that is most frequent in its cell: a block of two ids,
 * whose rows are bytes, in cells that are two voxels wide.
 */
function areMost(
  { labels, strideY, strideZ }: View,
  first: number,
  height: number,
  depth: number,
  bits: Uint32Array,
  start: number,
  rows: number,
  rowsY: number,
  rowsZ: number,
  zero: number,
  one: number,
  smallest: number,
): boolean {
  const change = zero ^ one;
  // What is to be added to a count for its highest bit to tell that ones are more than half, or at least half.
  const half = rowsY * rowsZ;
  const more = (7 - half) * 0x1111;
  const least = (8 - half) * 0x1111;
  let ties = 0;
  let notSmallest = 0;
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      let counts = 0;
      for (let kk = k * rowsZ; kk < (k + 1) * rowsZ; kk++) {
        for (let jj = j * rowsY; jj < (j + 1) * rowsY; jj++) {
          const row = jj + rows * kk;
          counts += pairCounts[(bits[start + (row >>> 2)]! >>> ((row & 3) << 3)) & 0xff]!;
        }
      }
      const most = (counts + more) & 0x8888;
      const tied = ((counts + least) & 0x8888) ^ most;
      const at = first + j * strideY + k * strideZ;
      for (let i = 0; i < 4; i++) {
        const kept = labels[at + i]!;
        const bit = 8 << (4 * i);
        if ((tied & bit) !== 0) {
          if (kept !== zero && kept !== one) return false;
          ties++;
          if (kept !== smallest) notSmallest++;
        } else if (kept !== (zero ^ (-((most >>> (4 * i + 3)) & 1) & change))) return false;
      }
    }
  }
  tally[0]! += ties;
  tally[1]! += notSmallest;
  return true;
}
