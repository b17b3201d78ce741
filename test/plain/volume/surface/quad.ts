import { type Field, recordOf, reserveFaces } from "./field.ts";

/**
 * Pass B: the quads between coarse clusters. Only the voxel faces on the three lines through a
 * cluster's far voxel have their four corners in four clusters; every other face shrinks to an edge or
 * a point. Faces with a corner in a fine cluster are left to pass C.
 */
export function addQuads(field: Field): void {
  const [nx, ny] = field.shape;
  const [ox, oy, oz] = field.owned;
  for (let z = 0; z < oz; z++) {
    for (let y = 0; y < oy; y++) {
      reserveFaces(field, 12 * ox);
      addRow(field, y, z, (z * ny + y) * nx);
    }
  }
}

function addRow(field: Field, y: number, z: number, first: number): void {
  const { start, labels, row, slice } = field;
  const end = first + field.owned[0];
  let far = 2 * ((z + 1) * slice + (y + 1) * row + 1);
  for (let cluster = first; cluster < end; cluster++, far += 2) {
    if (start[cluster] === start[cluster + 1]) continue;
    const c = labels[far]!;
    for (let axis = 0; axis < 3; axis++) {
      const step = axis === 0 ? 1 : axis === 1 ? row : slice;
      const b = labels[far - step]!;
      const a = labels[far - 2 * step]!;
      // The face across the axis at the place (2, 2) has number 18 axis + 9 p + 8.
      const k = 18 * axis + 8;
      if (a !== b) {
        if (a !== 0) addQuad(field, cluster, k, a, false);
        if (b !== 0) addQuad(field, cluster, k, b, true);
      }
      if (b !== c) {
        if (b !== 0) addQuad(field, cluster, k + 9, b, false);
        if (c !== 0) addQuad(field, cluster, k + 9, c, true);
      }
    }
  }
}

/** `high`: the label is at the high side of the face, which turns the quad round. */
function addQuad(field: Field, cluster: number, k: number, label: number, high: boolean): void {
  const { table, crossing, step, corner, recordEntry, recordVertex, face } = field;
  for (let j = 0; j < 4; j++) {
    const record = recordOf(field, cluster + step[4 * k + j]!, label);
    const entry = recordEntry[record]!;
    if (table.fine[entry] === 1) return;
    corner[j] = recordVertex[record]! + table.corners[96 * entry + crossing.slot[4 * k + j]!]!;
  }
  const to = 4 * field.faces++;
  face[to] = corner[0]!;
  face[to + 1] = corner[high ? 3 : 1]!;
  face[to + 2] = corner[2]!;
  face[to + 3] = corner[high ? 1 : 3]!;
}
