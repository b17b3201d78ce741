import { areFans } from "./fans.ts";

export type Topology = {
  /** Edges that a triangle has alone in its direction: there the surface is open. */
  open: number;
  /** Edges that several triangles have in the same direction, triangles that are a line, and vertices where surfaces touch. */
  knots: number;
};

/** Half-edge + 1 by the hash of its vertices; used again. */
let slots = new Int32Array(0);

/**
 * How the triangles of a surface meet: it is closed and manifold, and all its triangles are wound alike, if every edge
 * has exactly one triangle in each direction and the triangles around every vertex are one fan.
 */
export function topologyOf(indices: Uint32Array, vertices: number): Topology {
  // Most surfaces are sound, which is seen sooner than what is wrong with one.
  if (areFans(indices, vertices)) return { open: 0, knots: 0 };
  const edges = indices.length;
  const twins = new Int32Array(edges).fill(-1);
  const found: Topology = { open: 0, knots: 0 };
  const mask = clearSlots(edges);
  for (let e = 0; e < edges; e++) {
    const start = indices[e]!;
    const end = indices[after(e)]!;
    if (start === end) found.knots++;
    // Both directions of an edge have one hash: the second finds the first.
    let slot = hash(Math.min(start, end), Math.max(start, end)) & mask;
    let entry = slots[slot]!;
    while (entry !== 0) {
      const other = entry - 1;
      if (indices[other] === end && indices[after(other)] === start && twins[other]! < 0) {
        twins[other] = e;
        twins[e] = other;
        break;
      }
      if (indices[other] === start && indices[after(other)] === end) found.knots++;
      slot = (slot + 1) & mask;
      entry = slots[slot]!;
    }
    if (entry === 0) slots[slot] = e + 1;
  }
  for (let e = 0; e < edges; e++) if (twins[e]! < 0) found.open++;
  if (found.open === 0 && found.knots === 0) found.knots += touching(indices, twins, vertices);
  return found;
}

/** @returns what a hash is cut to */
function clearSlots(edges: number): number {
  const size = 2 ** Math.ceil(Math.log2(edges + 2));
  if (slots.length < size) slots = new Int32Array(size);
  else slots.fill(0, 0, size);
  return size - 1;
}

/** Edges that have not as many triangles in one direction as in the other; for surfaces that were joined by place. */
export function unbalanced(indices: Uint32Array): number {
  const edges = indices.length;
  const balance = new Int32Array(edges);
  const mask = clearSlots(edges);
  for (let e = 0; e < edges; e++) {
    const [start, end] = [indices[e]!, indices[after(e)]!];
    const [least, most] = [Math.min(start, end), Math.max(start, end)];
    let slot = hash(least, most) & mask;
    let first = e;
    // An edge is counted at the first of its triangles.
    for (let entry = slots[slot]!; entry !== 0; entry = slots[slot]!) {
      const other = entry - 1;
      const [one, two] = [indices[other]!, indices[after(other)]!];
      if (Math.min(one, two) === least && Math.max(one, two) === most) {
        first = other;
        break;
      }
      slot = (slot + 1) & mask;
    }
    if (first === e) slots[slot] = e + 1;
    balance[first]! += start < end ? 1 : -1;
  }
  let count = 0;
  for (let e = 0; e < edges; e++) if (balance[e] !== 0) count++;
  return count;
}

/** Vertices whose triangles are more than one fan. */
function touching(indices: Uint32Array, twins: Int32Array, vertices: number): number {
  const degree = new Int32Array(vertices);
  const first = new Int32Array(vertices).fill(-1);
  for (let e = 0; e < indices.length; e++) {
    degree[indices[e]!]!++;
    first[indices[e]!] = e;
  }
  let count = 0;
  for (let v = 0; v < vertices; v++) {
    if (first[v]! < 0) continue;
    let steps = 0;
    let e = first[v]!;
    do {
      // Around the vertex: the edge that comes back to it, from the other side.
      e = twins[before(e)]!;
      steps++;
    } while (e !== first[v] && steps < degree[v]!);
    if (steps !== degree[v] || e !== first[v]) count++;
  }
  return count;
}

function after(e: number): number {
  return e % 3 === 2 ? e - 2 : e + 1;
}

function before(e: number): number {
  return e % 3 === 0 ? e + 2 : e - 1;
}

function hash(start: number, end: number): number {
  const h = Math.imul(start, 0x9e3779b1) ^ Math.imul(end + 0x7f4a7c15, 0x85ebca6b);
  return h ^ (h >>> 15);
}
