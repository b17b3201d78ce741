import {
  at, BAD, fromOf, nextOf, NONE, put, setTwin, Star, sumUp, TRIANGLE, turnOf,
} from "./star";

/** Most half-edges that a list has for one vertex: more are not expected. */
const MOST: usize = 4096;
/** Those of the list at hand that arrive. */
let arrived: usize = 0;

/**
 * Finds the twins of all half-edges of a mesh that has no open edges: along every edge there are as many triangles in
 * either direction. Those of edges of more than two triangles have none. Of another mesh nothing is left but twins that
 * mean nothing; nor of one whose triangles do not begin with their lowest vertex, in the order of these.
 *
 * Every edge is seen to at its lower vertex. Two of a triangle's are known there by the order; a list per vertex has the
 * third ones.
 *
 * @returns whether the mesh is such: then all its fans are closed or bad
 */
export function pairAll(star: Star): bool {
  const starts = heap.alloc((<usize>star.vertices + 1) << 2);
  const thirds = heap.alloc(<usize>star.triangles << 2);
  // Per vertex u32: the last vertex from which a half-edge to it waits for its twin, and that half-edge.
  const waiting = heap.alloc((<usize>star.vertices + 1) << 3);
  arrived = heap.alloc(MOST << 2);
  star.whole = true;
  const closed = listThirds(star, starts, thirds) && pairTwins(star, starts, thirds, waiting);
  if (closed && !(star.whole && areFansWhole(star))) findBadFans(star, waiting);
  heap.free(arrived);
  heap.free(waiting);
  heap.free(thirds);
  heap.free(starts);
  return closed;
}

/** Lists the half-edges from second to third vertices by the lower one, and leaves the first that leaves each vertex. */
function listThirds(star: Star, starts: usize, thirds: usize): bool {
  const vertices = star.vertices;
  const leave = star.leave;
  const end = star.mesh + <usize>star.triangles * TRIANGLE;
  memory.fill(starts, 0, (<usize>vertices + 1) << 2);
  let before: u32 = 0;
  for (let triangle = star.mesh; triangle < end; triangle += TRIANGLE) {
    const a = load<u32>(triangle);
    const b = load<u32>(triangle, 4);
    const c = load<u32>(triangle, 8);
    if (a < before || a >= b || a >= c || b == c) return false;
    before = a;
    const lower = min(b, c);
    put(starts, lower, at(starts, lower) + 1);
  }
  sumUp(starts, vertices);
  for (let t = star.triangles - 1; t >= 0; t--) {
    const half: u32 = t << 5;
    const triangle = star.mesh + half;
    const b = load<u32>(triangle, 4);
    const c = load<u32>(triangle, 8);
    put(leave, load<u32>(triangle), half);
    put(leave, b, half + 4);
    put(leave, c, half + 8);
    const lower = min(b, c);
    const place = at(starts, lower) - 1;
    put(starts, lower, place);
    put(thirds, place, half + 4);
  }
  return true;
}

function pairTwins(star: Star, starts: usize, thirds: usize, waiting: usize): bool {
  const vertices = star.vertices;
  const mesh = star.mesh;
  const size: u32 = star.triangles << 5;
  memory.fill(waiting, 255, (<usize>vertices + 1) << 3);
  // Those that arrive are put where nobody looks, and kept for the second round.
  const nowhere = waiting + (<usize>vertices << 3);
  let own: u32 = 0;
  for (let v: u32 = 0; v < <u32>vertices; v++) {
    const begin = thirds + (<usize>at(starts, v) << 2);
    const end = thirds + (<usize>at(starts, v + 1) << 2);
    if (end - begin > MOST << 2) return false;
    const first = own;
    let paired = true;
    for (; own < size && fromOf(mesh, own) == v; own += <u32>TRIANGLE) {
      const place = waiting + (<usize>fromOf(mesh, own + 4) << 3);
      if (load<u32>(place) == v) paired = false;
      store<u64>(place, (<u64>own << 32) | v);
    }
    let leaving = (own - first) >> 5;
    let arriving = leaving;
    let last = arrived;
    for (let i = begin; i < end; i += 4) {
      const half = load<u32>(i);
      const isLeaving = fromOf(mesh, half) == v;
      const place = isLeaving ? waiting + (<usize>fromOf(mesh, half + 4) << 3) : nowhere;
      // Both are computed: which it is cannot be foreseen.
      if ((u32(isLeaving) & u32(load<u32>(place) == v)) != 0) paired = false;
      store<u64>(place, (<u64>half << 32) | v);
      store<u32>(last, half);
      last += isLeaving ? 0 : 4;
      leaving += u32(isLeaving);
      arriving += u32(!isLeaving);
    }
    if (leaving != arriving) return false;
    for (let half = first + 8; half < own; half += <u32>TRIANGLE) {
      if (!pair(mesh, v, half, waiting)) paired = false;
    }
    for (let i = arrived; i < last; i += 4) {
      if (!pair(mesh, v, load<u32>(i), waiting)) paired = false;
    }
    if (!paired && !pairOneByOne(star, v, first, own, begin, end)) return false;
  }
  return true;
}

