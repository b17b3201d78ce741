import { GRID, type SurfacePiece } from "../../../../lib/format/pack.ts";
import type { Vec3 } from "../../../../lib/format/vec.ts";
import { LOOPS } from "./cluster.ts";
import type { Field } from "./field.ts";

/**
 * Last pass over a block: faces become triangles, sorted by label, and the vertices of each label are
 * numbered from 0 in the order of use. Ascending labels; the arrays of all pieces are views of common
 * buffers.
 */
export function gatherPieces(field: Field, labelCount: number, volume: Vec3): SurfacePiece[] {
  const first = firstTriangles(field, labelCount);
  const triangles = new Uint32Array(3 * first[labelCount]!);
  splitFaces(field, first.slice(), triangles);
  const order = new Uint32Array(field.vertices);
  const positions = new Int32Array(3 * field.vertices);
  const keys = new Float64Array(field.vertices);
  const number = new Int32Array(field.vertices).fill(-1);
  const pieces: SurfacePiece[] = [];
  let used = 0;
  for (let label = 0; label < labelCount; label++) {
    if (first[label] === first[label + 1]) continue;
    const own = triangles.subarray(3 * first[label]!, 3 * first[label + 1]!);
    const end = used + renumber(own, number, order.subarray(used));
    copyVertices(field, order.subarray(used, end), positions.subarray(3 * used, 3 * end));
    writeKeys(field, order.subarray(used, end), keys.subarray(used, end), volume);
    const vertices = { positions: positions.subarray(3 * used, 3 * end), keys: keys.subarray(used, end) };
    pieces.push({ label, ...vertices, triangles: own });
    used = end;
  }
  return pieces;
}

/** Number of the first triangle of each label; one more at the end. */
function firstTriangles({ face, faces, vertexLabel }: Field, labelCount: number): Uint32Array {
  const first = new Uint32Array(labelCount + 1);
  for (let i = 0; i < 4 * faces; i += 4) first[vertexLabel[face[i]!]! + 1]! += face[i + 3]! < 0 ? 1 : 2;
  for (let label = 0; label < labelCount; label++) first[label + 1]! += first[label]!;
  return first;
}

/** Cuts quads along the shorter diagonal. Positions are integers, so the choice is the same in every block. */
function splitFaces(field: Field, next: Uint32Array, triangles: Uint32Array): void {
  const { face, faces, vertexLabel, position } = field;
  for (let i = 0; i < 4 * faces; i += 4) {
    const a = face[i]!;
    const b = face[i + 1]!;
    const c = face[i + 2]!;
    const d = face[i + 3]!;
    const label = vertexLabel[a]!;
    let to = 3 * next[label]!;
    const other = d >= 0 && distance(position, b, d) < distance(position, a, c);
    triangles[to++] = a;
    triangles[to++] = b;
    triangles[to++] = other ? d : c;
    if (d >= 0) {
      triangles[to++] = other ? b : a;
      triangles[to++] = c;
      triangles[to++] = d;
    }
    next[label]! += d >= 0 ? 2 : 1;
  }
}

function distance(position: Int32Array, a: number, b: number): number {
  const x = position[3 * a]! - position[3 * b]!;
  const y = position[3 * a + 1]! - position[3 * b + 1]!;
  const z = position[3 * a + 2]! - position[3 * b + 2]!;
  return x * x + y * y + z * z;
}

/** Replaces vertices of the block by vertices of the piece; `order` gets the block's, in turn. */
function renumber(triangles: Uint32Array, number: Int32Array, order: Uint32Array): number {
  let count = 0;
  for (let i = 0; i < triangles.length; i++) {
    const vertex = triangles[i]!;
    let n = number[vertex]!;
    if (n < 0) {
      n = count++;
      number[vertex] = n;
      order[n] = vertex;
    }
    triangles[i] = n;
  }
  return count;
}

function copyVertices({ position, origin }: Field, order: Uint32Array, positions: Int32Array): void {
  const x = 2 * GRID * origin[0];
  const y = 2 * GRID * origin[1];
  const z = 2 * GRID * origin[2];
  for (let i = 0; i < order.length; i++) {
    const from = 3 * order[i]!;
    positions[3 * i] = position[from]! + x;
    positions[3 * i + 1] = position[from + 1]! + y;
    positions[3 * i + 2] = position[from + 2]! + z;
  }
}

/**
 * Only the first layer of clusters and the layer past the owned ones share vertices with other blocks.
 * Key = cluster of the volume x LOOPS + number in it: exact in a double below 2^48 clusters.
 */
function writeKeys(field: Field, order: Uint32Array, keys: Float64Array, volume: Vec3): void {
  const { vertexPlace, origin, owned } = field;
  const [nx, ny] = field.shape;
  const wide = Math.floor(volume[0] / 2) + 1;
  const high = Math.floor(volume[1] / 2) + 1;
  for (let i = 0; i < order.length; i++) {
    const place = vertexPlace[order[i]!]!;
    const cluster = Math.floor(place / LOOPS);
    const x = cluster % nx;
    const y = ((cluster / nx) | 0) % ny;
    const z = (cluster / (nx * ny)) | 0;
    const shared = x === 0 || y === 0 || z === 0 || x >= owned[0] || y >= owned[1] || z >= owned[2];
    const global = ((z + origin[2]) * high + y + origin[1]) * wide + x + origin[0];
    keys[i] = shared ? global * LOOPS + (place % LOOPS) : -1;
  }
}
