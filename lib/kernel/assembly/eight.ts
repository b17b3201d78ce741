import { rankOf, sortPalette } from "./palette";

// Blocks of 8x8x8 labels, whole: most have one, two or a few, which SIMD packs without an index per voxel.

/**
 * Collects the labels of a block, in the order of their ids, into `palette`, and packs their places in it to `to`, 64 bytes for two
 * labels and 128 for three and four.
 *
 * @returns how many labels there are, or 0 if more than four; then nothing of it counts
 */
export function encodeEight(first: usize, rowBytes: usize, sliceBytes: usize, to: usize, palette: usize): u32 {
  const a = load<u32>(first);
  const same = i32x4.splat(a);
  let z: usize = 0;
  while (z < 8 && isLayerOf(first + z * sliceBytes, rowBytes, same)) z++;
  store<u32>(palette, a);
  if (z == 8) return 1;
  const b = otherThan(first + z * sliceBytes, rowBytes, same, a);
  if (packTwo(first, rowBytes, sliceBytes, to, z, a, b)) {
    if (rankOf(b) > rankOf(a)) store<u32>(palette, b, 4);
    else {
      store<u32>(palette, b);
      store<u32>(palette, a, 4);
      for (let i: usize = 0; i < 64; i += 8) store<u64>(to + i, ~load<u64>(to + i));
    }
    return 2;
  }
  store<u32>(palette, b, 4);
  const count = collectFew(first, rowBytes, sliceBytes, z, palette);
  if (count != 0) packFour(first, rowBytes, sliceBytes, to, palette);
  return count;
}

// @ts-ignore: decorator
@inline
function isLayerOf(at: usize, rowBytes: usize, same: v128): bool {
  let differs = i32x4.splat(0);
  for (let y = 0; y < 8; y++) {
    differs = v128.or(differs, v128.or(v128.xor(v128.load(at), same), v128.xor(v128.load(at, 16), same)));
    at += rowBytes;
  }
  return !v128.any_true(differs);
}

/** The first label of a layer that is not `a`; there is one. */
function otherThan(at: usize, rowBytes: usize, same: v128, a: u32): u32 {
  for (let y = 0; y < 8; y++, at += rowBytes) {
    for (let x: usize = 0; x < 32; x += 16) {
      const equal = i32x4.bitmask(i32x4.eq(v128.load(at + x), same));
      if (equal != 15) return load<u32>(at + x + (<usize>ctz(~equal) << 2));
    }
  }
  return a;
}

/** Bit 1 for `b` and 0 for `a`, in layers below `from` for all; false if a layer has any other label. */
function packTwo(first: usize, rowBytes: usize, sliceBytes: usize, to: usize, from: usize, a: u32, b: u32): bool {
  const isA = i32x4.splat(a);
  const isB = i32x4.splat(b);
  for (let z: usize = 0; z < from; z++) store<u64>(to + (z << 3), 0);
  for (let z = from; z < 8; z++) {
    let at = first + z * sliceBytes;
    let known = i32x4.splat(-1);
    let bits: u64 = 0;
    for (let y: u64 = 0; y < 64; y += 16) {
      const v0 = v128.load(at);
      const v1 = v128.load(at, 16);
      at += rowBytes;
      const v2 = v128.load(at);
      const v3 = v128.load(at, 16);
      at += rowBytes;
      const b0 = i32x4.eq(v0, isB);
      const b1 = i32x4.eq(v1, isB);
      const b2 = i32x4.eq(v2, isB);
      const b3 = i32x4.eq(v3, isB);
      const k0 = v128.and(v128.or(b0, i32x4.eq(v0, isA)), v128.or(b1, i32x4.eq(v1, isA)));
      const k1 = v128.and(v128.or(b2, i32x4.eq(v2, isA)), v128.or(b3, i32x4.eq(v3, isA)));
      known = v128.and(known, v128.and(k0, k1));
      const low = i16x8.narrow_i32x4_s(b0, b1);
      const high = i16x8.narrow_i32x4_s(b2, b3);
      bits |= <u64>(<u32>i8x16.bitmask(i8x16.narrow_i16x8_s(low, high))) << y;
    }
    if (!i32x4.all_true(known)) return false;
    store<u64>(to + (z << 3), bits);
  }
  return true;
}

