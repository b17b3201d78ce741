import { GRID } from "../../format/pack.ts";
import type { Mesh } from "./weld.ts";

/**
 * Divides non-manifold edges. The triangles around such an edge are sorted by angle and paired so that
 * each pair encloses a wedge of the body. One pair keeps the edge; for each other pair the edge gets a
 * middle vertex of its own, `move` voxels towards the wedge. `edges` lists both ends of each edge.
 */
export function divideEdges(mesh: Mesh, edges: readonly number[], move: number): Mesh {
  const around = trianglesAt(mesh, edges);
  const points: number[] = [];
  const middles = new Map<number, number>();
  for (let e = 0; e < edges.length; e += 2) {
    const pairs = pairAround(mesh, around[e / 2]!, edges[e]!, edges[e + 1]!);
    const balanced = 2 * pairs.length === around[e / 2]!.length;
    for (const [a, b] of balanced ? pairs.slice(1) : pairs) {
      const middle = (mesh.positions.length + points.length) / 3;
      middles.set(a, middle);
      middles.set(b, middle);
      points.push(...middlePoint(mesh, a, b, move));
    }
  }
  return cut(mesh, middles, points);
}

/** Half-edge 3t + i runs from corner i of triangle t to the next corner. */
function next(half: number): number {
  return half % 3 === 2 ? half - 2 : half + 1;
}

/** The half-edges along each of the edges, in either direction. */
function trianglesAt({ indices, positions }: Mesh, edges: readonly number[]): number[][] {
  const vertices = positions.length / 3;
  const number = new Map<number, number>();
  for (let e = 0; e < edges.length; e += 2) {
    number.set(edges[e]! * vertices + edges[e + 1]!, e / 2);
    number.set(edges[e + 1]! * vertices + edges[e]!, e / 2);
  }
  const marked = new Uint8Array(vertices);
  for (const v of edges) marked[v] = 1;
  const result: number[][] = Array.from({ length: edges.length / 2 }, () => []);
  for (let half = 0; half < indices.length; half++) {
    const a = indices[half]!;
    const b = indices[next(half)]!;
    if (marked[a] === 0 || marked[b] === 0) continue;
    const edge = number.get(a * vertices + b);
    if (edge !== undefined) result[edge]!.push(half);
  }
  return result;
}

/**
 * Pairs half-edges of opposite direction. Turning about a -> b by the right hand one moves outwards
 * through a triangle that runs a -> b and inwards through one that runs b -> a: from each of the latter
 * to the matching former lies the body.
 */
function pairAround(mesh: Mesh, halves: readonly number[], a: number, b: number): [number, number][] {
  const angle = angles(mesh, halves, a, b);
  const sorted = halves.map((_, i) => i).sort((i, j) => angle[i]! - angle[j]! || halves[i]! - halves[j]!);
  const pairs: [number, number][] = [];
  const open: number[] = [];
  const used = new Set<number>();
  for (const i of [...sorted, ...sorted]) {
    const half = halves[i]!;
    if (used.has(half)) continue;
    if (mesh.indices[half] === b) {
      if (!open.includes(half)) open.push(half);
      continue;
    }
    const partner = open.pop();
    if (partner === undefined) continue;
    used.add(half).add(partner);
    pairs.push([partner, half]);
  }
  return pairs;
}

/** Angle of each triangle's third vertex about the edge a -> b. */
function angles({ positions, indices }: Mesh, halves: readonly number[], a: number, b: number): number[] {
  const at = (v: number) => [positions[3 * v]!, positions[3 * v + 1]!, positions[3 * v + 2]!] as const;
  const from = at(a);
  const axis = unit(minus(at(b), from));
  const helper = Math.abs(axis[0]) < 0.6 ? ([1, 0, 0] as const) : ([0, 1, 0] as const);
  const u = unit(cross(axis, helper));
  const v = cross(axis, u);
  return halves.map((half) => {
    const p = minus(at(indices[next(next(half))]!), from);
    return Math.atan2(dot(p, v), dot(p, u));
  });
}

type Point = readonly [number, number, number];

function minus(p: Point, q: Point): Point {
  return [p[0] - q[0], p[1] - q[1], p[2] - q[2]];
}

function dot(p: Point, q: Point): number {
  return p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
}

function cross(p: Point, q: Point): Point {
  return [p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]];
}

function unit(p: Point): Point {
  const length = Math.hypot(p[0], p[1], p[2]) || 1;
  return [p[0] / length, p[1] / length, p[2] / length];
}

/** The middle of the edge of two half-edges, `move` voxels towards their third vertices. */
function middlePoint({ positions, indices }: Mesh, a: number, b: number, move: number): number[] {
  const at = (v: number): Point => [positions[3 * v]!, positions[3 * v + 1]!, positions[3 * v + 2]!];
  const p = at(indices[a]!);
  const q = at(indices[next(a)]!);
  const r = at(indices[next(next(a))]!);
  const s = at(indices[next(next(b))]!);
  const middle: Point = [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2, (p[2] + q[2]) / 2];
  const towards = unit(minus([(r[0] + s[0]) / 2, (r[1] + s[1]) / 2, (r[2] + s[2]) / 2], middle));
  return middle.map((m, d) => Math.round((m + move * towards[d]!) * GRID) / GRID);
}

/** Cuts the triangles at the middle vertices of their half-edges. */
function cut(mesh: Mesh, middles: ReadonlyMap<number, number>, points: readonly number[]): Mesh {
  const positions = new Float32Array(mesh.positions.length + points.length);
  positions.set(mesh.positions);
  positions.set(points, mesh.positions.length);
  const indices = mesh.indices.slice();
  const added: number[] = [];
  const triangles = new Set([...middles.keys()].map((half) => half - (half % 3)).sort((a, b) => a - b));
  for (const t of triangles) {
    const pieces = cutTriangle(mesh.indices, t, middles);
    for (let i = 0; i < 3; i++) indices[t + i] = pieces[i]!;
    for (let i = 3; i < pieces.length; i++) added.push(pieces[i]!);
  }
  const all = new Uint32Array(indices.length + added.length);
  all.set(indices);
  all.set(added, indices.length);
  return { positions, indices: all };
}

/** One triangle with a middle vertex on one, two or three of its edges, as two, three or four triangles. */
function cutTriangle(indices: Uint32Array, t: number, middles: ReadonlyMap<number, number>): number[] {
  const middle = [middles.get(t), middles.get(t + 1), middles.get(t + 2)];
  const count = middle.filter((m) => m !== undefined).length;
  // Turned so that edge 0 has a middle, and edge 2 has none unless all have.
  const turn = [0, 1, 2].find(
    (i) => middle[i] !== undefined && (count === 3 || middle[(i + 2) % 3] === undefined),
  );
  const at = (i: number) => (i + turn!) % 3;
  const [a, b, c] = [indices[t + at(0)]!, indices[t + at(1)]!, indices[t + at(2)]!];
  const [ab, bc, ca] = [middle[at(0)]!, middle[at(1)]!, middle[at(2)]!];
  if (count === 1) return [a, ab, c, ab, b, c];
  if (count === 2) return [ab, b, bc, a, ab, bc, a, bc, c];
  return [ab, bc, ca, a, ab, ca, ab, b, bc, ca, bc, c];
}
