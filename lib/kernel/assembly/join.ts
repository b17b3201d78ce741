import { at, put } from "./star";

/** Steps of vertex positions per voxel, and per cluster of two voxels: GRID of lib/format/pack.ts. */
const GRID: i32 = 32;
const CLUSTER_BITS: i32 = 6;

/** Bits of a digit of the radix sort. */
const DIGIT: i32 = 11;
const digits: usize = memory.data(4 << 11, 16);

/**
 * Joins pieces of one label: see `joinPieces` of lib/volume/mesh/weld.ts. `table`: u32 vertices and triangles of each of
 * `pieces` pieces; `positions` i32 x, y, z, `keys` f64, `triangles` u32 x 3 of all, piece by piece, their indices from 0
 * in each. All three are overwritten.
 *
 * Leaves positions (f32, voxels) at `positions` and indices at `indices`, both in canonical order.
 *
 * @returns the number of vertices
 */
export function join(
  table: usize, pieces: i32, positions: usize, keys: usize, triangles: usize, indices: usize,
): i32 {
  const vertices = weld(table, pieces, positions, keys, triangles);
  let corners: i32 = 0;
  for (let p = 0; p < pieces; p++) corners += 3 * at(table, 2 * p + 1);
  const order = sortVertices(positions, vertices);
  const number = heap.alloc(<usize>vertices << 2);
  const sorted = heap.alloc(<usize>vertices * 12);
  for (let i = 0; i < vertices; i++) {
    const vertex = load<u32>(order + (<usize>i << 3));
    put(number, vertex, i);
    const from = positions + <usize>vertex * 12;
    const to = sorted + <usize>i * 12;
    store<f32>(to, <f32>(<f64>load<i32>(from) / GRID));
    store<f32>(to, <f32>(<f64>load<i32>(from, 4) / GRID), 4);
    store<f32>(to, <f32>(<f64>load<i32>(from, 8) / GRID), 8);
  }
  heap.free(order);
  memory.copy(positions, sorted, <usize>vertices * 12);
  heap.free(sorted);
  const end = triangles + (<usize>corners << 2);
  for (let i = triangles; i < end; i += 4) {
    const vertex = load<u32>(i);
    if (vertex >= <u32>vertices) unreachable();
    store<u32>(i, at(number, vertex));
  }
  heap.free(number);
  sortTriangles(triangles, corners / 3, vertices, indices);
  return vertices;
}

/** Makes one of the vertices of equal keys; those that are left come first, in order. @returns how many they are */
function weld(table: usize, pieces: i32, positions: usize, keys: usize, triangles: usize): i32 {
  let total: i32 = 0;
  let keyed: i32 = 0;
  for (let p = 0; p < pieces; p++) total += at(table, 2 * p);
  if (pieces == 1) return total;
  for (let i = 0; i < total; i++) if (load<f64>(keys + (<usize>i << 3)) >= 0) keyed++;
  const bits: i32 = 33 - clz(<u32>max(1, keyed));
  const slots = heap.alloc(<usize>16 << bits);
  memory.fill(slots, 255, <usize>16 << bits);
  const number = heap.alloc(<usize>total << 2);
  let vertices: i32 = 0;
  let read: i32 = 0;
  let corner = triangles;
  for (let p = 0; p < pieces; p++) {
    const own = at(table, 2 * p);
    for (let i: u32 = 0; i < own; i++, read++) {
      const key = load<f64>(keys + (<usize>read << 3));
      const n = key < 0 ? vertices : seek(slots, bits, key, vertices);
      put(number, i, n);
      if (n != vertices) continue;
      const to = positions + <usize>vertices * 12;
      const from = positions + <usize>read * 12;
      store<u64>(to, load<u64>(from));
      store<u32>(to, load<u32>(from, 8), 8);
      vertices++;
    }
    const end = corner + <usize>at(table, 2 * p + 1) * 12;
    for (; corner < end; corner += 4) {
      const vertex = load<u32>(corner);
      if (vertex >= own) unreachable();
      store<u32>(corner, at(number, vertex));
    }
  }
  heap.free(number);
  heap.free(slots);
  return vertices;
}

/** The vertex that has the key already, or `next`, which has it from now on. Slots are (key, vertex). */
function seek(slots: usize, bits: i32, key: f64, next: u32): u32 {
  const mask: u32 = (1 << bits) - 1;
  const whole = <u64>key;
  let slot = <u32>((whole * 0x9e3779b97f4a7c15) >> (64 - bits)) & mask;
  while (true) {
    const place = slots + (<usize>slot << 4);
    const there = load<u64>(place);
    if (there == whole) return load<u32>(place, 8);
    if (there == 0xffffffffffffffff) {
      store<u64>(place, whole);
      store<u32>(place, next, 8);
      return next;
    }
    slot = (slot + 1) & mask;
  }
}

/** Cluster of a coordinate: cluster c reaches from half a voxel below its first corner, 2c - 1/2. */
// @ts-ignore: decorator
@inline
function clusterOf(position: i32): i32 {
  return (position + GRID / 2) >> CLUSTER_BITS;
}

/**
 * The canonical order of vertices: by cluster (z, then y, then x), within a cluster by position (z, y, x). No two are
 * alike. @returns (vertex, cluster) u32 each; to be freed
 */
