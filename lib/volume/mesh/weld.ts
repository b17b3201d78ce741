import { decodePiece, encodePiece, GRID, type SurfacePiece, splitPieces } from "../../format/pack.ts";
import type { Vec3 } from "../../format/vec.ts";
import { kernels, memory } from "../../kernel/kernel.ts";
import { allocate, allocateWords, isKernel, type KernelBytes, release } from "../../kernel/memory.ts";
import { copyBytes } from "../../kernel/stage.ts";

/**
 * A triangle mesh: x, y, z per vertex in voxels of the volume (voxel i spans [i, i + 1), `voxel_offset`
 * not included) and three indices per triangle, counter-clockwise seen from outside.
 */
export type Mesh = { readonly positions: Float32Array; readonly indices: Uint32Array };

/** A piece, or what `encodePiece` made of one or several, one after another. */
export type Pieces = SurfacePiece | Uint8Array;

/**
 * Joins the pieces of one label, given in any order, into one mesh. Vertices at the seams are found by
 * their keys, never by closeness. Vertices are put in the order of their clusters of 2x2x2 voxels (z, y, x) and
 * within one of their positions; triangles begin at their lowest index and are in the order of the first, second and
 * third. So the mesh is the same, byte for byte, however the volume was cut into blocks, and what is close in space is
 * close in memory.
 * Throws an Error if a piece reaches outside the volume: it belongs to another one.
 */
export function joinPieces(pieces: readonly Pieces[], volume: Vec3): Mesh {
  const mesh = joinInKernel(pieces, volume);
  kernels.pack(mesh.points, mesh.vertices, mesh.star, mesh.triangles);
  const { positions, indices } = packedMesh(mesh);
  const own = { positions: positions.slice(), indices: indices.slice() };
  releaseMesh(mesh);
  return own;
}

/** A mesh where kernels can work on it, until it is released. */
export type KernelMesh = {
  /** Address of the vertices, float32 x, y, z, 0 each, and how many they are. */
  readonly points: number;
  readonly vertices: number;
  /** Address of the triangles (see `Star` of assembly/star.ts), and how many they are. */
  readonly star: number;
  readonly triangles: number;
  /** Whether vertices may have the same position. */
  readonly alike: boolean;
};

export function releaseMesh({ points, star }: KernelMesh): void {
  kernels.release(points);
  kernels.release(star);
}

/** The first vertices and triangles of a mesh that a kernel has packed. */
export function packedMesh({ points, vertices, star, triangles }: KernelMesh): Mesh {
  return {
    positions: new Float32Array(memory.buffer, points, 3 * vertices),
    indices: new Uint32Array(memory.buffer, star, 3 * triangles),
  };
}

/** As `joinPieces`, without copying the mesh. */
export function joinInKernel(pieces: readonly Pieces[], volume: Vec3): KernelMesh {
  const own: KernelBytes[] = [];
  const encoded = pieces.map((piece) => inKernel(piece, own));
  const spans = allocateWords(2 * encoded.length);
  const result = allocateWords(11);
  for (const [i, { byteOffset, length }] of encoded.entries()) {
    spans[2 * i] = byteOffset;
    spans[2 * i + 1] = byteOffset + length;
  }
  try {
    kernels.join(spans.byteOffset, encoded.length, result.byteOffset);
    const [vertices, triangles, points, star] = [...result] as [number, number, number, number];
    const mesh = { points, vertices, star, triangles, alike: result[10] === 1 };
    requireInside(mesh, new Int32Array(result.buffer, result.byteOffset + 16, 6), volume);
    return mesh;
  } catch (error) {
    explain(pieces);
    throw error;
  } finally {
    for (const bytes of [...own, spans, result]) release(bytes);
  }
}

/** Encoded pieces where the kernel can read them; what is made for that is added to `own`. */
function inKernel(piece: Pieces, own: KernelBytes[]): Uint8Array {
  if (piece instanceof Uint8Array && isKernel(piece)) return piece;
  const take = (bytes: number) => {
    const made = allocate(bytes);
    own.push(made);
    return made;
  };
  if (!(piece instanceof Uint8Array)) return encodePiece(piece, take);
  const copy = take(piece.length);
  copyBytes(piece, copy);
  return copy;
}

/** Throws what is wrong with encoded pieces; the kernel only stops. */
function explain(pieces: readonly Pieces[]): void {
  for (const encoded of pieces) {
    if (encoded instanceof Uint8Array) for (const piece of splitPieces(encoded)) decodePiece(piece);
  }
}

/** @param bounds lowest and highest x, y, z, 1/GRID voxel */
function requireInside(mesh: KernelMesh, bounds: Int32Array, volume: Vec3): void {
  for (let d = 0; d < 3 && mesh.vertices > 0; d++) {
    const end = volume[d]!;
    if (bounds[d]! >= 0 && bounds[d + 3]! <= end * GRID) continue;
    const points = new Float32Array(memory.buffer, mesh.points, 4 * mesh.vertices);
    const outside = points.find((p, i) => i % 4 === d && (p < 0 || p > end));
    releaseMesh(mesh);
    throw new Error(`surface piece reaches ${outside} on axis ${d} of a volume of ${volume}`);
  }
}
