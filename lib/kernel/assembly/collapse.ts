import { addPlanes, errorAt, moveQuadric, POINT, QUADRIC } from "./quadric";
import { ends, errors, flips, isEnd, leastError, lookAround, measureErrors, placeOf, ring } from "./ring";
import {
  at, BAD, CLOSED, fromOf, nextOf, NONE, OPEN, previousOf, put, setTwin, Star, turnOf, twinOf,
} from "./star";

const FREE: u8 = 0;
/** Something was refused at less than its costs; until something changes around the vertex, the same holds. */
const REFUSED: u8 = 1;
/** Gone, or never to be removed. */
const OUT: u8 = 2;

/** Cheap collapses come first: the squared bound of a sweep is twice that of the one before, and that of the last few. */
const DOUBLINGS: i32 = 4;
const SWEEPS: i32 = 8;

let star: Star = changetype<Star>(0);
let points: usize = 0;
let quadrics: usize = 0;
/** Per vertex f32: no collapse of it has a smaller squared error. Infinite for those that are out. */
let costs: usize = 0;
let states: usize = 0;

/**
 * Collapses edges of a mesh into one of their ends while the quadric error (Garland and Heckbert 1997) stays below
 * `bound`: `points` f32 x, y, z, 0 per vertex in units of the bound. Triangles that go are marked as gone.
 *
 * A collapse is done only if both ends have no other neighbours in common than the two triangles at the edge tell (the
 * link condition, Dey et al. 1999), so that a manifold mesh stays one, and if it turns no triangle by more than 75
 * degrees. Edges and vertices that are open or not manifold stay as they are.
 */
export function collapse(mesh: Star, places: usize, bound: f32): void {
  star = mesh;
  points = places;
  const count = <usize>star.vertices;
  quadrics = heap.alloc(count * QUADRIC);
  memory.fill(quadrics, 0, count * QUADRIC);
  costs = heap.alloc(count << 2);
  states = heap.alloc(count);
  for (let v: usize = 0; v < count; v++) {
    const stays = load<u8>(star.fans + v) != CLOSED || at(star.leave, <u32>v) == NONE;
    store<u8>(states + v, stays ? OUT : FREE);
    store<f32>(costs + (v << 2), stays ? <f32>Infinity : 0);
  }
  addPlanes(quadrics, points, star.mesh, star.triangles);
  for (let s = 0; s < SWEEPS; s++) {
    const done = sweep(bound * bound * shareOf(s));
    if (shareOf(s) == 1 && done == 0) break;
  }
  heap.free(states);
  heap.free(costs);
  heap.free(quadrics);
}

function shareOf(sweep: i32): f32 {
  return sweep < DOUBLINGS ? 1 / <f32>(1 << (DOUBLINGS - sweep)) : 1;
}

/** @returns the number of collapses */
function sweep(limit: f32): i32 {
  const vertices = star.vertices;
  const most = f32x4.splat(limit);
  let done = 0;
  for (let v = 0; v < vertices; ) {
    if (v + 4 <= vertices && i32x4.bitmask(f32x4.gt(v128.load(costs + (<usize>v << 2)), most)) == 15) {
      v += 4;
      continue;
    }
    // What is done to one changes the costs of the next.
    for (const end = min(v + 4, vertices); v < end; v++) {
      if (load<u8>(states + v) == OUT || load<f32>(costs + (<usize>v << 2)) > limit) continue;
      if (remove(v, limit)) done++;
    }
  }
  return done;
}

/** Collapses the vertex into the neighbour of least error, if that is below the limit and may be done. */
function remove(v: u32, limit: f32): bool {
  const quadric = quadrics + <usize>v * QUADRIC;
  const count = lookAround(star, points, v);
  measureErrors(quadric, count);
  const weight = load<f32>(quadric, 12);
  const most = limit * weight;
  let refused = false;
  while (true) {
    const least = leastError(count);
    if (least == <f32>Infinity || least > most) {
      store<f32>(costs + (<usize>v << 2), least / weight);
      break;
    }
    const best = placeOf(least);
    if (isAllowed(v, best, count)) {
      pull(v, best, count, limit);
      return true;
    }
    refused = true;
    store<f32>(errors + (<usize>best << 2), <f32>Infinity);
  }
  if (refused) store<u8>(states + v, REFUSED);
  return false;
}

