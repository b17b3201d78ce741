import type { Census } from "./census.ts";

/** Adds a box of voxels of one id. Sums of places are whole numbers, so that their order does not matter. */
export function addBox(
  census: Census,
  label: number,
  x0: number,
  y0: number,
  z0: number,
  x1: number,
  y1: number,
  z1: number,
): void {
  const { voxels, sums } = census;
  const n = (x1 - x0) * (y1 - y0) * (z1 - z0);
  voxels[label]! += n;
  sums[3 * label]! += (n * (x0 + x1 - 1)) / 2;
  sums[3 * label + 1]! += (n * (y0 + y1 - 1)) / 2;
  sums[3 * label + 2]! += (n * (z0 + z1 - 1)) / 2;
  reach(census, label, x0, y0, z0, x1, y1, z1);
}

function reach(
  { boxes }: Census,
  label: number,
  x0: number,
  y0: number,
  z0: number,
  x1: number,
  y1: number,
  z1: number,
): void {
  const at = 6 * label;
  if (x0 < boxes[at]!) boxes[at] = x0;
  if (y0 < boxes[at + 1]!) boxes[at + 1] = y0;
  if (z0 < boxes[at + 2]!) boxes[at + 2] = z0;
  if (x1 > boxes[at + 3]!) boxes[at + 3] = x1;
  if (y1 > boxes[at + 4]!) boxes[at + 4] = y1;
  if (z1 > boxes[at + 5]!) boxes[at + 5] = z1;
}

/** Of each byte how many bits it has, and 256 times the sum of their places. */
const moments = Uint16Array.from({ length: 256 }, (_, byte) => {
  let sum = 0;
  for (let i = 0; i < 8; i++) sum += (byte >> i) & 1 ? 1 + 256 * i : 0;
  return sum;
});

/** Rows and slices that a block of bits may have, to be told by the bits of a word. */
export const mostRows = 31;

/** Adds the voxels of a block of two ids: a bit for each voxel; a row is a byte. */
export function addBits(
  census: Census,
  zero: number,
  one: number,
  words: Uint32Array,
  start: number,
  x: number,
  y: number,
  z: number,
  height: number,
  depth: number,
): void {
  // Of the ones: how many, and the sums of their places in the block.
  let n = 0;
  let sumX = 0;
  let sumY = 0;
  let sumZ = 0;
  // A bit for each column, row and slice where there are some.
  let onesX = 0;
  let onesY = 0;
  let onesZ = 0;
  let zerosX = 0;
  let zerosY = 0;
  let zerosZ = 0;
  let row = 0;
  for (let k = 0; k < depth; k++) {
    const before = n;
    for (let j = 0; j < height; j++, row++) {
      const byte = (words[start + (row >>> 2)]! >>> ((row & 3) << 3)) & 0xff;
      const moment = moments[byte]!;
      const count = moment & 0xff;
      n += count;
      sumX += moment >>> 8;
      sumY += count * j;
      onesX |= byte;
      zerosX |= byte ^ 0xff;
      // 255 more than a byte has a ninth bit if the byte is not 0.
      onesY |= ((byte + 0xff) >>> 8) << j;
      zerosY |= (((byte ^ 0xff) + 0xff) >>> 8) << j;
    }
    const count = n - before;
    sumZ += count * k;
    if (count > 0) onesZ |= 1 << k;
    if (count < 8 * height) zerosZ |= 1 << k;
  }
  const { voxels, sums } = census;
  const all = 8 * height * depth;
  voxels[one]! += n;
  sums[3 * one]! += n * x + sumX;
  sums[3 * one + 1]! += n * y + sumY;
  sums[3 * one + 2]! += n * z + sumZ;
  // The zeros are what is left of the block.
  const rest = all - n;
  voxels[zero]! += rest;
  sums[3 * zero]! += rest * x + (all * 7) / 2 - sumX;
  sums[3 * zero + 1]! += rest * y + (all * (height - 1)) / 2 - sumY;
  sums[3 * zero + 2]! += rest * z + (all * (depth - 1)) / 2 - sumZ;
  if (n > 0) reachBits(census, one, x, y, z, onesX, onesY, onesZ);
  if (rest > 0) reachBits(census, zero, x, y, z, zerosX, zerosY, zerosZ);
}

function reachBits(
  census: Census,
  label: number,
  x: number,
  y: number,
  z: number,
  columns: number,
  rows: number,
  slices: number,
): void {
  const x1 = x + 32 - Math.clz32(columns);
  const y1 = y + 32 - Math.clz32(rows);
  const z1 = z + 32 - Math.clz32(slices);
  reach(census, label, x + lowest(columns), y + lowest(rows), z + lowest(slices), x1, y1, z1);
}

/** Place of the lowest bit. */
function lowest(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
