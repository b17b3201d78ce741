import { GRID, type SurfacePiece } from "../../format/pack.ts";
import { type Box, mapVec, type Vec3 } from "../../format/vec.ts";

/** Above so many triangles a segment is meshed in parts: joining and simplifying takes about 150 bytes for each. */
export const mostTriangles = 2 ** 20;
/** Triangles that one part should have; some have more. */
const partTriangles = 2 ** 19;
const smallestCell = 64;
const largestCell = 1024;

/**
 * The cells in which a segment too large for one task is joined and simplified, cell by cell. They lie on a
 * fixed grid of the volume and their size follows from the segment alone, so that the parts are the same
 * however the volume was cut into blocks.
 *
 * @param box the segment's voxels
 */
export function splitCells(box: Box, triangles: number): Box[] {
  const volume = (box.hi[0] - box.lo[0]) * (box.hi[1] - box.lo[1]) * (box.hi[2] - box.lo[2]);
  const side = Math.cbrt((volume * partTriangles) / triangles);
  const cell = Math.min(largestCell, Math.max(smallestCell, 2 ** Math.floor(Math.log2(side))));
  // What is mended may reach a little beyond the voxels.
  const lo = mapVec((d) => Math.floor((box.lo[d] - 1) / cell));
  const hi = mapVec((d) => Math.floor(box.hi[d] / cell) + 1);
  const cells: Box[] = [];
  for (let z = lo[2]; z < hi[2]; z++) {
    for (let y = lo[1]; y < hi[1]; y++) {
      for (let x = lo[0]; x < hi[0]; x++) {
        const at: Vec3 = [x, y, z];
        cells.push({ lo: mapVec((d) => at[d] * cell), hi: mapVec((d) => (at[d] + 1) * cell) });
      }
    }
  }
  return cells;
}

/**
 * The triangles of a piece whose middle lies in a cell, with their vertices. Middles are compared in whole
 * steps of 1/GRID voxel: every triangle belongs to exactly one cell, in every block that has it.
 */
export function cutPiece(piece: SurfacePiece, cell: Box): SurfacePiece {
  const { positions, triangles } = piece;
  const number = new Int32Array(piece.keys.length).fill(-1);
  const order = new Uint32Array(piece.keys.length);
  const kept = new Uint32Array(triangles.length);
  let [vertices, corners] = [0, 0];
  for (let t = 0; t < triangles.length; t += 3) {
    if (!isInside(positions, triangles, { t, cell })) continue;
    for (let c = t; c < t + 3; c++) {
      const vertex = triangles[c]!;
      if (number[vertex]! < 0) {
        order[vertices] = vertex;
        number[vertex] = vertices++;
      }
      kept[corners++] = number[vertex]!;
    }
  }
  const cut = {
    label: piece.label,
    positions: new Int32Array(3 * vertices),
    keys: new Float64Array(vertices),
    triangles: kept.slice(0, corners),
  };
  for (let v = 0; v < vertices; v++) {
    const from = order[v]!;
    cut.keys[v] = piece.keys[from]!;
    for (let d = 0; d < 3; d++) cut.positions[3 * v + d] = positions[3 * from + d]!;
  }
  return cut;
}

function isInside(
  positions: Int32Array,
  triangles: Uint32Array,
  { t, cell }: { t: number; cell: Box },
): boolean {
  for (let d = 0; d < 3; d++) {
    const sum =
      positions[3 * triangles[t]! + d]! +
      positions[3 * triangles[t + 1]! + d]! +
      positions[3 * triangles[t + 2]! + d]!;
    if (sum < 3 * GRID * cell.lo[d]! || sum >= 3 * GRID * cell.hi[d]!) return false;
  }
  return true;
}
