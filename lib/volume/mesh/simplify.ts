import type { Vec3 } from "../../format/vec.ts";
import { kernels, memory } from "../../kernel/kernel.ts";
import { addressOf, allocate, allocateWords, release } from "../../kernel/memory.ts";
import { fresh, type Take } from "../../kernel/pile.ts";
import { copyBytes } from "../../kernel/stage.ts";
import { areNewApart } from "./apart.ts";
import { type FlawList, findFlaws } from "./manifold.ts";
import { compactMesh, weldPositions } from "./merge.ts";
import { mendFlaws } from "./repair.ts";
import { restoreParts } from "./restore.ts";
import {
  joinInKernel,
  joinPieces,
  type KernelMesh,
  type Mesh,
  type Pieces,
  packedMesh,
  releaseMesh,
} from "./weld.ts";

export type SimplifyOptions = {
  /** Bound on the error of each collapse, voxels. 0 keeps the mesh as it is. */
  readonly error: number;
};

/**
 * Simplifies a mesh and mends it, so that the result is manifold and, if the mesh is closed, closed,
 * also when vertices at equal positions are welded. A connected part that would vanish or lose half its
 * volume is kept as it was. Open edges stay where they are, for a part that is to fit its neighbours.
 * Vertices not used are left out.
 *
 * `error` bounds the estimate of each collapse (quadric error, Garland and Heckbert 1997), not the
 * distance to the voxels.
 */
export function simplifyMesh(mesh: Mesh, { error }: SimplifyOptions): Mesh {
  if (mesh.indices.length === 0) return mesh;
  return error > 0 ? simplify(toKernel(mesh), error, () => mesh) : mendOrKeep(mesh);
}

/**
 * Joins pieces and simplifies the mesh: `simplifyMesh` of `joinPieces`, without
 * copying what lies between.
 *
 * @param take gives memory for the mesh, where it can
 * @throws Error if a piece reaches outside the volume
 */
export function meshPieces(
  pieces: readonly Pieces[],
  volume: Vec3,
  { error }: SimplifyOptions,
  take?: Take,
): Mesh {
  if (error === 0) return simplifyMesh(joinPieces(pieces, volume), { error });
  const mesh = joinInKernel(pieces, volume);
  return simplify(mesh, error, () => joinPieces(pieces, volume), take);
}

function mendOrKeep(mesh: Mesh): Mesh {
  return mend(mesh, findFlaws(mesh)) ?? mesh;
}

/** Words of a triangle as kernels have it (see `Star` of assembly/star.ts). */
const starWords = 8;

function toKernel({ positions, indices }: Mesh): KernelMesh {
  const [vertices, triangles] = [positions.length / 3, indices.length / 3];
  const place = allocate(16 * vertices);
  const points = new Float32Array(place.buffer, place.byteOffset, 4 * vertices);
  for (let v = 0; v < vertices; v++) {
    for (let d = 0; d < 3; d++) points[4 * v + d] = positions[3 * v + d]!;
    points[4 * v + 3] = 0;
  }
  const star = allocateWords(starWords * triangles);
  for (let t = 0; t < triangles; t++) {
    for (let c = 0; c < 3; c++) star[starWords * t + c] = indices[3 * t + c]!;
    star[starWords * t + 3] = 0;
  }
  return { points: place.byteOffset, vertices, star: star.byteOffset, triangles, alike: true };
}

/** Simplifies a mesh in place and releases it; `original` makes it again, for the few meshes that need that. */
function simplify(mesh: KernelMesh, error: number, original: () => Mesh, take: Take = fresh): Mesh {
  const result = allocateWords(6);
  kernels.simplify(mesh.points, mesh.vertices, mesh.star, mesh.triangles, error, addressOf(result));
  const [triangles, vertices, bad, lost, list, count] = [...result] as Result;
  release(result);
  const suspects = new Uint32Array(memory.buffer, list, count).slice();
  kernels.release(list);
  const kept = copyMesh(packedMesh({ ...mesh, vertices, triangles }), take);
  releaseMesh(mesh);
  const simple = lost ? compactMesh({ ...kept, indices: restoreParts(original(), kept.indices) }) : kept;
  // What collapses leave of a manifold mesh is manifold.
  if (!bad) return simple;
  const among = lost ? undefined : markedOf(suspects, vertices);
  const flaws = findFlaws(simple, among);
  const whole = flaws.open.length === 0 || flaws.open.length === findFlaws(original()).open.length;
  const known = mesh.alike ? undefined : among;
  return (whole ? mend(simple, flaws, known) : undefined) ?? mendOrKeep(original());
}

type Result = [number, number, number, number, number, number];

function markedOf(vertices: Uint32Array, count: number): Uint8Array {
  const marked = new Uint8Array(count);
  for (let i = 0; i < vertices.length; i++) marked[vertices[i]!] = 1;
  return marked;
}

function copyMesh({ positions, indices }: Mesh, take: Take): Mesh {
  const bytes = [positions, indices].map(({ buffer, byteOffset, byteLength }) => {
    const own = take(byteLength);
    copyBytes(new Uint8Array(buffer, byteOffset, byteLength), own);
    return own;
  }) as [Uint8Array, Uint8Array];
  return {
    positions: new Float32Array(bytes[0].buffer, bytes[0].byteOffset, positions.length),
    indices: new Uint32Array(bytes[1].buffer, bytes[1].byteOffset, indices.length),
  };
}

/** Distances copies of a vertex are moved in repair, voxels; the next is tried if positions coincide. */
export const moves = [1 / 16, 1 / 8, 3 / 32, 3 / 16] as const;

/**
 * The mesh repaired if need be; undefined if it cannot be.
 *
 * @param among marks all vertices that may have flaws, if that is known and no two have the same position
 */
function mend(mesh: Mesh, flaws: FlawList, among?: Uint8Array): Mesh | undefined {
  if (flaws.bad.length === 0 && flaws.pinched.length === 0) return mesh;
  for (const move of moves) {
    const divided = mendFlaws(mesh, move, flaws, among);
    const repaired = compactMesh(divided);
    // What is new is where nothing was, as a rule: then welding makes no difference.
    const isPlain = among !== undefined && areNewApart(divided, mesh.positions.length / 3);
    const { bad, open } = isPlain ? findFlaws(divided, among) : findFlaws(weldPositions(repaired));
    if (bad.length === 0 && open.length === flaws.open.length) return repaired;
  }
  return undefined;
}
