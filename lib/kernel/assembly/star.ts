/** No half-edge. */
export const NONE: u32 = 0xffffffff;

/**
 * A triangle mesh by half-edges. Half-edge 4t + i (i < 3) runs from corner i of triangle t to the next one; `from` holds
 * where it begins, `twin` the half-edge that runs back along it, or NONE. from[4t + 3] is 1 if the triangle is gone.
 */
@unmanaged
export class Star {
  triangles: i32;
  vertices: i32;
  from: usize;
  twin: usize;
  /** Per vertex a half-edge that leaves it, or NONE. */
  leave: usize;
  /** Per vertex, u8: CLOSED, OPEN or BAD. */
  fans: usize;
}

/** The triangles around a vertex are one fan that closes, one that does not, or neither. */
export const CLOSED: u8 = 0;
export const OPEN: u8 = 1;
export const BAD: u8 = 2;

// @ts-ignore: decorator
@inline
export function nextOf(half: u32): u32 {
  return (half & 3) == 2 ? half - 2 : half + 1;
}

// @ts-ignore: decorator
@inline
export function previousOf(half: u32): u32 {
  return (half & 3) == 0 ? half + 2 : half - 1;
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

/**
 * Half-edges of a mesh of `triangles` (three vertices each). Edges of more than two triangles, or of
 * two that run along it in the same direction, have no twins. Release with `releaseStar`.
 */
export function createStar(indices: usize, triangles: i32, vertices: i32): Star {
  const star = changetype<Star>(heap.alloc(offsetof<Star>()));
  star.triangles = triangles;
  star.vertices = vertices;
  star.from = heap.alloc(<usize>triangles << 4);
  star.twin = heap.alloc(<usize>triangles << 4);
  star.leave = heap.alloc(<usize>vertices << 2);
  star.fans = heap.alloc(<usize>vertices);
  memory.fill(star.leave, 255, <usize>vertices << 2);
  memory.fill(star.fans, 0, <usize>vertices);
  memory.fill(star.twin, 255, <usize>triangles << 4);
  // Half-edges by the vertex that they leave: those of v are list[start[v]] .. list[start[v + 1]].
  const start = heap.alloc((<usize>vertices + 1) << 2);
  const list = heap.alloc(<usize>triangles * 12);
  listLeaving(star, indices, start, list);
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
  heap.free(star.twin);
  heap.free(star.from);
  heap.free(changetype<usize>(star));
}

function listLeaving(star: Star, indices: usize, start: usize, list: usize): void {
  const vertices = star.vertices;
  const from = star.from;
  memory.fill(start, 0, (<usize>vertices + 1) << 2);
  const corners = star.triangles * 3;
  for (let i = 0; i < corners; i++) {
    const v = at(indices, i);
    put(start, v, at(start, v) + 1);
  }
  let sum: u32 = 0;
  for (let v = 0; v <= vertices; v++) {
    sum += at(start, v);
    put(start, v, sum);
  }
  for (let t = star.triangles - 1; t >= 0; t--) {
    const half = t << 2;
    for (let i = 0; i < 3; i++) {
      const v = at(indices, 3 * t + i);
      const place = at(start, v) - 1;
      put(start, v, place);
      put(list, place, half + i);
      put(from, half + i, v);
    }
    put(from, half + 3, 0);
  }
}

/**
 * Pairs the half-edges that leave v (at `begin` to `end`) with those that arrive there, which come before them in their
 * triangles. `heads`: per vertex, v if one that leaves v goes there, and which.
 */
function findTwins(star: Star, v: u32, begin: usize, end: usize, heads: usize): void {
  const from = star.from;
  const twin = star.twin;
  const fans = star.fans;
  if (begin == end) return;
  put(star.leave, v, load<u32>(begin));
  for (let i = begin; i < end; i += 4) {
    const half = load<u32>(i);
    const head = at(from, nextOf(half));
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
    const place = heads + (<usize>at(from, half) << 3);
    if (load<u32>(place) == v) put(twin, half, load<u32>(place, 4));
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
    half = at(star.twin, previousOf(half));
  } while (half != first && half != NONE && seen <= most);
  return seen;
}

/** Triangles of the fan that begins at the half-edge of v that has no twin; 0 if there are several of them. */
function countOpenFan(star: Star, v: u32, begin: usize, end: usize, heads: usize): u32 {
  // A half-edge that leaves v has a twin if one that arrives comes from where it goes.
  for (let i = begin; i < end; i += 4) {
    const tail = at(star.from, previousOf(load<u32>(i)));
    const place = heads + (<usize>tail << 3);
    if (load<u32>(place) == v) store<u32>(place, NONE, 4);
  }
  let first = NONE;
  for (let i = begin; i < end; i += 4) {
    const half = load<u32>(i);
    if (at(heads, at(star.from, nextOf(half)) * 2 + 1) == NONE) continue;
    if (first != NONE) return 0;
    first = half;
  }
  if (first == NONE) return 0;
  put(star.leave, v, first);
  let seen: u32 = 0;
  for (let half = first; half != NONE && seen <= <u32>((end - begin) >> 2); seen++) half = at(star.twin, previousOf(half));
  return seen;
}