/** Adds to the two labels of the palette the others of layers `from` and above, and sorts; 0 if there are more than four. */
function collectFew(first: usize, rowBytes: usize, sliceBytes: usize, from: usize, palette: usize): u32 {
  const isA = i32x4.splat(load<u32>(palette));
  const isB = i32x4.splat(load<u32>(palette, 4));
  let isC = isA;
  let isD = isA;
  let count: u32 = 2;
  for (let z = from; z < 8; z++) {
    let at = first + z * sliceBytes;
    for (let y = 0; y < 8; y++, at += rowBytes) {
      for (let x: usize = 0; x < 32; x += 16) {
        const v = v128.load(at + x);
        const two = v128.or(i32x4.eq(v, isA), i32x4.eq(v, isB));
        let known = i32x4.bitmask(v128.or(two, v128.or(i32x4.eq(v, isC), i32x4.eq(v, isD))));
        while (known != 15) {
          if (count == 4) return 0;
          const label = load<u32>(at + x + (<usize>ctz(~known) << 2));
          const same = i32x4.splat(label);
          if (count == 2) isC = same;
          else isD = same;
          store<u32>(palette + (<usize>count << 2), label);
          count++;
          known |= i32x4.bitmask(i32x4.eq(v, same));
        }
      }
    }
  }
  sortPalette(count);
  return count;
}

/** Two bits per voxel: the place of its label. */
function packFour(first: usize, rowBytes: usize, sliceBytes: usize, to: usize, palette: usize): void {
  const p0 = i32x4.splat(load<u32>(palette));
  const p1 = i32x4.splat(load<u32>(palette, 4));
  const p2 = i32x4.splat(load<u32>(palette, 8));
  const pairs = i16x8(1, 4, 1, 4, 1, 4, 1, 4);
  const bytes = i16x8(1, 16, 1, 16, 1, 16, 1, 16);
  for (let z: usize = 0; z < 8; z++) {
    let at = first + z * sliceBytes;
    for (let y: usize = 0; y < 8; y += 4) {
      const r0 = i32x4.dot_i16x8_s(rowPlaces(at, p0, p1, p2), pairs);
      const r1 = i32x4.dot_i16x8_s(rowPlaces(at + rowBytes, p0, p1, p2), pairs);
      at += 2 * rowBytes;
      const r2 = i32x4.dot_i16x8_s(rowPlaces(at, p0, p1, p2), pairs);
      const r3 = i32x4.dot_i16x8_s(rowPlaces(at + rowBytes, p0, p1, p2), pairs);
      at += 2 * rowBytes;
      const low = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_u(r0, r1), bytes);
      const high = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_u(r2, r3), bytes);
      const rows = i16x8.narrow_i32x4_u(low, high);
      store<i64>(to + (z << 4) + (y << 1), i64x2.extract_lane(i8x16.narrow_i16x8_u(rows, rows), 0));
    }
  }
}

/** Places of the 8 labels of a row. */
// @ts-ignore: decorator
@inline
function rowPlaces(at: usize, p0: v128, p1: v128, p2: v128): v128 {
  return i16x8.narrow_i32x4_s(placesOf(v128.load(at), p0, p1, p2), placesOf(v128.load(at, 16), p0, p1, p2));
}

// @ts-ignore: decorator
@inline
function placesOf(v: v128, p0: v128, p1: v128, p2: v128): v128 {
  // What is none of the first three is the fourth.
  const first = v128.and(i32x4.eq(v, p0), i32x4.splat(3));
  const second = v128.and(i32x4.eq(v, p1), i32x4.splat(2));
  const third = v128.and(i32x4.eq(v, p2), i32x4.splat(1));
  return v128.xor(i32x4.splat(3), v128.or(first, v128.or(second, third)));
}