function isAllowed(v: u32, place: u32, count: u32): bool {
  const w = at(ends, place);
  const fan = load<u8>(star.fans + w);
  if (fan == BAD || (fan == OPEN && bridges(place, count))) return false;
  return !flips(place, count) && isLinked(w, count);
}

/**
 * Whether a collapse into the open vertex at `place` would make an edge or a triangle of such vertices alone: the mesh on
 * the other side of the seam, simplified by itself, could get the same one. (What is bad may be open as well.)
 */
function bridges(place: u32, count: u32): bool {
  if (count == 3) return true;
  const last = place == 0 ? count - 1 : place - 1;
  let i = place;
  for (let left = count - 3; left > 0; left--) {
    i = i + 1 == count ? 0 : i + 1;
    const other = i + 1 == count ? 0 : i + 1;
    if (other != last && load<u8>(star.fans + at(ends, other)) != CLOSED) return true;
  }
  return false;
}

/** Whether w and the vertex looked at have two neighbours in common, and more than a tetrahedron would be left. */
function isLinked(w: u32, count: u32): bool {
  const mesh = star.mesh;
  let common = 0;
  let others: u32 = 0;
  const first = at(star.leave, w);
  let half = first;
  do {
    if (isEnd(fromOf(mesh, nextOf(half)), count)) common++;
    others++;
    const before = previousOf(half);
    half = turnOf(mesh, half);
    if (half == NONE && isEnd(fromOf(mesh, before), count)) common++;
  } while (half != first && half != NONE);
  if (half == NONE) {
    // w is at an open edge: what lies on the other side of where we began.
    half = twinOf(mesh, first);
    while (half != NONE) {
      half = nextOf(half);
      if (isEnd(fromOf(mesh, nextOf(half)), count)) common++;
      others++;
      half = twinOf(mesh, half);
    }
  }
  return common == 2 && (count > 3 || others > 3);
}

/** Removes v: its triangles become those of its neighbour w at `place`. */
function pull(v: u32, place: u32, count: u32, limit: f32): void {
  const w = at(ends, place);
  const mesh = star.mesh;
  const leave = star.leave;
  for (let i: u32 = 0; i < count; i++) store<u32>(mesh + at(ring, i), w);
  const one = at(ring, place);
  const two = twinOf(mesh, one);
  const a1 = turnOf(mesh, previousOf(one));
  const a2 = turnOf(mesh, one);
  const b1 = turnOf(mesh, previousOf(two));
  const b2 = turnOf(mesh, two);
  setTwin(mesh, a2, a1);
  if (a1 != NONE) setTwin(mesh, a1, a2);
  setTwin(mesh, b1, b2);
  if (b2 != NONE) setTwin(mesh, b2, b1);
  put(leave, w, a2);
  put(leave, fromOf(mesh, nextOf(a2)), nextOf(a2));
  put(leave, fromOf(mesh, b1), b1);
  store<u32>(mesh + (one | 12), 1);
  store<u32>(mesh + (two | 12), 1);
  store<u8>(states + v, OUT);
  store<f32>(costs + (<usize>v << 2), <f32>Infinity);
  const q = v128.load(points + <usize>w * POINT);
  const d = f32x4.sub(q, v128.load(points + <usize>v * POINT));
  moveQuadric(quadrics + <usize>v * QUADRIC, quadrics + <usize>w * QUADRIC, d);
  for (let i: u32 = 0; i < count; i++) {
    const x = at(ends, i);
    const state = load<u8>(states + x);
    if (state == OUT) continue;
    store<u8>(states + x, FREE);
    const cost = costs + (<usize>x << 2);
    const before = load<f32>(cost);
    if (x == w || state == REFUSED) store<f32>(cost, 0);
    else if (before > limit) {
      // What costs less is looked at again anyway, when it is met next.
      const e = errorAt(quadrics + <usize>x * QUADRIC, f32x4.sub(q, v128.load(points + <usize>x * POINT)));
      store<f32>(cost, min(before, e));
    }
  }
}
