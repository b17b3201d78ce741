import { at, put } from "./star";
import { highest, lowest } from "./weld";

/** Steps of vertex positions per voxel, and per cluster of two voxels: GRID of lib/format/pack.ts. */
const GRID: i32 = 32;
const CLUSTER_BITS: i32 = 6;

/** Most bits of a digit of the radix sort, which are three: as many as they have together are sorted at once. */
const DIGIT: u32 = 11;
let digits: usize = 0;

/**
 * The canonical order of vertices: by cluster (z, then y, then x), within a cluster by position (z, y, x). No two should
 * be alike: `areAlike` tells.
 *
 * @param points i32 x, y, z, 0 each
 * @param rank left u32 per vertex: its place in the order
 * @returns the positions in their order, f32 x, y, z, 0 in voxels; to be freed
 */
export function sortVertices(points: usize, vertices: i32, rank: usize): usize {
  let order = heap.alloc(<usize>vertices << 3);
  let spare = heap.alloc(<usize>vertices << 3);
  digits = heap.alloc(12 << DIGIT);
  const low = clusterOf(v128.load(lowest));
  const size = i32x4.sub(clusterOf(v128.load(highest)), low);
  const x: u32 = 32 - clz(i32x4.extract_lane(size, 0));
  const y: u32 = 32 - clz(i32x4.extract_lane(size, 1));
  const z: u32 = 32 - clz(i32x4.extract_lane(size, 2));
  for (let i = 0; i < vertices; i++) store<u32>(order + (<usize>i << 3), i);
  if (x + y + z <= 3 * DIGIT - 1) {
    setKeys(order, vertices, points, low, i32x4(1, 1 << x, 1 << (x + y), 0));
    if (sortByKeys(order, spare, vertices, x + y + z)) {
      const swap = order;
      order = spare;
      spare = swap;
    }
  } else {
    // So large a body is sorted along one axis after the other.
    for (let axis = 0; axis < 3; axis++) {
      setKeys(order, vertices, points, low, i32x4(i32(axis == 0), i32(axis == 1), i32(axis == 2), 0));
      if (!sortByKeys(order, spare, vertices, axis == 0 ? x : axis == 1 ? y : z)) continue;
      const swap = order;
      order = spare;
      spare = swap;
    }
  }
  heap.free(digits);
  heap.free(spare);
  const sorted = heap.alloc(<usize>vertices << 4);
  place(order, points, vertices, rank, sorted);
  heap.free(order);
  return sorted;
}

/** Cluster of coordinates: cluster c reaches from half a voxel below its first corner, 2c - 1/2. */
// @ts-ignore: decorator
@inline
function clusterOf(point: v128): v128 {
  return i32x4.shr_s(i32x4.add(point, i32x4(GRID / 2, GRID / 2, GRID / 2, 0)), CLUSTER_BITS);
}

/** Entries are (vertex, key), u32 each: the key is the sum of the cluster's coordinates times `weights`. */
function setKeys(order: usize, vertices: i32, points: usize, low: v128, weights: v128): void {
  const end = order + (<usize>vertices << 3);
  for (let entry = order; entry < end; entry += 8) {
    const cluster = i32x4.sub(clusterOf(v128.load(points + (<usize>load<u32>(entry) << 4))), low);
    const terms = i32x4.mul(cluster, weights);
    const key = i32x4.extract_lane(terms, 0) + i32x4.extract_lane(terms, 1) + i32x4.extract_lane(terms, 2);
    store<u32>(entry, key, 4);
  }
}

