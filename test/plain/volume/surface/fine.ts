import { CROSSINGS } from "../../../../lib/volume/surface/crossing.ts";
import { type Field, recordOf, reserveFaces } from "./field.ts";

/**
 * Pass C: the faces at fine clusters, at full resolution. Their corners may lie in coarse clusters,
 * where several of them are one vertex: what is left is a quad, a triangle or nothing. All corners are
 * images of one closed surface, so the two resolutions join without a crack.
 */
export function addFineFaces(field: Field): void {
  for (let i = 0; i < field.fineCount; i++) {
    reserveFaces(field, CROSSINGS);
    addCluster(field, field.fine[3 * i]!, field.fine[3 * i + 1]!, field.fine[3 * i + 2]!);
  }
}

function addCluster(field: Field, record: number, cluster: number, mask: number): void {
  const { low, high, shift } = field.crossing;
  const [nx, ny] = field.shape;
  const [ox, oy, oz] = field.owned;
  const label = field.recordLabel[record]!;
  const x = cluster % nx;
  const y = ((cluster / nx) | 0) % ny;
  const z = (cluster / (nx * ny)) | 0;
  for (let k = 0; k < CROSSINGS; k++) {
    const bit = (mask >> low[k]!) & 1;
    if (bit === ((mask >> high[k]!) & 1)) continue;
    // Corner 0 lies in the lowest of the four clusters, whose block owns the face.
    const lx = x + shift[12 * k]!;
    const ly = y + shift[12 * k + 1]!;
    const lz = z + shift[12 * k + 2]!;
    if (lx < 0 || ly < 0 || lz < 0 || lx >= ox || ly >= oy || lz >= oz) continue;
    if (findCorners(field, cluster, k, label)) addFace(field, bit === 0);
  }
}

/** Finds the corners, unless another fine cluster comes first among the four and adds the face itself. */
function findCorners(field: Field, cluster: number, k: number, label: number): boolean {
  const { table, crossing, step, corner, recordEntry, recordVertex } = field;
  let free = true;
  for (let j = 0; j < 4; j++) {
    const at = cluster + step[4 * k + j]!;
    const record = recordOf(field, at, label);
    const entry = recordEntry[record]!;
    if (free && table.fine[entry] === 1) {
      if (at !== cluster) return false;
      free = false;
    }
    corner[j] = recordVertex[record]! + table.corners[96 * entry + crossing.slot[4 * k + j]!]!;
  }
  return true;
}

/** `turned`: the label is at the high side of the face. */
function addFace(field: Field, turned: boolean): void {
  const { corner, face } = field;
  const to = 4 * field.faces;
  let count = 0;
  for (let j = 0; j < 4; j++) {
    const vertex = corner[turned ? (4 - j) & 3 : j]!;
    if (count > 0 && (face[to + count - 1] === vertex || face[to] === vertex)) continue;
    face[to + count] = vertex;
    count++;
  }
  if (count < 3) return;
  if (count === 3) face[to + 3] = -1;
  field.faces++;
}
