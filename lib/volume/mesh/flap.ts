import type { Mesh } from "./weld.ts";

/**
 * Removes flaps: pairs of triangles back to back, with the same three vertices, which enclose nothing.
 * Only those are sought that have a corner among `vertices`. Every edge loses one triangle of each
 * direction, so a closed mesh stays closed.
 */
export function removeFlaps(mesh: Mesh, vertices: readonly number[]): Mesh {
  const marked = new Uint8Array(mesh.positions.length / 3);
  for (const v of vertices) marked[v] = 1;
  const waiting = new Map<string, number>();
  const flaps = new Set<number>();
  const { indices } = mesh;
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [indices[i]!, indices[i + 1]!, indices[i + 2]!];
    if (marked[a] === 0 && marked[b] === 0 && marked[c] === 0) continue;
    const back = waiting.get(turned(a, c, b));
    if (back === undefined || flaps.has(back)) waiting.set(turned(a, b, c), i);
    else flaps.add(back).add(i);
  }
  return flaps.size === 0 ? mesh : { positions: mesh.positions, indices: without(indices, flaps) };
}

/** Name of a directed triangle, the same whichever corner comes first. */
function turned(a: number, b: number, c: number): string {
  if (a < b && a < c) return `${a} ${b} ${c}`;
  return b < c ? `${b} ${c} ${a}` : `${c} ${a} ${b}`;
}

function without(indices: Uint32Array, triangles: ReadonlySet<number>): Uint32Array {
  const kept = new Uint32Array(indices.length - 3 * triangles.size);
  let to = 0;
  for (let i = 0; i < indices.length; i += 3) {
    if (triangles.has(i)) continue;
    kept.set(indices.subarray(i, i + 3), to);
    to += 3;
  }
  return kept;
}
