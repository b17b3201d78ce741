import { MeshoptSimplifier } from "meshoptimizer/simplifier";
import { checkManifold, type FlawList, findFlaws } from "./manifold.ts";
import { compactMesh, weldPositions } from "./merge.ts";
import { repairMesh } from "./repair.ts";
import { restoreParts } from "./restore.ts";
import type { Mesh } from "./weld.ts";

export type SimplifyOptions = {
  /** Bound on the error of each collapse, voxels. 0 keeps the mesh as it is. */
  readonly error: number;
  /** Keep open edges and their vertices, for a part that is to fit its neighbours. */
  readonly lockBorder?: boolean;
};

/** Loads the simplifier's WebAssembly. Must have finished before `simplifyMesh` is called. */
export async function loadSimplifier(): Promise<void> {
  await MeshoptSimplifier.ready;
}

/**
 * Simplifies a mesh and mends it, so that the result is manifold and, if the mesh is closed, closed,
 * also when vertices at equal positions are welded. A connected part that would vanish or lose half its
 * volume is kept as it was. Vertices not used are left out.
 *
 * `error` bounds the estimate of each collapse (quadric error, Garland and Heckbert 1997), not the
 * distance to the voxels. Throws an Error if `loadSimplifier` has not finished.
 */
export function simplifyMesh(mesh: Mesh, options: SimplifyOptions): Mesh {
  if (mesh.indices.length === 0) return mesh;
  if (options.error > 0) {
    const simple = collapse(mesh, options);
    const flaws = findFlaws(simple);
    const whole = flaws.open.length === 0 || flaws.open.length === findFlaws(mesh).open.length;
    const mended = whole ? mend(simple, flaws) : undefined;
    if (mended !== undefined) return mended;
  }
  return mend(mesh, findFlaws(mesh)) ?? mesh;
}

function collapse(mesh: Mesh, { error, lockBorder = false }: SimplifyOptions): Mesh {
  const flags: ("ErrorAbsolute" | "LockBorder")[] = lockBorder
    ? ["ErrorAbsolute", "LockBorder"]
    : ["ErrorAbsolute"];
  const [indices] = MeshoptSimplifier.simplify(mesh.indices, mesh.positions, 3, 0, error, flags);
  return compactMesh({ positions: mesh.positions, indices: restoreParts(mesh, indices) });
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
