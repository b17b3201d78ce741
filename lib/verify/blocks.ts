import type { Vec3 } from "../format/vec.ts";
import type { View } from "./view.ts";

/**
 * The blocks that a chunk was decoded of. Most hold one id, or two as a bit for each voxel: they are known by that, and
 * their voxels are not written until somebody needs them, since a volume takes its time to be written and read again.
 */
export type Blocks = {
  /** Voxels of a block; the last of an axis ends with the chunk. */
  readonly size: Vec3;
  readonly grid: Vec3;
  /** Number + 1 of the only id of each block, x fastest, or of the id of its bits 0; 0 if its voxels are written. */
  readonly zeros: Uint32Array;
  /** Number + 1 of the id of its bits 1; 0 of a block of one id. */
  readonly ones: Uint32Array;
  /**
   * The bits of each block of two ids: rows of 8 voxels, so that a row is a byte; such a block is not cut in x and y.
   * Empty if blocks of two ids are to be written.
   */
  readonly bits: Uint32Array;
};

/** What a chunk holds: a view of its voxels, and its blocks if some are not written there. */
export type Decoded = { readonly view: View; readonly blocks?: Blocks };

/** Blocks along each axis. */
export function blockGrid(shape: Vec3, size: Vec3): Vec3 {
  return [Math.ceil(shape[0] / size[0]), Math.ceil(shape[1] / size[1]), Math.ceil(shape[2] / size[2])];
}

/** Words of the bits of a block. */
export function wordsOfBits(size: Vec3): number {
  return Math.ceil((size[0] * size[1] * size[2]) / 32);
}

/** Writes the voxels of all blocks that are not written yet. */
export function writeOut({ view, blocks }: Decoded): void {
  if (blocks === undefined) return;
  const [columns, rows, slices] = blocks.grid;
  let number = 0;
  for (let z = 0; z < slices; z++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++, number++)
        if (blocks.zeros[number] !== 0) writeBlock(view, blocks, x, y, z);
    }
  }
}

/** Writes the voxels of a block that is not written yet, by its place in the grid. */
export function writeBlock(
  view: View,
  { size, grid, zeros, ones, bits }: Blocks,
  x: number,
  y: number,
  z: number,
) {
  const number = x + grid[0] * (y + grid[1] * z);
  const zero = zeros[number]! - 1;
  zeros[number] = 0;
  const { offset, strideY, strideZ, shape } = view;
  const first = offset + x * size[0] + y * size[1] * strideY + z * size[2] * strideZ;
  const height = Math.min(size[1], shape[1] - y * size[1]);
  const depth = Math.min(size[2], shape[2] - z * size[2]);
  if (ones[number] === 0)
    writeSingle(view, first, Math.min(size[0], shape[0] - x * size[0]), height, depth, zero);
  else writeBits(view, first, height, depth, bits, number * wordsOfBits(size), zero, ones[number]! - 1);
}

/** Writes a block of one id. @param first where its first voxel is */
export function writeSingle(
  { labels, strideY, strideZ }: View,
  first: number,
  width: number,
  height: number,
  depth: number,
  only: number,
): void {
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++) {
      const start = first + j * strideY + k * strideZ;
      for (let to = start; to < start + width; to++) labels[to] = only;
    }
  }
}

/** Writes a block of two ids whose rows are 8 voxels, each a byte. */
export function writeBits(
  { labels, strideY, strideZ }: View,
  first: number,
  height: number,
  depth: number,
  words: Uint32Array,
  start: number,
  zero: number,
  one: number,
): void {
  const change = zero ^ one;
  let row = 0;
  for (let k = 0; k < depth; k++) {
    for (let j = 0; j < height; j++, row++) {
      let byte = words[start + (row >>> 2)]! >>> ((row & 3) << 3);
      const from = first + j * strideY + k * strideZ;
      for (let to = from; to < from + 8; to++, byte >>>= 1) labels[to] = zero ^ (-(byte & 1) & change);
    }
  }
}