function sortVertices(positions: usize, vertices: i32): usize {
  let order = heap.alloc(<usize>vertices << 3);
  let spare = heap.alloc(<usize>vertices << 3);
  for (let i = 0; i < vertices; i++) store<u32>(order + (<usize>i << 3), i);
  for (let axis: usize = 0; axis < 3; axis++) {
    let lo = i32.MAX_VALUE;
    let hi = i32.MIN_VALUE;
    for (let i = 0; i < vertices; i++) {
      const c = clusterOf(load<i32>(positions + <usize>i * 12 + (axis << 2)));
      lo = min(lo, c);
      hi = max(hi, c);
    }
    for (let i = 0; i < vertices; i++) {
      const entry = order + (<usize>i << 3);
      const position = positions + <usize>load<u32>(entry) * 12 + (axis << 2);
      store<u32>(entry, clusterOf(load<i32>(position)) - lo, 4);
    }
    for (let shift = 0; shift < 32 && (<u32>(hi - lo)) >> shift != 0; shift += DIGIT) {
      sortBy(order, spare, vertices, shift);
      const swap = order;
      order = spare;
      spare = swap;
    }
  }
  heap.free(spare);
  sortWithin(order, positions, vertices);
  return order;
}

/** One pass of a radix sort by the second word of each entry. */
function sortBy(from: usize, to: usize, count: i32, shift: i32): void {
  const mask: u32 = (1 << DIGIT) - 1;
  memory.fill(digits, 0, 4 << DIGIT);
  const end = from + (<usize>count << 3);
  for (let entry = from; entry < end; entry += 8) {
    const digit = (load<u32>(entry, 4) >> shift) & mask;
    put(digits, digit, at(digits, digit) + 1);
  }
  let sum: u32 = 0;
  for (let d: u32 = 0; d <= mask; d++) {
    const own = at(digits, d);
    put(digits, d, sum);
    sum += own;
  }
  for (let entry = from; entry < end; entry += 8) {
    const digit = (load<u32>(entry, 4) >> shift) & mask;
    const place = at(digits, digit);
    put(digits, digit, place + 1);
    store<u64>(to + (<usize>place << 3), load<u64>(entry));
  }
}

function sortWithin(order: usize, positions: usize, vertices: i32): void {
  for (let i = 1; i < vertices; i++) {
    const vertex = load<u32>(order + (<usize>i << 3));
    const p = positions + <usize>vertex * 12;
    let j = i;
    while (j > 0) {
      const before = load<u32>(order + (<usize>(j - 1) << 3));
      if (!comesAfter(positions + <usize>before * 12, p)) break;
      store<u32>(order + (<usize>j << 3), before);
      j--;
    }
    store<u32>(order + (<usize>j << 3), vertex);
  }
}

/** Whether two vertices are of one cluster and the first comes after the second. */
// @ts-ignore: decorator
@inline
function comesAfter(a: usize, b: usize): bool {
  const x = load<i32>(a);
  const y = load<i32>(a, 4);
  const z = load<i32>(a, 8);
  const u = load<i32>(b);
  const v = load<i32>(b, 4);
  const w = load<i32>(b, 8);
  if (clusterOf(x) != clusterOf(u) || clusterOf(y) != clusterOf(v) || clusterOf(z) != clusterOf(w)) return false;
  return z != w ? z > w : y != v ? y > v : x > u;
}

/** The canonical order of triangles: each begins at its lowest index, then by first, second, third index. */
function sortTriangles(triangles: usize, count: i32, vertices: i32, sorted: usize): void {
  const next = heap.alloc((<usize>vertices + 1) << 2);
  memory.fill(next, 0, (<usize>vertices + 1) << 2);
  const end = triangles + <usize>count * 12;
  for (let i = triangles; i < end; i += 12) {
    rotate(i);
    const a = load<u32>(i);
    put(next, a + 1, at(next, a + 1) + 1);
  }
  for (let v = 0; v < vertices; v++) put(next, v + 1, at(next, v + 1) + at(next, v));
  // No vertex has this number: the places of other vertices are told from those of a, filled or not.
  memory.fill(sorted, 255, <usize>count * 12);
  for (let i = triangles; i < end; i += 12) {
    const a = load<u32>(i);
    const place = at(next, a);
    put(next, a, place + 1);
    insert(sorted, sorted + <usize>place * 12, a, load<u64>(i, 4));
  }
  heap.free(next);
}

// @ts-ignore: decorator
@inline
function rotate(i: usize): void {
  const a = load<u32>(i);
  const b = load<u32>(i, 4);
  const c = load<u32>(i, 8);
  if (a < b && a < c) return;
  const second = b < c;
  store<u32>(i, second ? b : c);
  store<u32>(i, second ? c : a, 4);
  store<u32>(i, second ? a : b, 8);
}

/** Writes a triangle of first vertex a, moving up those of the same first vertex that come after it. */
// @ts-ignore: decorator
@inline
function insert(sorted: usize, place: usize, a: u32, rest: u64): void {
  const rank = rotl<u64>(rest, 32);
  let to = place;
  while (to > sorted && load<u32>(to - 12) == a && rotl<u64>(load<u64>(to - 8), 32) > rank) {
    store<u64>(to, load<u64>(to - 8), 4);
    store<u32>(to, a);
    to -= 12;
  }
  store<u32>(to, a);
  store<u64>(to, rest, 4);
}
