import { kernels } from "../../kernel/kernel.ts";
import { addressOf, allocate, allocateWords, release } from "../../kernel/memory.ts";
import { checkManifold, type FlawList, findFlaws } from "./manifold.ts";
import { compactMesh, weldPositions } from "./merge.ts";
import { repairMesh } from "./repair.ts";
import { restoreParts } from "./restore.ts";
import type { Mesh } from "./weld.ts";

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
  if (error > 0) {
    const { mesh: simple, manifold } = collapse(mesh, error);
    if (manifold) return simple;
    const flaws = findFlaws(simple);
    const whole = flaws.open.length === 0 || flaws.open.length === findFlaws(mesh).open.length;
    const mended = whole ? mend(simple, flaws) : undefined;
    if (mended !== undefined) return mended;
  }
  return mend(mesh, findFlaws(mesh)) ?? mesh;
}

/** `manifold`: the mesh was, and what collapses leave of it still is. */
function collapse(mesh: Mesh, error: number): { mesh: Mesh; manifold: boolean } {
  const vertices = mesh.positions.length / 3;
  const place = allocate(mesh.positions.byteLength);
  const positions = new Float32Array(place.buffer, place.byteOffset, mesh.positions.length);
  const indices = allocateWords(mesh.indices.length);
  const result = allocateWords(4);
  positions.set(mesh.positions);
  indices.set(mesh.indices);
  const at = [addressOf(positions), addressOf(indices), addressOf(result)] as const;
  kernels.simplify(at[0], vertices, at[1], indices.length / 3, error, at[2]);
  const [triangles, used, bad, lost] = result as unknown as [number, number, number, number];
  const kept = new Uint32Array(indices.subarray(0, 3 * triangles));
  const simple =
    bad || lost
      ? compactMesh({ positions: mesh.positions, indices: lost ? restoreParts(mesh, kept) : kept })
      : { positions: new Float32Array(positions.subarray(0, 3 * used)), indices: kept };
  for (const buffer of [place, indices, result]) release(buffer);
  return { mesh: simple, manifold: !bad };
}

/** Distances copies of a vertex are moved in repair, voxels; the next is tried if positions coincide. */
const MOVES = [1 / 16, 1 / 8, 3 / 32, 3 / 16];

/** The mesh repaired if need be; undefined if it cannot be. */
function mend(mesh: Mesh, flaws: FlawList): Mesh | undefined {
  if (flaws.bad.length === 0 && flaws.pinched.length === 0) return mesh;
  for (const move of MOVES) {
    const repaired = repairMesh(mesh, move, flaws);
    const { nonManifold, open } = checkManifold(weldPositions(repaired));
    if (nonManifold === 0 && open === flaws.open.length / 2) return repaired;
  }
  return undefined;
}
