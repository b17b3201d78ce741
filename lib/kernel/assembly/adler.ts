const modulus: u32 = 65521;

/**
 * Adler-32 (RFC 1950) of the bytes from at to stop: a is 1 and their sum, b the sum of all values of a.
 *
 * 256 bytes at a time, as 16 vectors of which pairs of bytes are added up; a byte counts in b as often as bytes follow
 * it: 16 times for each vector that follows, and by its place in its own.
 */
export function adler32(at: usize, stop: usize): u32 {
  let a: u32 = 1;
  let b: u32 = 0;
  const low = i16x8.splat(255);
  const weights = i16x8(15, 13, 11, 9, 7, 5, 3, 1);
  const ones = i16x8.splat(1);
  while (stop - at >= 256) {
    // Sums stay below 2^32 for so many blocks.
    const blocks = min<usize>((stop - at) >> 8, 20);
    let va = i32x4.splat(0);
    let vb = i32x4.splat(0);
    b += a * u32(blocks << 8);
    for (let k: usize = 0; k < blocks; k++) {
      let pairs = i16x8.splat(0);
      let evens = i16x8.splat(0);
      let before = i16x8.splat(0);
      for (const end = at + 256; at < end; at += 16) {
        const v = v128.load(at);
        before = i16x8.add(before, pairs);
        pairs = i16x8.add(pairs, i16x8.extadd_pairwise_i8x16_u(v));
        evens = i16x8.add(evens, v128.and(v, low));
      }
      vb = i32x4.add(vb, i32x4.shl(va, 8));
      va = i32x4.add(va, i32x4.extadd_pairwise_i16x8_u(pairs));
      vb = i32x4.add(vb, i32x4.shl(i32x4.extadd_pairwise_i16x8_u(before), 4));
      vb = i32x4.add(vb, i32x4.add(i32x4.dot_i16x8_s(pairs, weights), i32x4.dot_i16x8_s(evens, ones)));
    }
    a = (a + total(va)) % modulus;
    b = (b + total(vb)) % modulus;
  }
  for (; at < stop; at++) {
    a += load<u8>(at);
    b += a;
  }
  return ((b % modulus) << 16) | (a % modulus);
}

// @ts-ignore: decorator
@inline
function total(v: v128): u32 {
  return (
    i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3)
  );
}
