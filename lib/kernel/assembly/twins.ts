import { at, fromOf, nextOf, NONE, put, setTwin, Star, TRIANGLE, turnOf, twinOf } from "./star";

/**
 * Finds the twins of all half-edges of a mesh without open edges in which every edge has two triangles, one along it in
 * either direction, and all triangles around a vertex are one fan. Of another one nothing is left but twins that mean
 * nothing; nor of one whose triangles do not begin with their lowest vertex, in the order of these.
 *
 * Every edge is seen to at its lower vertex. Two of a triangle's are known there by the order; a list per vertex has the
 * third ones.
 *
 * @returns whether the mesh is such
 */
export function pairAll(star: Star): bool {
  const starts = heap.alloc((<usize>star.vertices + 1) << 2);
  const thirds = heap.alloc(<usize>star.triangles << 2);
  // Per vertex the half-edge to it from the vertex at hand.
  const halves = heap.alloc((<usize>star.vertices + 1) << 2);
  const whole = listThirds(star, starts, thirds) && pairTwins(star, starts, thirds, halves) && areFansWhole(star);
  heap.free(halves);
  heap.free(thirds);
  heap.free(starts);
  return whole;
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
  let sum: u32 = 0;
  for (let v = 0; v <= vertices; v++) {
    sum += at(starts, v);
    put(starts, v, sum);
  }
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

function pairTwins(star: Star, starts: usize, thirds: usize, halves: usize): bool {
  const vertices = star.vertices;
  const mesh = star.mesh;
  const size: u32 = star.triangles << 5;
  memory.fill(halves, 0, (<usize>vertices + 1) << 2);
  let own: u32 = 0;
  for (let v: u32 = 0; v < <u32>vertices; v++) {
    const begin = thirds + (<usize>at(starts, v) << 2);
    const end = thirds + (<usize>at(starts, v + 1) << 2);
    const first = own;
    for (; own < size && fromOf(mesh, own) == v; own += <u32>TRIANGLE) {
      put(halves, fromOf(mesh, own + 4), own);
      setTwin(mesh, own, NONE);
    }
    let leaving = (own - first) >> 5;
    let arriving = leaving;
    let arrived = begin;
    for (let i = begin; i < end; i += 4) {
      const half = load<u32>(i);
      const isLeaving = fromOf(mesh, half) == v;
      // Those that arrive are put where nobody looks, and kept for the second round.
      put(halves, isLeaving ? fromOf(mesh, half + 4) : vertices, half);
      setTwin(mesh, half, NONE);
      store<u32>(arrived, half);
      arrived += isLeaving ? 0 : 4;
      leaving += u32(isLeaving);
      arriving += u32(!isLeaving);
    }
    if (leaving != arriving) return false;
    for (let half = first + 8; half < own; half += <u32>TRIANGLE) {
      if (!pair(mesh, v, half, halves)) return false;
    }
    for (let i = begin; i < arrived; i += 4) {
      if (!pair(mesh, v, load<u32>(i), halves)) return false;
    }
  }
  return true;
}

/** Pairs a half-edge that arrives at v with the one that leaves v to where it comes from, if there is one and it is free. */
// @ts-ignore: decorator
@inline
function pair(mesh: usize, v: u32, half: u32, halves: usize): bool {
  const tail = fromOf(mesh, half);
  const back = at(halves, tail);
  if (fromOf(mesh, back) != v || fromOf(mesh, nextOf(back)) != tail || twinOf(mesh, back) != NONE) return false;
  setTwin(mesh, back, half);
  setTwin(mesh, half, back);
  return true;
}

/** Whether a walk around each vertex meets all triangles there: together they meet each triangle three times. */
function areFansWhole(star: Star): bool {
  const mesh = star.mesh;
  let left: u32 = star.triangles * 3;
  for (let v = 0; v < star.vertices; v++) {
    const first = at(star.leave, v);
    if (first == NONE) continue;
    let half = first;
    do {
      left--;
      half = turnOf(mesh, half);
    } while (half != first);
  }
  return left == 0;
}
