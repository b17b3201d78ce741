import { GRID, type SurfacePiece } from "../../../lib/format/pack.ts";
import type { Vec3 } from "../../../lib/format/vec.ts";
import type { Mesh } from "../../../lib/volume/mesh/weld.ts";
import { sortTriangles, sortVertices } from "./order.ts";

/**
 * Joins the pieces of one label, given in any order, into one mesh. Vertices at the seams are found by
 * their keys, never by closeness. Vertices and triangles are put in an order of their own (sortVertices,
 * sortTriangles), so that the mesh is the same, byte for byte, however the volume was cut into blocks.
 * Throws an Error if a piece reaches outside the volume: it belongs to another one.
 */
export function joinPieces(pieces: readonly SurfacePiece[], volume: Vec3): Mesh {
  const { positions, triangles, vertices } = concatenate(pieces);
  requireInside(positions.subarray(0, 3 * vertices), volume);
  const order = sortVertices(positions.subarray(0, 3 * vertices));
  const number = new Uint32Array(vertices);
  const sorted = new Float32Array(3 * vertices);
  for (let i = 0; i < vertices; i++) {
    const from = 3 * order[i]!;
    number[order[i]!] = i;
    sorted[3 * i] = positions[from]! / GRID;
    sorted[3 * i + 1] = positions[from + 1]! / GRID;
    sorted[3 * i + 2] = positions[from + 2]! / GRID;
  }
  for (let i = 0; i < triangles.length; i++) triangles[i] = number[triangles[i]!]!;
  return { positions: sorted, indices: sortTriangles(triangles, vertices) };
}

function requireInside(positions: Int32Array, volume: Vec3): void {
  for (let d = 0; d < 3; d++) {
    const end = volume[d]! * GRID;
    for (let i = d; i < positions.length; i += 3) {
      if (positions[i]! < 0 || positions[i]! > end)
        throw new Error(
          `surface piece reaches ${positions[i]! / GRID} on axis ${d} of a volume of ${volume}`,
        );
    }
  }
}

function concatenate(pieces: readonly SurfacePiece[]) {
  let total = 0;
  let corners = 0;
  let keyed = 0;
  for (const { keys, triangles } of pieces) {
    total += keys.length;
    corners += triangles.length;
    for (let i = 0; i < keys.length; i++) if (keys[i]! >= 0) keyed++;
  }
  const seam = createSeam(pieces.length > 1 ? keyed : 0);
  const positions = new Int32Array(3 * total);
  const triangles = new Uint32Array(corners);
  let vertices = 0;
  let at = 0;
  for (const piece of pieces) {
    const number = new Uint32Array(piece.keys.length);
    const first = vertices;
    for (let i = 0; i < number.length; i++) {
      const n = piece.keys[i]! >= 0 && pieces.length > 1 ? weld(seam, piece.keys[i]!, vertices) : vertices;
      number[i] = n;
      if (n === vertices) vertices++;
      else if (n < first) continue;
      positions[3 * n] = piece.positions[3 * i]!;
      positions[3 * n + 1] = piece.positions[3 * i + 1]!;
      positions[3 * n + 2] = piece.positions[3 * i + 2]!;
    }
    for (let i = 0; i < piece.triangles.length; i++) triangles[at++] = number[piece.triangles[i]!]!;
  }
  return { positions, triangles, vertices };
}

type Seam = { readonly keys: Float64Array; readonly vertex: Uint32Array };

function createSeam(count: number): Seam {
  const slots = 2 ** Math.ceil(Math.log2(2 * count + 2));
  return { keys: new Float64Array(slots).fill(-1), vertex: new Uint32Array(slots) };
}

/** The vertex that has the key already, or `next`, which has it from now on. */
function weld({ keys, vertex }: Seam, key: number, next: number): number {
  const last = keys.length - 1;
  const high = Math.floor(key / 0x100000000);
  const mixed = Math.imul((key - high * 0x100000000) ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1);
  let slot = (mixed ^ (mixed >>> 15)) & last;
  while (keys[slot] !== key) {
    if (keys[slot] === -1) {
      keys[slot] = key;
      vertex[slot] = next;
      return next;
    }
    slot = (slot + 1) & last;
  }
  return vertex[slot]!;
}
