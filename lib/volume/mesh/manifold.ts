import type { Mesh } from "./weld.ts";

/** What is wrong with a mesh, by index. All zero: closed, consistently wound and manifold. */
export type Flaws = {
  /** Edges of one triangle only. */
  readonly open: number;
  /** Edges of more than two triangles, or of two that run along it in the same direction. */
  readonly nonManifold: number;
  /** Vertices at which triangles form more than one fan. Only sought where all edges are manifold. */
  readonly pinched: number;
};

/** Counts the flaws of a mesh. Vertices are told apart by index, not by position. */
export function checkManifold(mesh: Mesh): Flaws {
  const { open, bad, pinched } = findFlaws(mesh);
  return { open: open.length / 2, nonManifold: bad.length / 2, pinched: pinched.length };
}

export type FlawList = {
  /** Directed edges a, b without their reverse. */
  readonly open: number[];
  /** Non-manifold edges a, b. */
  readonly bad: number[];
  readonly pinched: number[];
};

/**
 * Lists the flaws of a mesh in ascending order of the (first) vertex.
 *
 * @param among marks the vertices that may have some, if that is known: these, and all beyond its end
 */
export function findFlaws({ positions, indices }: Mesh, among?: Uint8Array): FlawList {
  const near = among === undefined ? indices : trianglesAt(indices, among);
  const star = buildStar(near, positions.length / 3);
  const flaws: FlawList = { open: [], bad: [], pinched: [] };
  const vertices = star.start.length - 1;
  for (let v = 0; v < vertices; v++) {
    if (among !== undefined && among[v] === 0) continue;
    if (!isWhole(star, v) && checkEdges(star, v, flaws)) checkFans(star, v, flaws);
  }
  return flaws;
}

/** The triangles that have one of the vertices. All that is asked of others is what they have in common with these. */
function trianglesAt(indices: Uint32Array, among: Uint8Array): Uint32Array {
  let count = 0;
  for (let i = 0; i < indices.length; i += 3) if (isNear(indices, i, among)) count += 3;
  const near = new Uint32Array(count);
  let to = 0;
  for (let i = 0; i < indices.length; i += 3) {
    if (!isNear(indices, i, among)) continue;
    near[to] = indices[i]!;
    near[to + 1] = indices[i + 1]!;
    near[to + 2] = indices[i + 2]!;
    to += 3;
  }
  return near;
}

function isNear(indices: Uint32Array, i: number, among: Uint8Array): boolean {
  return isMarked(among, indices[i]!) || isMarked(among, indices[i + 1]!) || isMarked(among, indices[i + 2]!);
}

function isMarked(among: Uint8Array, vertex: number): boolean {
  return vertex >= among.length || among[vertex] === 1;
}

/** Triangles by vertex: those at v are start[v] .. start[v + 1], each as (v, to, then). */
type Star = { readonly start: Uint32Array; readonly to: Uint32Array; readonly then: Uint32Array };

function buildStar(indices: Uint32Array, vertices: number): Star {
  const start = new Uint32Array(vertices + 1);
  const to = new Uint32Array(indices.length);
  const then = new Uint32Array(indices.length);
  for (let i = 0; i < indices.length; i++) start[indices[i]!]! += 1;
  let sum = 0;
  for (let v = 0; v <= vertices; v++) {
    sum += start[v]!;
    start[v] = sum;
  }
  for (let i = indices.length - 3; i >= 0; i -= 3) {
    const a = indices[i]!;
    const b = indices[i + 1]!;
    const c = indices[i + 2]!;
    const atA = --start[a]!;
    to[atA] = b;
    then[atA] = c;
    const atB = --start[b]!;
    to[atB] = c;
    then[atB] = a;
    const atC = --start[c]!;
    to[atC] = a;
    then[atC] = b;
  }
  return { start, to, then };
}

/**
 * Whether one walk around v meets each of its triangles once and ends where it began. Then every edge at
 * v has one triangle in each direction: nothing more is to be checked.
 */
function isWhole({ start, to, then }: Star, v: number): boolean {
  const from = start[v]!;
  const end = start[v + 1]!;
  let at = from;
  for (let left = end - from; left > 0; left--) {
    const vertex = then[at]!;
    at = from;
    while (at < end && to[at] !== vertex) at++;
    if (at === end) return false;
    if (at === from) return left === 1;
  }
  return from === end;
}

/** Checks the edges that leave v; false if one of them is not manifold. */
function checkEdges(star: Star, v: number, flaws: FlawList): boolean {
  const { start, to } = star;
  const end = start[v + 1]!;
  let good = true;
  for (let i = start[v]!; i < end; i++) {
    const w = to[i]!;
    const forward = countTo(to, start[v]!, end, w);
    const back = countTo(to, start[w]!, start[w + 1]!, v);
    if (forward === 1 && back === 1) continue;
    if (forward === 1 && back === 0) {
      flaws.open.push(v, w);
      continue;
    }
    good = false;
    const first = countTo(to, start[v]!, i, w) === 0;
    if (first && (v < w || back === 0)) flaws.bad.push(v, w);
  }
  return good;
}

function countTo(to: Uint32Array, from: number, end: number, vertex: number): number {
  let count = 0;
  for (let i = from; i < end; i++) if (to[i] === vertex) count++;
  return count;
}

/** Walks once around v. The triangle after (v, to, then) is the one that leaves v towards `then`. */
function checkFans({ start, to, then }: Star, v: number, flaws: FlawList): void {
  const from = start[v]!;
  const end = start[v + 1]!;
  if (from === end) return;
  let at = from;
  for (let i = from; i < end; i++) if (countTo(then, from, end, to[i]!) === 0) at = i;
  const first = at;
  for (let seen = 1; seen < end - from; seen++) {
    const next = find(to, from, end, then[at]!);
    if (next < 0 || next === first) {
      flaws.pinched.push(v);
      return;
    }
    at = next;
  }
}

function find(to: Uint32Array, from: number, end: number, vertex: number): number {
  for (let i = from; i < end; i++) if (to[i] === vertex) return i;
  return -1;
}
