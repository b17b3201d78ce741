import { collapse } from "./collapse";
import { createParts, findLost, LARGE_LOSS, releaseParts, restoreLost, SMALL_LOSS } from "./parts";
import { at, BAD, CLOSED, copyThree, createStar, put, releaseStar, Star, TRIANGLE } from "./star";

/**
 * Simplifies a mesh in place: positions f32 x, y, z, 0 per vertex, triangles as `Star` has them. `bound` is that of
 * `collapse`. Leaves positions of three numbers and triangles of three vertices. Small connected parts that would vanish,
 * turn inside out or lose half their volume are put back, behind all others.
 *
 * `result`, u32: triangles left; vertices left; whether edges or vertices of the given mesh are not manifold; whether a
 * large part is lost like that. If so, all vertices stay; else those that no triangle uses are left out, and the others
 * keep their order, and there are, to be released, the vertices at which not all triangles are one closed fan, ascending:
 * their address, and how many they are.
 */
export function simplify(
  points: usize, vertices: i32, mesh: usize, triangles: i32, bound: f32, result: usize,
): void {
  const star = createStar(mesh, triangles, vertices);
  const parts = createParts(star, points);
  collapse(star, points, bound);
  let left = packTriangles(mesh, triangles);
  const loss = findLost(parts, points, mesh, left);
  if (loss == SMALL_LOSS) left = restoreLost(parts, mesh, left);
  releaseParts(parts);
  store<u32>(result, left);
  store<u32>(result, !star.whole && isBad(star) ? 1 : 0, 8);
  store<u32>(result, loss == LARGE_LOSS ? 1 : 0, 12);
  if (loss == LARGE_LOSS) {
    packPoints(points, vertices);
    store<u32>(result, vertices, 4);
    store<u32>(result, <u32>heap.alloc(0), 16);
    store<u32>(result, 0, 20);
  } else {
    const number = heap.alloc(<usize>vertices << 2);
    store<u32>(result, compact(points, vertices, mesh, left, number), 4);
    listSuspects(star, number, result);
    heap.free(number);
  }
  releaseStar(star);
}

/** Leaves positions of three numbers and triangles of three vertices of what `join` made, and nothing between them. */
export function pack(points: usize, vertices: i32, mesh: usize, triangles: i32): void {
  packPoints(points, vertices);
  packTriangles(mesh, triangles);
}

function isBad(star: Star): bool {
  for (let v = 0; v < star.vertices; v++) if (load<u8>(star.fans + v) == BAD) return true;
  return false;
}

function packPoints(points: usize, vertices: i32): void {
  for (let v = 0; v < vertices; v++) move(points, v, v);
}

/** Packs the position of a vertex to a place that is not behind it. */
// @ts-ignore: decorator
@inline
function move(points: usize, vertex: u32, place: u32): void {
  copyThree(points + (<usize>vertex << 4), points + <usize>place * 12);
}

/** Packs the vertices of the triangles that are not gone. @returns how many they are */
function packTriangles(mesh: usize, triangles: i32): i32 {
  const end = mesh + <usize>triangles * TRIANGLE;
  let to = mesh;
  for (let from = mesh; from < end; from += TRIANGLE) {
    if (load<u32>(from, 12) != 0) continue;
    copyThree(from, to);
    to += 12;
  }
  return <i32>((to - mesh) / 12);
}

const UNUSED: u32 = 0xffffffff;

/** Leaves out the vertices that no triangle uses; `number` gets the others' new numbers. @returns how many are left */
function compact(points: usize, vertices: i32, indices: usize, triangles: i32, number: usize): i32 {
  memory.fill(number, 255, <usize>vertices << 2);
  const end = indices + <usize>triangles * 12;
  for (let i = indices; i < end; i += 4) put(number, load<u32>(i), 0);
  let count: i32 = 0;
  for (let v = 0; v < vertices; v++) {
    if (at(number, v) == UNUSED) continue;
    move(points, v, count);
    put(number, v, count++);
  }
  for (let i = indices; i < end; i += 4) store<u32>(i, at(number, load<u32>(i)));
  return count;
}

function listSuspects(star: Star, number: usize, result: usize): void {
  let count: u32 = 0;
  if (!star.whole) for (let v = 0; v < star.vertices; v++) if (load<u8>(star.fans + v) != CLOSED) count++;
  const list = heap.alloc(<usize>count << 2);
  store<u32>(result, <u32>list, 16);
  if (count > 0) {
    count = 0;
    for (let v = 0; v < star.vertices; v++) {
      if (load<u8>(star.fans + v) != CLOSED && at(number, v) != UNUSED) put(list, count++, at(number, v));
    }
  }
  store<u32>(result, count, 20);
}
