import { divideEdges } from "./divide.ts";
import { splitFans } from "./fan.ts";
import { removeFlaps } from "./flap.ts";
import { type FlawList, findFlaws } from "./manifold.ts";
import { compactMesh } from "./merge.ts";
import type { Mesh } from "./weld.ts";

/**
 * Removes non-manifold edges and pinched vertices, also for a reader that welds equal positions: every
 * vertex it adds is `move` voxels away from the one it stands for. Only copies of vertices at open edges
 * stay in place: a neighbour has them as well. Triangles keep their order; new ones come last.
 */
export function repairMesh(mesh: Mesh, move: number): Mesh {
  return compactMesh(mendFlaws(mesh, move, findFlaws(mesh)));
}

/**
 * As `repairMesh`, but vertices that are no longer used stay, before those that it adds.
 *
 * @param found the flaws of the mesh
 * @param among marks the vertices that may have some, if that is known
 */
export function mendFlaws(mesh: Mesh, move: number, found: FlawList, among?: Uint8Array): Mesh {
  let result = mesh;
  let flaws = found;
  const fixed = new Uint8Array(mesh.positions.length / 3);
  for (const v of flaws.open) fixed[v] = 1;
  for (let round = 0; round < 3 && flaws.bad.length > 0; round++) {
    const flat = removeFlaps(result, flaws.bad);
    result = divideEdges(flat, flat === result ? flaws.bad : findFlaws(flat, among).bad, move);
    flaws = findFlaws(result, among);
  }
  return flaws.pinched.length > 0 ? splitFans(result, flaws.pinched, { move, fixed }) : result;
}
