import { sortTriangles } from "./faces";
import { areAlike, sortVertices } from "./order";
import { at, put } from "./star";
import { highest, lowest, weld } from "./weld";

/**
 * Joins pieces of one label: see `joinPieces` of lib/volume/mesh/weld.ts. They lie one after another, as `encodePiece`
 * made them, in each of `count` spans: u32 begin and end. Traps if something is no whole piece.
 *
 * `result`, 32 bits each: vertices; triangles; address of positions (f32 x, y, z, 0, voxels) and of triangles (see
 * `Star`), both in canonical order and to be released; lowest x, y, z and highest x, y, z in 1/GRID voxel; whether two
 * vertices have the same position.
 */
export function join(spans: usize, count: i32, result: usize): void {
  const welded = weld(spans, count);
  const vertices = welded.vertices;
  const number = welded.number;
  const rank = heap.alloc(<usize>vertices << 2);
  const positions = sortVertices(welded.points, vertices, rank);
  heap.free(welded.points);
  for (let i: u32 = 0; i < welded.total; i++) put(number, i, at(rank, at(number, i)));
  heap.free(rank);
  const mesh = sortTriangles(spans, count, number, vertices, welded.triangles);
  heap.free(number);
  store<u32>(result, vertices);
  store<u32>(result, welded.triangles, 4);
  store<u32>(result, <u32>positions, 8);
  store<u32>(result, <u32>mesh, 12);
  for (let d: usize = 0; d < 12; d += 4) {
    store<i32>(result + d, load<i32>(lowest + d), 16);
    store<i32>(result + d, load<i32>(highest + d), 28);
  }
  store<u32>(result, u32(areAlike), 40);
}
