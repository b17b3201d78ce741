import { at, BAD, CLOSED, nextOf, NONE, OPEN, previousOf, put, Star } from "./star";
import { addPlanes, cross, errorAt, errorOf, moveQuadric, POINT, QUADRIC, sum } from "./quadric";

/** Most triangles around a vertex that is removed. */
const MOST: u32 = 62;
/** Half-edges, ends and errors around the vertex at hand. */
const ring: usize = memory.data(256, 16);
const ends: usize = memory.data(256, 16);
const errors: usize = memory.data(256, 16);

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
/** Per vertex f32: no collapse of it has a smaller squared error. */
let costs: usize = 0;
let states: usize = 0;
/** Per vertex: number of the last vertex whose neighbour it was seen to be. */
let marks: usize = 0;
let mark: u32 = 0;

/**
 * Collapses edges of a mesh into one of their ends while the quadric error (Garland and Heckbert 1997) stays below
 * `bound`: `points` f32 x, y, z, 0 per vertex in units of the bound, `indices` those of the half-edges. They are
 * overwritten by those of the triangles that are left, in the same order.
 *
 * A collapse is done only if both ends have no other neighbours in common than the two triangles at the edge tell (the
 * link condition, Dey et al. 1999), so that a manifold mesh stays one, and if it turns no triangle by more than 75
 * degrees. Edges and vertices that are open or not manifold stay as they are.
 *
 * @returns the number of triangles left
 */
export function collapse(mesh: Star, places: usize, indices: usize, bound: f32): i32 {
  star = mesh;
  points = places;
  const count = <usize>star.vertices;
  quadrics = heap.alloc(count * QUADRIC);
  memory.fill(quadrics, 0, count * QUADRIC);
  costs = heap.alloc(count << 2);
  memory.fill(costs, 0, count << 2);
  states = heap.alloc(count);
  marks = heap.alloc(count << 2);
  memory.fill(marks, 0, count << 2);
  mark = 0;
  for (let v: usize = 0; v < count; v++) {
    const stays = load<u8>(star.fans + v) != CLOSED || at(star.leave, <u32>v) == NONE;
    store<u8>(states + v, stays ? OUT : FREE);
  }
  addPlanes(quadrics, points, indices, star.triangles);
  for (let s = 0; s < SWEEPS; s++) {
    const done = sweep(bound * bound * shareOf(s));
    if (shareOf(s) == 1 && done == 0) break;
  }
  heap.free(marks);
  heap.free(states);
  heap.free(costs);
  heap.free(quadrics);
  return writeTriangles(indices);
}

function shareOf(sweep: i32): f32 {
  return sweep < DOUBLINGS ? 1 / <f32>(1 << (DOUBLINGS - sweep)) : 1;
}

/** @returns the number of collapses */
function sweep(limit: f32): i32 {
  const vertices = star.vertices;
  let done = 0;
  for (let v = 0; v < vertices; v++) {
    if (load<u8>(states + v) == OUT || load<f32>(costs + (<usize>v << 2)) > limit) continue;
    if (remove(v, limit)) done++;
  }
  return done;
}

/** Collapses the vertex into the neighbour of least error, if that is below the limit and may be done. */
function remove(v: u32, limit: f32): bool {
  const quadric = quadrics + <usize>v * QUADRIC;
  const count = lookAround(v, quadric);
  const weight = f32x4.extract_lane(v128.load(quadric), 3);
  const most = limit * weight;
  let refused = false;
  while (true) {
    let best = NONE;
    let least = <f32>Infinity;
    for (let i: u32 = 0; i < count; i++) {
      const e = load<f32>(errors + (i << 2));
      if (e < least) {
        least = e;
        best = i;
      }
    }
    if (best == NONE || least > most) {
      store<f32>(costs + (<usize>v << 2), least / weight);
      break;
    }
    if (isAllowed(v, best, count)) {
        pull(v, best, count);
      return true;
    }
    refused = true;
    store<f32>(errors + (best << 2), <f32>Infinity);
  }
  if (refused) store<u8>(states + v, REFUSED);
  return false;
}

/**
 * Lists half-edges and neighbours around a vertex of one closed fan, and the errors of collapsing it into each, times
 * its weight. @returns how many they are; 0 if they are too many
 */
function lookAround(v: u32, quadric: usize): u32 {
 
  const from = star.from;
  const twin = star.twin;
  const p = v128.load(points + <usize>v * POINT);
  const squares = v128.load(quadric);
  const products = v128.load(quadric, 16);
  const b = v128.load(quadric, 32);
  const first = at(star.leave, v);
  let half = first;
  let count: u32 = 0;
  do {
    if (count == MOST) return 0;
    const end = at(from, nextOf(half));
    put(ring, count, half);
    put(ends, count, end);
    const d = f32x4.sub(v128.load(points + <usize>end * POINT), p);
    store<f32>(errors + (count << 2), errorOf(squares, products, b, d));
    count++;
    half = at(twin, previousOf(half));
  } while (half != first);
  return count;
}

