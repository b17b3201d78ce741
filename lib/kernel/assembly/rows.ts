/** Rows of samples, at from and to: addresses of the first, and bytes from row to row. They may be the same rows. */

/** Copies rows of so many bytes. */
export function copyRows(from: usize, fromStride: usize, to: usize, toStride: usize, bytes: usize, rows: u32): void {
  for (; rows > 0; rows--, from += fromStride, to += toStride) memory.copy(to, from, bytes);
}

/** Copies rows of so many bytes, which are samples of 2, 4 or 8 bytes, and reverses the bytes of each. */
export function swapRows(
  from: usize, fromStride: usize, to: usize, toStride: usize, bytes: usize, size: u32, rows: u32,
): void {
  for (; rows > 0; rows--, from += fromStride, to += toStride) {
    if (size == 2) swap(from, to, bytes, 2);
    else if (size == 4) swap(from, to, bytes, 4);
    else swap(from, to, bytes, 8);
  }
}

// @ts-ignore: decorator
@inline
function swap(from: usize, to: usize, bytes: usize, size: u32): void {
  const stop = to + bytes;
  for (; to + 16 <= stop; from += 16, to += 16) v128.store(to, reversed(v128.load(from), size));
  for (; to < stop; from += size, to += size) {
    if (size == 2) store<u16>(to, bswap<u16>(load<u16>(from)));
    else if (size == 4) store<u32>(to, bswap<u32>(load<u32>(from)));
    else store<u64>(to, bswap<u64>(load<u64>(from)));
  }
}

// @ts-ignore: decorator
@inline
function reversed(v: v128, size: u32): v128 {
  if (size == 2) return v128.shuffle<u8>(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
  if (size == 4) return v128.shuffle<u8>(v, v, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
  return v128.shuffle<u8>(v, v, 7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8);
}

/**
 * Running sums of rows of so many samples of so many bytes, modulo their width: horizontal differencing undone.
 */
export function sumRows(
  from: usize, fromStride: usize, to: usize, toStride: usize, samples: u32, size: u32, rows: u32,
): void {
  for (; rows > 0; rows--, from += fromStride, to += toStride) {
    if (size == 1) sum8(from, to, samples);
    else if (size == 2) sum16(from, to, samples);
    else if (size == 4) sum32(from, to, samples);
    else sum64(from, to, samples);
  }
}

/*
 * Sixteen bytes at a time: the vector is added to itself moved by 1, 2, 4 ... samples, and then the last sum of the
 * vector before.
 */

function sum8(from: usize, to: usize, samples: u32): void {
  const zero = i8x16.splat(0);
  let carry = zero;
  const stop = to + samples;
  for (; to + 16 <= stop; from += 16, to += 16) {
    let v = v128.load(from);
    v = i8x16.add(v, v128.shuffle<u8>(zero, v, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30));
    v = i8x16.add(v, v128.shuffle<u8>(zero, v, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29));
    v = i8x16.add(v, v128.shuffle<u8>(zero, v, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27));
    v = i8x16.add(v, v128.shuffle<u8>(zero, v, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23));
    v = i8x16.add(v, carry);
    v128.store(to, v);
    carry = v128.shuffle<u8>(v, v, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15);
  }
  let sum = u32(i8x16.extract_lane_u(carry, 0));
  for (; to < stop; from++, to++) {
    sum += load<u8>(from);
    store<u8>(to, sum);
  }
}

function sum16(from: usize, to: usize, samples: u32): void {
  const zero = i16x8.splat(0);
  let carry = zero;
  const stop = to + (samples << 1);
  for (; to + 16 <= stop; from += 16, to += 16) {
    let v = v128.load(from);
    v = i16x8.add(v, v128.shuffle<u8>(zero, v, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29));
    v = i16x8.add(v, v128.shuffle<u8>(zero, v, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27));
    v = i16x8.add(v, v128.shuffle<u8>(zero, v, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23));
    v = i16x8.add(v, carry);
    v128.store(to, v);
    carry = v128.shuffle<u8>(v, v, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15);
  }
  let sum = u32(i16x8.extract_lane_u(carry, 0));
  for (; to < stop; from += 2, to += 2) {
    sum += load<u16>(from);
    store<u16>(to, sum);
  }
}

function sum32(from: usize, to: usize, samples: u32): void {
  const zero = i32x4.splat(0);
  let carry = zero;
  const stop = to + (samples << 2);
  for (; to + 16 <= stop; from += 16, to += 16) {
    let v = v128.load(from);
    v = i32x4.add(v, v128.shuffle<u8>(zero, v, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27));
    v = i32x4.add(v, v128.shuffle<u8>(zero, v, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23));
    v = i32x4.add(v, carry);
    v128.store(to, v);
    carry = v128.shuffle<u32>(v, v, 3, 3, 3, 3);
  }
  let sum = i32x4.extract_lane(carry, 0);
  for (; to < stop; from += 4, to += 4) {
    sum += load<u32>(from);
    store<u32>(to, sum);
  }
}

function sum64(from: usize, to: usize, samples: u32): void {
  let sum: u64 = 0;
  for (const stop = to + (samples << 3); to < stop; from += 8, to += 8) {
    sum += load<u64>(from);
    store<u64>(to, sum);
  }
}

/**
 * One byte 0 or 1 for each of so many bits of a row, most significant bit first, from a bit of its first byte on.
 */
export function unpackRows(
  from: usize, fromStride: usize, to: usize, toStride: usize, first: u32, count: u32, rows: u32,
): void {
  for (; rows > 0; rows--, from += fromStride, to += toStride) {
    const stop = first + count;
    let at = to;
    for (let bit = first; bit < stop; ) {
      const byte = u64(load<u8>(from + (bit >> 3)));
      if ((bit & 7) == 0 && bit + 8 <= stop) {
        // The byte eight times, of each one another bit, which is then moved to the lowest place.
        const bits = (byte * 0x0101010101010101) & 0x0102040810204080;
        store<u64>(at, ((bits + 0x7f7f7f7f7f7f7f7f) >> 7) & 0x0101010101010101);
        bit += 8;
        at += 8;
      } else {
        store<u8>(at++, (byte >> (7 - (bit & 7))) & 1);
        bit++;
      }
    }
  }
}
