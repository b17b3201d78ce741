const word = 2n ** 32n - 1n;

/**
 * The low 64 bits of MurmurHash3_x86_128 with seed 0 over the eight bytes of a key, little-endian (precomputed
 * specification, "sharded format"): of eight bytes only the tail and the end of the algorithm are left.
 */
export function murmur(key: bigint): bigint {
  let k1 = Number(key & word);
  let k2 = Number((key >> 32n) & word);
  // Seed 0: what the tail leaves in h1 and h2.
  k2 = Math.imul(k2, 0xab0e9789);
  k2 = Math.imul((k2 << 16) | (k2 >>> 16), 0x38b34ae5);
  k1 = Math.imul(k1, 0x239b961b);
  k1 = Math.imul((k1 << 15) | (k1 >>> 17), 0xab0e9789);
  const length = 8;
  let [h1, h2, h3, h4] = [k1 ^ length, k2 ^ length, length, length];
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  [h1, h2, h3, h4] = [mix(h1), mix(h2), mix(h3), mix(h4)];
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  return BigInt(h1 >>> 0) | (BigInt(h2 >>> 0) << 32n);
}

function mix(h: number): number {
  let x = h;
  x ^= x >>> 16;
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  return x ^ (x >>> 16);
}