/** Sorts by keys of so many bits, three digits at most. @returns whether the result is in `spare` */
function sortByKeys(order: usize, spare: usize, count: i32, bits: u32): bool {
  const passes = (bits + DIGIT - 1) / DIGIT;
  if (passes == 0) return false;
  const digit = (bits + passes - 1) / passes;
  const mask: u32 = (1 << digit) - 1;
  const second = digits + (4 << DIGIT);
  const third = digits + (8 << DIGIT);
  memory.fill(digits, 0, 12 << DIGIT);
  const end = order + (<usize>count << 3);
  for (let entry = order; entry < end; entry += 8) {
    const key = load<u32>(entry, 4);
    increase(digits, key & mask);
    increase(second, (key >>> digit) & mask);
    // Two digits of 11 bits each leave no more than 32 - 22.
    increase(third, (key >>> (2 * digit)) & mask);
  }
  let from = order;
  let to = spare;
  for (let pass: u32 = 0; pass < passes; pass++) {
    scatter(from, to, count, digits + (<usize>pass << (DIGIT + 2)), pass * digit, mask);
    const swap = from;
    from = to;
    to = swap;
  }
  return (passes & 1) == 1;
}

// @ts-ignore: decorator
@inline
function increase(counts: usize, i: u32): void {
  put(counts, i, at(counts, i) + 1);
}

/** One pass of a radix sort. */
function scatter(from: usize, to: usize, count: i32, counts: usize, shift: u32, mask: u32): void {
  let sum: u32 = 0;
  for (let d: u32 = 0; d <= mask; d++) {
    const own = at(counts, d);
    put(counts, d, sum);
    sum += own;
  }
  const end = from + (<usize>count << 3);
  for (let entry = from; entry < end; entry += 8) {
    const both = load<u64>(entry);
    const d = (<u32>(both >>> 32) >>> shift) & mask;
    const place = at(counts, d);
    put(counts, d, place + 1);
    store<u64>(to + (<usize>place << 3), both);
  }
}

/** Whether two vertices that were sorted last have the same position. */
export let areAlike: bool = false;

/** Sorts what has equal keys by position, and leaves ranks and positions. */
function place(order: usize, points: usize, vertices: i32, rank: usize, sorted: usize): void {
  areAlike = false;
  let key: u32 = 0;
  for (let i = 0; i < vertices; i++) {
    const entry = order + (<usize>i << 3);
    const own = load<u32>(entry, 4);
    if (i > 0 && own == key) sink(order, i, points);
    key = own;
  }
  for (let i = 0; i < vertices; i++) {
    const vertex = load<u32>(order + (<usize>i << 3));
    put(rank, vertex, i);
    // Exact: a power of two, and what float holds of an integer is rounded once either way.
    const point = f32x4.convert_i32x4_s(v128.load(points + (<usize>vertex << 4)));
    v128.store(sorted + (<usize>i << 4), f32x4.mul(point, f32x4.splat(1 / <f32>GRID)));
  }
}

/** Moves the vertex at place i to where it belongs among those before it that have its key. */
function sink(order: usize, i: u32, points: usize): void {
  const both = load<u64>(order + (<usize>i << 3));
  const point = v128.load(points + (<usize>(<u32>both) << 4));
  let to = order + (<usize>i << 3);
  while (to > order) {
    const before = load<u64>(to - 8);
    if (<u32>(before >>> 32) != <u32>(both >>> 32)) break;
    const other = v128.load(points + (<usize>(<u32>before) << 4));
    if (!v128.any_true(v128.xor(other, point))) areAlike = true;
    if (!comesAfter(other, point)) break;
    store<u64>(to, before);
    to -= 8;
  }
  store<u64>(to, both);
}

/** Whether two vertices are of one cluster and the first comes after the second. */
// @ts-ignore: decorator
@inline
function comesAfter(a: v128, b: v128): bool {
  if (v128.any_true(v128.xor(clusterOf(a), clusterOf(b)))) return false;
  const z = i32x4.extract_lane(a, 2) - i32x4.extract_lane(b, 2);
  const y = i32x4.extract_lane(a, 1) - i32x4.extract_lane(b, 1);
  return (z != 0 ? z : y != 0 ? y : i32x4.extract_lane(a, 0) - i32x4.extract_lane(b, 0)) > 0;
}
