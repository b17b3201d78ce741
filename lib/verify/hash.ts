/**
 * The hash of the ids of a box: two lanes of 32 bits over the runs of equal ids of each row, in the order of rows
 * (y, then z). A run is its id and where it starts, so the runs of a row say all its voxels, and what is hashed is the
 * same whoever cut the row into runs. Each step is a bijection of the lane, so that a change is never lost on the way;
 * two boxes that differ, not on purpose, agree with a probability of about 2^-64.
 */
export type Digest = { a: number; b: number };

export function startDigest(): Digest {
  return { a: 0x243f6a88, b: 0x13198a2e };
}

/** One more run: `a`, `b` stand for its id, `x` is its first voxel from the start of the box's row. */
export function stepA(lane: number, a: number, x: number): number {
  const h = Math.imul(lane ^ (a + Math.imul(x, 0x61c88647)), 0x1b873593);
  return h ^ (h >>> 15);
}

/** The other lane. */
export function stepB(lane: number, b: number, x: number): number {
  const h = Math.imul((lane + (b ^ Math.imul(x, 0x3c6ef35f))) | 0, 0xcc9e2d51);
  return h ^ (h >>> 16);
}
