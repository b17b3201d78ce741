import { GRID } from "../../../lib/format/pack.ts";

/** Steps of a vertex position per cluster of two voxels. */
const CLUSTER = 2 * GRID;

/**
 * The canonical order of vertices: by cluster (z, then y, then x), within a cluster by position
 * (z, y, x). Positions are x, y, z in 1/GRID voxel, no two alike. Neighbours in space stay close in
 * memory, which simplification gains from.
 */
export function sortVertices(positions: Int32Array): Uint32Array {
  const count = positions.length / 3;
  let order = new Uint32Array(count);
  let spare = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  for (let d = 0; d < 3; d++) {
    sortAlong(positions, d, order, spare);
    [order, spare] = [spare, order];
  }
  sortWithin(positions, order);
  return order;
}

/** Cluster of a coordinate: cluster c reaches from half a voxel below its first corner, 2c - 1/2. */
function clusterOf(position: number): number {
  return Math.floor((position + GRID / 2) / CLUSTER);
}

function sortAlong(positions: Int32Array, axis: number, from: Uint32Array, to: Uint32Array): void {
  let lo = Number.POSITIVE_INFINITY;
  let hi = Number.NEGATIVE_INFINITY;
  for (let i = axis; i < positions.length; i += 3) {
    const p = positions[i]!;
    if (p < lo) lo = p;
    if (p > hi) hi = p;
  }
  if (from.length === 0) return;
  const first = clusterOf(lo);
  const next = new Uint32Array(clusterOf(hi) - first + 2);
  for (let i = axis; i < positions.length; i += 3) next[clusterOf(positions[i]!) - first + 1]! += 1;
  for (let c = 1; c < next.length; c++) next[c]! += next[c - 1]!;
  for (let i = 0; i < from.length; i++) {
    const vertex = from[i]!;
    const c = clusterOf(positions[3 * vertex + axis]!) - first;
    to[next[c]!] = vertex;
    next[c]! += 1;
  }
}

function sortWithin(positions: Int32Array, order: Uint32Array): void {
  for (let i = 1; i < order.length; i++) {
    const vertex = order[i]!;
    let j = i;
    while (
      j > 0 &&
      sameCluster(positions, order[j - 1]!, vertex) &&
      after(positions, order[j - 1]!, vertex)
    ) {
      order[j] = order[j - 1]!;
      j--;
    }
    order[j] = vertex;
  }
}

function sameCluster(positions: Int32Array, a: number, b: number): boolean {
  for (let d = 0; d < 3; d++) {
    if (clusterOf(positions[3 * a + d]!) !== clusterOf(positions[3 * b + d]!)) return false;
  }
  return true;
}

function after(positions: Int32Array, a: number, b: number): boolean {
  for (let d = 2; d >= 0; d--) {
    const difference = positions[3 * a + d]! - positions[3 * b + d]!;
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** The canonical order of triangles: each begins at its lowest index, then by first, second, third index. */
export function sortTriangles(triangles: Uint32Array, vertices: number): Uint32Array {
  const next = new Uint32Array(vertices + 1);
  for (let i = 0; i < triangles.length; i += 3) {
    rotate(triangles, i);
    next[triangles[i]! + 1]! += 1;
  }
  for (let v = 0; v < vertices; v++) next[v + 1]! += next[v]!;
  const sorted = new Uint32Array(triangles.length);
  for (let i = 0; i < triangles.length; i += 3) {
    const a = triangles[i]!;
    insert(sorted, triangles, i, 3 * next[a]!);
    next[a]! += 1;
  }
  return sorted;
}

function rotate(triangles: Uint32Array, i: number): void {
  const a = triangles[i]!;
  const b = triangles[i + 1]!;
  const c = triangles[i + 2]!;
  if (a < b && a < c) return;
  const second = b < c;
  triangles[i] = second ? b : c;
  triangles[i + 1] = second ? c : a;
  triangles[i + 2] = second ? a : b;
}

/** Writes triangle i at `to`, moving up those of the same first index that come after it. */
function insert(sorted: Uint32Array, triangles: Uint32Array, i: number, to: number): void {
  const a = triangles[i]!;
  const b = triangles[i + 1]!;
  const c = triangles[i + 2]!;
  let at = to;
  while (
    at > 0 &&
    sorted[at - 3] === a &&
    (sorted[at - 2]! > b || (sorted[at - 2] === b && sorted[at - 1]! > c))
  ) {
    sorted[at] = a;
    sorted[at + 1] = sorted[at - 2]!;
    sorted[at + 2] = sorted[at - 1]!;
    at -= 3;
  }
  sorted[at] = a;
  sorted[at + 1] = b;
  sorted[at + 2] = c;
}
