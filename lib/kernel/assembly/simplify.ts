import { collapse } from "./collapse";
import { createParts, hasLost, releaseParts } from "./parts";
import { POINT } from "./quadric";
import { at, BAD, createStar, put, releaseStar } from "./star";

/**
 * Simplifies a mesh in place: positions f32 x, y, z per vertex, indices three per triangle. `bound` is that of
 * `collapse`.
 *
 * `result`, u32: triangles left; vertices left; whether edges or vertices of the given mesh are not manifold; whether a
 * connected part has vanished, turned inside out or lost half its volume. If so, all vertices stay; else those that no
 * triangle uses are left out, and the others keep their order.
 */
export function simplify(
  positions: usize, vertices: i32, indices: usize, triangles: i32, bound: f32, result: usize,
): void {
  const count = <usize>vertices;
  const points = heap.alloc(count * POINT);
  for (let v: usize = 0; v < count; v++) {
    const from = positions + v * 12;
    store<u64>(points + v * POINT, load<u64>(from));
    store<u64>(points + v * POINT, load<u32>(from, 8), 8);
  }
  const parts = createParts(points, vertices, indices, triangles);
  const star = createStar(indices, triangles, vertices);
  let bad = false;
  for (let v: usize = 0; v < count; v++) if (load<u8>(star.fans + v) == BAD) bad = true;
  const left = collapse(star, points, indices, bound);
  releaseStar(star);
  const lost = hasLost(parts, points, indices, left);
  releaseParts(parts);
  heap.free(points);
  store<u32>(result, left);
  store<u32>(result, lost ? vertices : compact(positions, vertices, indices, left), 4);
  store<u32>(result, bad ? 1 : 0, 8);
  store<u32>(result, lost ? 1 : 0, 12);
}

/** Leaves out the vertices that no triangle uses. @returns how many are left */
function compact(positions: usize, vertices: i32, indices: usize, triangles: i32): i32 {
  const number = heap.alloc(<usize>vertices << 2);
  memory.fill(number, 0, <usize>vertices << 2);
  const end = indices + <usize>triangles * 12;
  for (let i = indices; i < end; i += 4) put(number, load<u32>(i), 1);
  let count: i32 = 0;
  for (let v = 0; v < vertices; v++) {
    if (at(number, v) == 0) continue;
    const from = positions + <usize>v * 12;
    const to = positions + <usize>count * 12;
    store<u64>(to, load<u64>(from));
    store<u32>(to, load<u32>(from, 8), 8);
    put(number, v, count++);
  }
  for (let i = indices; i < end; i += 4) store<u32>(i, at(number, load<u32>(i)));
  heap.free(number);
  return count;
}
