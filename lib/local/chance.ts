/**
 * A repeatable source of numbers in [0, 1): 32-bit xorshift (13, 17, 5). Integer arithmetic and one exact
 * division, so that every engine gives the same numbers.
 *
 * @param seed any whole number from 1 to 2^32-1
 */
export function createChance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state = (state ^ (state << 5)) >>> 0;
    return state / 2 ** 32;
  };
}
