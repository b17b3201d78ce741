import { FACE, Field, GRID, LOOPS, VERTEX } from "./field";

/** Bytes of a piece: label, triangles, vertices. */
export const PIECE: usize = 12;

/**
 * Last pass over a block: faces become triangles, sorted by label, and the vertices of each label are numbered from 0
 * in the order of use. Leaves the labels that have triangles, ascending, in `piece`; the triangles of all in `triangle`
 * (u32, three each), positions (i32, x, y, z from the volume's origin) and keys (f64) of their vertices.
 *
 * Only the first layer of clusters and the layer past the owned ones share vertices with other blocks. Key = cluster
 * of the volume x LOOPS + number in it: exact in a double below 2^48 clusters; -1 for others.
 *
 * @returns the number of pieces
 */
export function gatherPieces(field: Field, x0: i32, y0: i32, z0: i32, wide: f64, high: f64): i32 {
  const pieces = sumTriangles(field);
  const triangles = load<u32>(field.first + (<usize>field.labelCount << 2));
  field.triangle = heap.alloc(<usize>triangles * 12);
  splitFaces(field);
  heap.free(field.face);
  const vertices = <usize>field.vertices;
  field.position = heap.alloc(vertices * 12);
  field.key = heap.alloc(vertices << 3);
  const number = heap.alloc(vertices << 2);
  memory.fill(number, 255, vertices << 2);
  numberVertices(field, number, pieces, x0, y0, z0, wide, high);
  heap.free(number);
  heap.free(field.vertex);
  return pieces;
}

/** Number of the first triangle of each label from their counts, and the list of pieces. */
function sumTriangles(field: Field): i32 {
  const labelCount = <usize>field.labelCount;
  field.piece = heap.alloc(labelCount * PIECE);
  let pieces = 0;
  let total: u32 = 0;
  for (let label: usize = 0; label < labelCount; label++) {
    const at = field.first + (label << 2);
    const count = load<u32>(at);
    store<u32>(at, total);
    total += count;
    if (count == 0) continue;
    const piece = field.piece + <usize>(pieces++) * PIECE;
    store<u32>(piece, <u32>label);
    store<u32>(piece, count, 4);
  }
  store<u32>(field.first + (labelCount << 2), total);
  return pieces;
}

/** Cuts quads along the shorter diagonal. Positions are integers, so the choice is the same in every block. */
function splitFaces(field: Field): void {
  const vertex = field.vertex;
  const first = field.first;
  const triangle = field.triangle;
  const end = field.face + <usize>field.faceCount * FACE;
  for (let at = field.face; at < end; at += FACE) {
    const a = load<u32>(at);
    const b = load<u32>(at, 4);
    const c = load<u32>(at, 8);
    const d = load<i32>(at, 12);
    const next = first + (<usize>load<u32>(at, 16) << 2);
    const number = load<u32>(next);
    const to = triangle + <usize>number * 12;
    const other = d >= 0 && distance(vertex, b, d) < distance(vertex, a, c);
    store<u32>(to, a);
    store<u32>(to, b, 4);
    store<u32>(to, other ? d : c, 8);
    if (d >= 0) {
      store<u32>(to, other ? b : a, 12);
      store<u32>(to, c, 16);
      store<u32>(to, d, 20);
    }
    store<u32>(next, number + (d >= 0 ? 2 : 1));
  }
}

// @ts-ignore: decorator
@inline
function distance(vertex: usize, a: u32, b: u32): i32 {
  const p = v128.load(vertex + (<usize>a << 4));
  const q = v128.load(vertex + (<usize>b << 4));
  const d = i32x4.sub(p, q);
  const s = i32x4.mul(d, d);
  return i32x4.extract_lane(s, 0) + i32x4.extract_lane(s, 1) + i32x4.extract_lane(s, 2);
}

function numberVertices(
  field: Field, number: usize, pieces: i32, x0: i32, y0: i32, z0: i32, wide: f64, high: f64,
): void {
  const origin = i32x4(2 * GRID * x0, 2 * GRID * y0, 2 * GRID * z0, 0);
  let triangle = field.triangle;
  let position = field.position;
  let key = field.key;
  for (let p = 0; p < pieces; p++) {
    const piece = field.piece + <usize>p * PIECE;
    const end = triangle + <usize>load<u32>(piece, 4) * 12;
    let count: i32 = 0;
    for (; triangle < end; triangle += 4) {
      const vertex = load<u32>(triangle);
      let n = load<i32>(number + (<usize>vertex << 2));
      if (n < 0) {
        n = count++;
        store<i32>(number + (<usize>vertex << 2), n);
        const at = v128.load(field.vertex + <usize>vertex * VERTEX);
        const moved = i32x4.add(at, origin);
        store<i64>(position, i64x2.extract_lane(moved, 0));
        store<i32>(position, i32x4.extract_lane(moved, 2), 8);
        store<f64>(key, keyOf(field, i32x4.extract_lane(at, 3), x0, y0, z0, wide, high));
        position += 12;
        key += 8;
      }
      store<u32>(triangle, n);
    }
    store<u32>(piece, count, 8);
  }
}

// @ts-ignore: decorator
@inline
function keyOf(field: Field, place: u32, x0: i32, y0: i32, z0: i32, wide: f64, high: f64): f64 {
  const cluster = <i32>(place >> 5);
  const line = cluster / field.nx;
  const x = cluster - line * field.nx;
  const z = line / field.ny;
  const y = line - z * field.ny;
  const inner = x > 0 && y > 0 && z > 0 && x < field.ox && y < field.oy && z < field.oz;
  if (inner) return -1;
  return ((<f64>(z + z0) * high + <f64>(y + y0)) * wide + <f64>(x + x0)) * LOOPS + <f64>(place & 31);
}