function isAllowed(v: u32, place: u32, count: u32): bool {
  const w = at(ends, place);
  const fan = load<u8>(star.fans + w);
  if (fan == BAD || (fan == OPEN && bridges(place, count))) return false;
  return !flips(w, v, place, count) && isLinked(v, w, count);
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

/** Whether v and w have two neighbours in common, and more than a tetrahedron would be left. */
function isLinked(v: u32, w: u32, count: u32): bool {
  mark++;
  for (let i: u32 = 0; i < count; i++) put(marks, at(ends, i), mark);
  let common = 0;
  let others: u32 = 0;
  const first = at(star.leave, w);
  let half = first;
  do {
    if (at(marks, at(star.from, nextOf(half))) == mark) common++;
    others++;
    const before = previousOf(half);
    half = at(star.twin, before);
    if (half == NONE && at(marks, at(star.from, before)) == mark) common++;
  } while (half != first && half != NONE);
  if (half == NONE) {
    // w is at an open edge: what lies on the other side of where we began.
    half = at(star.twin, first);
    while (half != NONE) {
      half = nextOf(half);
      if (at(marks, at(star.from, nextOf(half))) == mark) common++;
      others++;
      half = at(star.twin, half);
    }
  }
  return common == 2 && (count > 3 || others > 3);
}

/** Whether a triangle around v turns too far when v moves to w. */
function flips(w: u32, v: u32, place: u32, count: u32): bool {
  const p = v128.load(points + <usize>v * POINT);
  const d = f32x4.sub(v128.load(points + <usize>w * POINT), p);
  let i = place + 1 == count ? 0 : place + 1;
  let a = f32x4.sub(v128.load(points + <usize>at(ends, i) * POINT), p);
  for (let left = count - 2; left > 0; left--) {
    i = i + 1 == count ? 0 : i + 1;
    const b = f32x4.sub(v128.load(points + <usize>at(ends, i) * POINT), p);
    const n = cross(a, b);
    // (a - d) x (b - d) = a x b - d x (b - a)
    const m = f32x4.sub(n, cross(d, f32x4.sub(b, a)));
    const before = sum(f32x4.mul(n, n));
    const dot = sum(f32x4.mul(n, m));
    if (before > 0 && (dot <= 0 || dot * dot < 0.0625 * before * sum(f32x4.mul(m, m)))) return true;
    a = b;
  }
  return false;
}

/** Removes v: its triangles become those of its neighbour w at `place`. */
function pull(v: u32, place: u32, count: u32): void {
  const w = at(ends, place);
  const from = star.from;
  const twin = star.twin;
  const leave = star.leave;
  for (let i: u32 = 0; i < count; i++) put(from, at(ring, i), w);
  const one = at(ring, place);
  const two = at(twin, one);
  const a1 = at(twin, nextOf(one));
  const a2 = at(twin, previousOf(one));
  const b1 = at(twin, nextOf(two));
  const b2 = at(twin, previousOf(two));
  put(twin, a2, a1);
  if (a1 != NONE) put(twin, a1, a2);
  put(twin, b1, b2);
  if (b2 != NONE) put(twin, b2, b1);
  put(leave, w, a2);
  put(leave, at(from, nextOf(a2)), nextOf(a2));
  put(leave, at(from, b1), b1);
  put(from, one | 3, 1);
  put(from, two | 3, 1);
  store<u8>(states + v, OUT);
  const q = v128.load(points + <usize>w * POINT);
  const d = f32x4.sub(q, v128.load(points + <usize>v * POINT));
  moveQuadric(quadrics + <usize>v * QUADRIC, quadrics + <usize>w * QUADRIC, d);
  for (let i: u32 = 0; i < count; i++) {
    const x = at(ends, i);
    const state = load<u8>(states + x);
    if (state == OUT) continue;
    store<u8>(states + x, FREE);
    const cost = costs + (<usize>x << 2);
    if (x == w || state == REFUSED) store<f32>(cost, 0);
    else {
      const e = errorAt(quadrics + <usize>x * QUADRIC, f32x4.sub(q, v128.load(points + <usize>x * POINT)));
      store<f32>(cost, min(load<f32>(cost), e));
    }
  }
}

function writeTriangles(indices: usize): i32 {
  let left = 0;
  for (let t = 0; t < star.triangles; t++) {
    const half = t << 2;
    if (at(star.from, half + 3) != 0) continue;
    put(indices, 3 * left, at(star.from, half));
    put(indices, 3 * left + 1, at(star.from, half + 1));
    put(indices, 3 * left + 2, at(star.from, half + 2));
    left++;
  }
  return left;
}

