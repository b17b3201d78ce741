import type { SurfacePiece } from "../../format/pack.ts";
import { type Box, mapVec, type Vec3 } from "../../format/vec.ts";
import { compactMesh } from "./merge.ts";
import { repairMesh } from "./repair.ts";
import { moves, type SimplifyOptions, simplifyMesh } from "./simplify.ts";
import { cutPiece } from "./split.ts";
import { joinPieces, type Mesh } from "./weld.ts";

/** Voxels around a cell that are mended with it: what is mended at its border depends on what lies on the other side. */
const margin = 8;

/** The cell of a part and what else its mesh depends on. */
export function wideCell(cell: Box): Box {
  return { lo: mapVec((d) => cell.lo[d] - margin), hi: mapVec((d) => cell.hi[d] + margin) };
}

/**
 * The part of a segment's mesh in one cell. What is not manifold is mended before the mesh is cut at the cell's border,
 * and open edges stay as they are, so that the parts of all cells fit each other and are manifold together.
 *
 * @param pieces those of all blocks that have a triangle in the wide cell
 */
export function meshPart(
  pieces: Iterable<SurfacePiece>,
  { cell, volume }: { cell: Box; volume: Vec3 },
  { error }: SimplifyOptions,
): Mesh {
  const wide = wideCell(cell);
  const near = Array.from(pieces, (piece) => cutPiece(piece, wide));
  // At the border of the wide cell bodies are cut open, and not all can be mended. Nor does it matter: but every cell must
  // move the same vertices by as much.
  return simplifyMesh(cutMesh(repairMesh(joinPieces(near, volume), moves[0]), cell), { error });
}

/** The triangles whose middle lies in a cell: sums of three positions on the grid are exact. */
function cutMesh({ positions, indices }: Mesh, { lo, hi }: Box): Mesh {
  const kept = new Uint32Array(indices.length);
  let corners = 0;
  for (let t = 0; t < indices.length; t += 3) {
    let inside = true;
    for (let d = 0; d < 3; d++) {
      const sum =
        positions[3 * indices[t]! + d]! +
        positions[3 * indices[t + 1]! + d]! +
        positions[3 * indices[t + 2]! + d]!;
      if (sum < 3 * lo[d]! || sum >= 3 * hi[d]!) inside = false;
    }
    if (!inside) continue;
    for (let c = 0; c < 3; c++) kept[corners++] = indices[t + c]!;
  }
  return compactMesh({ positions, indices: kept.slice(0, corners) });
}