/** Pairs a half-edge that arrives at v with the one that waits for it, if there is one. */
// @ts-ignore: decorator
@inline
function pair(mesh: usize, v: u32, half: u32, waiting: usize): bool {
  const place = waiting + (<usize>fromOf(mesh, half) << 3);
  const both = load<u64>(place);
  if (<u32>both != v) return false;
  store<u32>(place, NONE);
  const back = <u32>(both >>> 32);
  setTwin(mesh, back, half);
  setTwin(mesh, half, back);
  return true;
}

/**
 * Pairs the half-edges of a vertex, at edges of which there may be more than two: they are those of the triangles from
 * `first` to `own` that leave it and arrive there, and those of a list. @returns whether no edge is open
 */
function pairOneByOne(star: Star, v: u32, first: u32, own: u32, begin: usize, end: usize): bool {
  const mesh = star.mesh;
  const count = ((own - first) >> 5) * 2 + <u32>((end - begin) >> 2);
  const edges = heap.alloc(<usize>count << 2);
  let last = edges;
  for (let half = first; half < own; half += <u32>TRIANGLE) {
    store<u32>(last, half);
    store<u32>(last, half + 8, 4);
    last += 8;
  }
  for (let i = begin; i < end; i += 4, last += 4) store<u32>(last, load<u32>(i));
  let closed = true;
  for (let i = edges; i < last; i += 4) {
    const half = load<u32>(i);
    const other = otherEnd(mesh, half, v);
    let leaving = 0;
    let arriving = 0;
    let twin = NONE;
    for (let j = edges; j < last; j += 4) {
      const one = load<u32>(j);
      if (otherEnd(mesh, one, v) != other) continue;
      const leaves = fromOf(mesh, one) == v;
      leaving += i32(leaves);
      arriving += i32(!leaves);
      if (leaves != (fromOf(mesh, half) == v)) twin = one;
    }
    if (leaving != arriving) closed = false;
    setTwin(mesh, half, leaving == 1 ? twin : NONE);
    if (leaving == 1) continue;
    star.whole = false;
    store<u8>(star.fans + v, BAD);
    store<u8>(star.fans + other, BAD);
  }
  heap.free(edges);
  return closed;
}

function otherEnd(mesh: usize, half: u32, v: u32): u32 {
  const from = fromOf(mesh, half);
  return from == v ? fromOf(mesh, nextOf(half)) : from;
}

/** Whether a walk around each vertex meets all triangles there: together they meet each triangle three times. */
function areFansWhole(star: Star): bool {
  const mesh = star.mesh;
  let left: u32 = star.triangles * 3;
  for (let v = 0; v < star.vertices; v++) {
    const first = at(star.leave, v);
    if (first != NONE) left -= fanOf(mesh, first);
  }
  return left == 0;
}

/** Triangles met on the way around a vertex, from a half-edge that leaves it. */
// @ts-ignore: decorator
@inline
function fanOf(mesh: usize, first: u32): u32 {
  let seen: u32 = 0;
  let half = first;
  do {
    seen++;
    half = turnOf(mesh, half);
  } while (half != first);
  return seen;
}

/** Vertices where a walk does not meet all triangles are bad. Those of bad edges are known to be. */
function findBadFans(star: Star, counts: usize): void {
  star.whole = false;
  const mesh = star.mesh;
  memory.fill(counts, 0, <usize>star.vertices << 2);
  const end = mesh + <usize>star.triangles * TRIANGLE;
  for (let triangle = mesh; triangle < end; triangle += TRIANGLE) {
    for (let i: usize = 0; i < 12; i += 4) {
      const v = load<u32>(triangle + i);
      put(counts, v, at(counts, v) + 1);
    }
  }
  for (let v = 0; v < star.vertices; v++) {
    const first = at(star.leave, v);
    if (first == NONE || load<u8>(star.fans + v) == BAD) continue;
    if (fanOf(mesh, first) != at(counts, v)) store<u8>(star.fans + v, BAD);
  }
}
