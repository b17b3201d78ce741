import { pairAll } from "./twins";

/** No half-edge. */
export const NONE: u32 = 0xffffffff;

/**
 * A triangle mesh by half-edges. A triangle is 32 bytes: its three vertices, whether it is gone, the turns of its three
 * half-edges, and four that mean nothing. Half-edge 32t + 4i (i < 3), which is where it lies behind `mesh`, runs from
 * corner i of triangle t to the next one. Its turn is the half-edge after it around the vertex that both leave, or NONE:
 * the twin of the one before it in its triangle, the twin being the half-edge that runs back along it.
 */
@unmanaged
export class Star {
  triangles: i32;
  vertices: i32;
  mesh: usize;
  /** Per vertex a half-edge that leaves it, or NONE. */
  leave: usize;
  /** Per vertex, u8: CLOSED, OPEN or BAD. */
  fans: usize;
  /** Whether all of them are CLOSED. */
  whole: bool;
  /** Whether along every edge there are as many triangles in either direction. */
  closed: bool;
}

/** Bytes of a triangle, and where its turns are. */
export const TRIANGLE: usize = 32;
const TURN: usize = 16;

/** The triangles around a vertex are one fan that closes, one that does not, or neither. */
export const CLOSED: u8 = 0;
export const OPEN: u8 = 1;
export const BAD: u8 = 2;

// Corners are met in any order: with conditions half of the steps would be foreseen wrongly.

// @ts-ignore: decorator
@inline
export function nextOf(half: u32): u32 {
  return (half & ~31) | ((0x00000804 >>> ((half & 31) << 1)) & 12);
}

// @ts-ignore: decorator
@inline
export function previousOf(half: u32): u32 {
  return (half & ~31) | ((0x00040008 >>> ((half & 31) << 1)) & 12);
}

// @ts-ignore: decorator
@inline
export function fromOf(mesh: usize, half: u32): u32 {
  return load<u32>(mesh + half);
}

// @ts-ignore: decorator
@inline
export function turnOf(mesh: usize, half: u32): u32 {
  return load<u32>(mesh + half, TURN);
}

// @ts-ignore: decorator
@inline
export function twinOf(mesh: usize, half: u32): u32 {
  return turnOf(mesh, nextOf(half));
}

// @ts-ignore: decorator
@inline
export function setTwin(mesh: usize, half: u32, twin: u32): void {
  store<u32>(mesh + nextOf(half), twin, TURN);
}

// @ts-ignore: decorator
@inline
export function at(array: usize, i: u32): u32 {
  return load<u32>(array + (<usize>i << 2));
}

// @ts-ignore: decorator
@inline
export function put(array: usize, i: u32, value: u32): void {
  store<u32>(array + (<usize>i << 2), value);
}

/** Copies 12 bytes, the three vertices of a triangle or coordinates of a point; they may overlap. */
// @ts-ignore: decorator
@inline
export function copyThree(from: usize, to: usize): void {
  const third = load<u32>(from, 8);
  store<u64>(to, load<u64>(from));
  store<u32>(to, third, 8);
}

/** Makes of the number of each what all up to it have together: where its entries of a list end. */
export function sumUp(counts: usize, last: i32): void {
  let sum: u32 = 0;
  for (let i = 0; i <= last; i++) {
    sum += at(counts, i);
    put(counts, i, sum);
  }
}

/**
 * Finds the twins of the half-edges of a mesh of `triangles`, none of which is gone. Edges of more than two triangles, or
 * of two that run along it in the same direction, have none. Release with `releaseStar`.
 */
export function createStar(mesh: usize, triangles: i32, vertices: i32): Star {
  const star = changetype<Star>(heap.alloc(offsetof<Star>()));
  star.triangles = triangles;
  star.vertices = vertices;
  star.mesh = mesh;
  star.leave = heap.alloc(<usize>vertices << 2);
  star.fans = heap.alloc(<usize>vertices);
  memory.fill(star.leave, 255, <usize>vertices << 2);
  memory.fill(star.fans, 0, <usize>vertices);
  star.closed = pairAll(star);
  if (star.closed) return star;
  star.whole = false;
  memory.fill(star.leave, 255, <usize>vertices << 2);
  memory.fill(star.fans, 0, <usize>vertices);
  for (let t = 0; t < triangles; t++) v128.store(mesh + <usize>t * TRIANGLE, i32x4.splat(-1), TURN);
  // Half-edges by the vertex that they leave: those of v are list[start[v]] .. list[start[v + 1]].
  const start = heap.alloc((<usize>vertices + 1) << 2);
  const list = heap.alloc(<usize>triangles * 12);
  listLeaving(star, start, list);
  const heads = heap.alloc(<usize>vertices << 3);
  memory.fill(heads, 255, <usize>vertices << 3);
  for (let v = 0; v < vertices; v++) {
    findTwins(star, v, list + (<usize>at(start, v) << 2), list + (<usize>at(start, v + 1) << 2), heads);
  }
  heap.free(heads);
  heap.free(list);
  heap.free(start);
  return star;
}

