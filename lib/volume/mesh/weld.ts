import { decodePieceInto, pieceCounts, type SurfacePiece } from "../../format/pack.ts";
import type { Vec3 } from "../../format/vec.ts";
import { kernels } from "../../kernel/kernel.ts";
import { addressOf, allocate, allocateWords, type KernelWords, release } from "../../kernel/memory.ts";

/**
 * A triangle mesh: x, y, z per vertex in voxels of the volume (voxel i spans [i, i + 1), `voxel_offset`
 * not included) and three indices per triangle, counter-clockwise seen from outside.
 */
export type Mesh = { readonly positions: Float32Array; readonly indices: Uint32Array };

/**
 * Joins the pieces of one label, given in any order, into one mesh. Vertices at the seams are found by
 * their keys, never by closeness. Vertices are put in the order of their clusters of 2x2x2 voxels (z, y, x) and
 * within one of their positions; triangles begin at their lowest index and are in the order of the first, second and
 * third. So the mesh is the same, byte for byte, however the volume was cut into blocks, and what is close in space is
 * close in memory.
 * Throws an Error if a piece reaches outside the volume: it belongs to another one.
 */
export function joinPieces(pieces: readonly (SurfacePiece | Uint8Array)[], volume: Vec3): Mesh {
  const joined = joinInKernel(pieces, volume);
  const mesh = { positions: joined.positions.slice(), indices: joined.indices.slice() };
  joined.release();
  return mesh;
}

/** A mesh where kernels can work on it, until it is released. */
export type KernelMesh = {
  readonly positions: Float32Array<SharedArrayBuffer>;
  readonly indices: KernelWords;
  readonly release: () => void;
};

/** As `joinPieces`, of pieces or of what `encodePiece` made of them, without copying the mesh. */
export function joinInKernel(pieces: readonly (SurfacePiece | Uint8Array)[], volume: Vec3): KernelMesh {
  const counts = pieces.map(countsOf);
  const vertices = counts.reduce((sum, count) => sum + count.vertices, 0);
  const corners = counts.reduce((sum, count) => sum + 3 * count.triangles, 0);
  // What stays comes first: the rest leaves one piece of memory for simplifying.
  const words = allocateWords(3 * vertices);
  const indices = allocateWords(corners);
  const table = allocateWords(2 * pieces.length);
  const positions = new Int32Array(words.buffer, words.byteOffset, 3 * vertices);
  const keyBytes = allocate(8 * vertices);
  const keys = new Float64Array(keyBytes.buffer, keyBytes.byteOffset, vertices);
  const triangles = allocateWords(corners);
  let [v, t] = [0, 0];
  for (const [p, piece] of pieces.entries()) {
    const [vEnd, tEnd] = [v + counts[p]!.vertices, t + 3 * counts[p]!.triangles];
    table.set([vEnd - v, (tEnd - t) / 3], 2 * p);
    put(piece, {
      positions: positions.subarray(3 * v, 3 * vEnd),
      keys: keys.subarray(v, vEnd),
      triangles: triangles.subarray(t, tEnd),
    });
    [v, t] = [vEnd, tEnd];
  }
  const at = [table, positions, keys, triangles, indices].map(addressOf) as Addresses;
  const count = kernels.join(at[0], pieces.length, at[1], at[2], at[3], at[4]);
  for (const buffer of [triangles, keyBytes, table]) release(buffer);
  const joined = new Float32Array(words.buffer, words.byteOffset, 3 * count);
  requireInside(joined, volume);
  return { positions: joined, indices, release: () => [words, indices].forEach(release) };
}

function countsOf(piece: SurfacePiece | Uint8Array): { vertices: number; triangles: number } {
  if (piece instanceof Uint8Array) return pieceCounts(piece);
  return { vertices: piece.keys.length, triangles: piece.triangles.length / 3 };
}

function put(piece: SurfacePiece | Uint8Array, target: Omit<SurfacePiece, "label">): void {
  if (piece instanceof Uint8Array) {
    decodePieceInto(piece, target);
    return;
  }
  target.positions.set(piece.positions);
  target.keys.set(piece.keys);
  target.triangles.set(piece.triangles);
}

type Addresses = [number, number, number, number, number];

function requireInside(positions: Float32Array, volume: Vec3): void {
  for (let d = 0; d < 3; d++) {
    const end = volume[d]!;
    for (let i = d; i < positions.length; i += 3) {
      if (positions[i]! < 0 || positions[i]! > end)
        throw new Error(`surface piece reaches ${positions[i]} on axis ${d} of a volume of ${volume}`);
    }
  }
}
