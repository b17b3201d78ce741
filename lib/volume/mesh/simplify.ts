import type { SurfacePiece } from "../../format/pack.ts";
import type { Vec3 } from "../../format/vec.ts";
import { kernels } from "../../kernel/kernel.ts";
import { addressOf, allocate, allocateWords, release } from "../../kernel/memory.ts";
import { fresh, type Take } from "../../kernel/pile.ts";
import { copyBytes } from "../../kernel/stage.ts";
import { checkManifold, type FlawList, findFlaws } from "./manifold.ts";
import { compactMesh, weldPositions } from "./merge.ts";
import { repairMesh } from "./repair.ts";
import { restoreParts } from "./restore.ts";
import { joinInKernel, joinPieces, type KernelMesh, type Mesh } from "./weld.ts";

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
 * Joins pieces (or what `encodePiece` made of them) and simplifies the mesh: `simplifyMesh` of `joinPieces`, without
 * copying what lies between.
 *
 * @param take gives memory for the mesh, where it can
 * @throws Error if a piece reaches outside the volume
 */
export function meshPieces(
  pieces: readonly (SurfacePiece | Uint8Array)[],
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

function toKernel(mesh: Mesh): KernelMesh {
  const place = allocate(mesh.positions.byteLength);
  const positions = new Float32Array(place.buffer, place.byteOffset, mesh.positions.length);
  const indices = allocateWords(mesh.indices.length);
  positions.set(mesh.positions);
  indices.set(mesh.indices);
  return { positions, indices, release: () => [place, indices].forEach(release) };
}

/** Simplifies a mesh in place and releases it; `original` makes it again, for the few meshes that need that. */
function simplify(mesh: KernelMesh, error: number, original: () => Mesh, take: Take = fresh): Mesh {
  const { positions, indices } = mesh;
  const result = allocateWords(4);
  const at = [addressOf(positions), addressOf(indices), addressOf(result)] as const;
  kernels.simplify(at[0], positions.length / 3, at[1], indices.length / 3, error, at[2]);
  const [triangles, vertices, bad, lost] = [...result] as [number, number, number, number];
  const kept = copyMesh(positions.subarray(0, 3 * vertices), indices.subarray(0, 3 * triangles), take);
  release(result);
  mesh.release();
  const simple = lost ? compactMesh({ ...kept, indices: restoreParts(original(), kept.indices) }) : kept;
  // What collapses leave of a manifold mesh is manifold.
  if (!bad) return simple;
  const flaws = findFlaws(simple);
  const whole = flaws.open.length === 0 || flaws.open.length === findFlaws(original()).open.length;
  return (whole ? mend(simple, flaws) : undefined) ?? mendOrKeep(original());
}

function copyMesh(positions: Float32Array, indices: Uint32Array, take: Take): Mesh {
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

/** The mesh repaired if need be; undefined if it cannot be. */
function mend(mesh: Mesh, flaws: FlawList): Mesh | undefined {
  if (flaws.bad.length === 0 && flaws.pinched.length === 0) return mesh;
  for (const move of moves) {
    const repaired = repairMesh(mesh, move, flaws);
    const { nonManifold, open } = checkManifold(weldPositions(repaired));
    if (nonManifold === 0 && open === flaws.open.length / 2) return repaired;
  }
  return undefined;
}