export function releaseStar(star: Star): void {
  heap.free(star.fans);
  heap.free(star.leave);
  heap.free(changetype<usize>(star));
}

function listLeaving(star: Star, start: usize, list: usize): void {
  const vertices = star.vertices;
  const mesh = star.mesh;
  memory.fill(start, 0, (<usize>vertices + 1) << 2);
  for (let t = 0; t < star.triangles; t++) {
    for (let i = 0; i < 3; i++) {
      const v = fromOf(mesh, (t << 5) + (i << 2));
      put(start, v, at(start, v) + 1);
    }
  }
  sumUp(start, vertices);
  for (let t = star.triangles - 1; t >= 0; t--) {
    for (let i = 0; i < 3; i++) {
      const half: u32 = (t << 5) + (i << 2);
      const v = fromOf(mesh, half);
      const place = at(start, v) - 1;
      put(start, v, place);
      put(list, place, half);
    }
  }
}

/**
 * Pairs the half-edges that leave v (at `begin` to `end`) with those that arrive there, which come before them in their
 * triangles. `heads`: per vertex, v if one that leaves v goes there, and which.
 */
function findTwins(star: Star, v: u32, begin: usize, end: usize, heads: usize): void {
  const mesh = star.mesh;
  const fans = star.fans;
  if (begin == end) return;
  put(star.leave, v, load<u32>(begin));
  for (let i = begin; i < end; i += 4) {
    const half = load<u32>(i);
    const head = fromOf(mesh, nextOf(half));
    const place = heads + (<usize>head << 3);
    if (load<u32>(place) == v) {
      store<u8>(fans + v, BAD);
      store<u8>(fans + head, BAD);
    }
    store<u32>(place, v);
    store<u32>(place, half, 4);
  }
  let open = false;
  for (let i = begin; i < end; i += 4) {
    const half = previousOf(load<u32>(i));
    const place = heads + (<usize>fromOf(mesh, half) << 3);
    if (load<u32>(place) == v) setTwin(mesh, half, load<u32>(place, 4));
    else open = true;
  }
  const count = <u32>((end - begin) >> 2);
  if (load<u8>(fans + v) == BAD) return;
  store<u8>(fans + v, open ? OPEN : CLOSED);
  const seen = open ? countOpenFan(star, v, begin, end, heads) : countFan(star, v, count);
  if (seen != count) store<u8>(fans + v, BAD);
}

/** Triangles met on the way around v until it closes, at most one more than `most`. */
function countFan(star: Star, v: u32, most: u32): u32 {
  const first = at(star.leave, v);
  let half = first;
  let seen: u32 = 0;
  do {
    seen++;
    half = turnOf(star.mesh, half);
  } while (half != first && half != NONE && seen <= most);
  return seen;
}

/** Triangles of the fan that begins at the half-edge of v that has no twin; 0 if there are several of them. */
function countOpenFan(star: Star, v: u32, begin: usize, end: usize, heads: usize): u32 {
  const mesh = star.mesh;
  // A half-edge that leaves v has a twin if one that arrives comes from where it goes.
  for (let i = begin; i < end; i += 4) {
    const tail = fromOf(mesh, previousOf(load<u32>(i)));
    const place = heads + (<usize>tail << 3);
    if (load<u32>(place) == v) store<u32>(place, NONE, 4);
  }
  let first = NONE;
  for (let i = begin; i < end; i += 4) {
    const half = load<u32>(i);
    if (at(heads, fromOf(mesh, nextOf(half)) * 2 + 1) == NONE) continue;
    if (first != NONE) return 0;
    first = half;
  }
  if (first == NONE) return 0;
  put(star.leave, v, first);
  let seen: u32 = 0;
  for (let half = first; half != NONE && seen <= <u32>((end - begin) >> 2); seen++) half = turnOf(mesh, half);
  return seen;
}
