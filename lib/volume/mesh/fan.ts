import { GRID } from "../../format/pack.ts";
import type { Mesh } from "./weld.ts";

/**
 * Gives every further fan of triangles at a pinched vertex a copy of the vertex, `move` voxels towards
 * the fan. Copies of vertices marked in `fixed` stay in place.
 */
export function splitFans(
  mesh: Mesh,
  pinched: readonly number[],
  options: { readonly move: number; readonly fixed?: Uint8Array | undefined },
): Mesh {
  const indices = mesh.indices.slice();
  const points: number[] = [];
  const corners = cornersAt(indices, pinched);
  for (const vertex of pinched) {
    const fans = findFans(indices, corners.get(vertex)!);
    for (const fan of fans.slice(1)) {
      const copy = (mesh.positions.length + points.length) / 3;
      const move = options.fixed?.[vertex] === 1 ? 0 : options.move;
      points.push(...copyPoint(mesh, vertex, fan, move));
      for (const corner of fan) indices[corner] = copy;
    }
  }
  const positions = new Float32Array(mesh.positions.length + points.length);
  positions.set(mesh.positions);
  positions.set(points, mesh.positions.length);
  return { positions, indices };
}

/** Places in `indices` that name each of the vertices. */
function cornersAt(indices: Uint32Array, vertices: readonly number[]): Map<number, number[]> {
  const result = new Map<number, number[]>(vertices.map((v) => [v, []]));
  const marked = new Uint8Array(vertices.reduce((a, b) => Math.max(a, b), 0) + 1);
  for (const v of vertices) marked[v] = 1;
  for (let i = 0; i < indices.length; i++) if (marked[indices[i]!] === 1) result.get(indices[i]!)!.push(i);
  return result;
}

/** The corner's triangle runs (vertex, after, before). */
function after(indices: Uint32Array, corner: number): number {
  return indices[corner % 3 === 2 ? corner - 2 : corner + 1]!;
}

function before(indices: Uint32Array, corner: number): number {
  return indices[corner % 3 === 0 ? corner + 2 : corner - 1]!;
}

/** Corners of one vertex by fan: triangles that share an edge at the vertex are in one. */
function findFans(indices: Uint32Array, corners: readonly number[]): number[][] {
  const left = new Set(corners);
  const fans: number[][] = [];
  for (const first of corners) {
    if (!left.delete(first)) continue;
    const fan = [first];
    for (const corner of fan) {
      for (const other of left) {
        const meets =
          after(indices, other) === before(indices, corner) ||
          before(indices, other) === after(indices, corner);
        if (meets) {
          left.delete(other);
          fan.push(other);
        }
      }
    }
    fans.push(fan);
  }
  return fans;
}

/** The vertex moved towards the mean of the fan's other vertices. */
function copyPoint(
  { positions, indices }: Mesh,
  vertex: number,
  fan: readonly number[],
  move: number,
): number[] {
  const at = [0, 1, 2].map((d) => positions[3 * vertex + d]!);
  if (move === 0) return at;
  const towards = at.map((p, d) => {
    let sum = 0;
    for (const c of fan)
      sum += positions[3 * after(indices, c) + d]! + positions[3 * before(indices, c) + d]!;
    return sum / (2 * fan.length) - p;
  });
  const length = Math.hypot(...towards) || 1;
  return at.map((p, d) => Math.round((p + (move * towards[d]!) / length) * GRID) / GRID);
}
