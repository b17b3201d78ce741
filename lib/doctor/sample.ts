import { mapVec, product, type Vec3 } from "../format/vec.ts";

/** The same chunks in every visit. */
const seed = 20_261_124;
const randomChunks = 12;

/**
 * Chunks to look at: the corners, the middle, and some at random with a fixed seed; all of a scale that has few.
 *
 * @param grid chunks per axis
 */
export function sampleChunks(grid: Vec3): Vec3[] {
  const count = product(grid);
  if (count <= 8 + 1 + randomChunks) return [...allChunks(grid)];
  const chosen = new Map<number, Vec3>();
  const add = (at: Vec3) => chosen.set(at[0] + grid[0] * (at[1] + grid[1] * at[2]), at);
  for (let corner = 0; corner < 8; corner++) add(mapVec((d) => (corner & (1 << d) ? grid[d] - 1 : 0)));
  add(mapVec((d) => Math.floor(grid[d] / 2)));
  const chance = createChance(seed);
  for (let i = 0; i < randomChunks; i++) add(mapVec((d) => Math.floor(chance() * grid[d])));
  return [...chosen.values()];
}

/** All chunks of a grid, x fastest. */
export function* allChunks(grid: Vec3): Generator<Vec3> {
  for (let z = 0; z < grid[2]; z++)
    for (let y = 0; y < grid[1]; y++) for (let x = 0; x < grid[0]; x++) yield [x, y, z];
}

/** Evenly spread members of a list, ends included. */
export function spread<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, i) => list[Math.round((i * (list.length - 1)) / (most - 1))] as T);
}

/** Numbers from 0 to 1, xorshift32. */
function createChance(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
