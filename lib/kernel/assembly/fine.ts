import { SHIFT, SLOT } from "./cluster";
import { CROSSINGS, FACE, Field, FINE, RECORD, recordOf } from "./field";
import { countTriangles, reserveFaces } from "./quad";

/** Vertices of the face at hand. */
const corner: usize = memory.data(16, 16);

/**
 * Pass C: the faces at fine clusters, at full resolution. Their corners may lie in coarse clusters, where several of
 * them are one vertex: what is left is a quad, a triangle or nothing. All corners are images of one closed surface, so
 * the two resolutions join without a crack.
 */
export function addFineFaces(field: Field): void {
  for (let i = 0; i < field.fines; i++) {
    reserveFaces(field, CROSSINGS);
    const at = field.fine + <usize>i * FINE;
    addCluster(field, load<u32>(at), load<u32>(at, 4), load<u32>(at, 8));
  }
}

function addCluster(field: Field, record: u32, cluster: i32, mask: u32): void {
  const faces = field.faces;
  const label = load<u32>(field.record + <usize>record * RECORD);
  const x = cluster % field.nx;
  const y = (cluster / field.nx) % field.ny;
  const z = cluster / (field.nx * field.ny);
  for (let k = 0; k < CROSSINGS; k++) {
    const bit = (mask >> load<u8>(faces + k)) & 1;
    if (bit == ((mask >> load<u8>(faces + 54 + k)) & 1)) continue;
    // Corner 0 lies in the lowest of the four clusters, whose block owns the face.
    const shift = faces + SHIFT + 12 * k;
    const lx = x + load<i8>(shift);
    const ly = y + load<i8>(shift, 1);
    const lz = z + load<i8>(shift, 2);
    if (lx < 0 || ly < 0 || lz < 0 || lx >= field.ox || ly >= field.oy || lz >= field.oz) continue;
    if (findCorners(field, cluster, k, label)) addFace(field, label, bit == 0);
  }
}

/** Finds the corners, unless another fine cluster comes first among the four and adds the face itself. */
function findCorners(field: Field, cluster: i32, k: i32, label: u32): bool {
  let free = true;
  for (let j = 0; j < 4; j++) {
    const at = cluster + load<i32>(field.step + ((4 * k + j) << 2));
    const record = recordOf(field.start, field.record, at, label);
    const entry = load<u32>(record, 4);
    if (free && (entry & 1) != 0) {
      if (at != cluster) return false;
      free = false;
    }
    const slot = load<u8>(field.faces + SLOT + 4 * k + j);
    store<u32>(corner + (j << 2), load<u32>(record, 8) + load<u8>(field.arena + (entry & ~1) + slot));
  }
  return true;
}

/** `turned`: the label is at the high side of the face. */
function addFace(field: Field, label: u32, turned: bool): void {
  const to = field.face + <usize>field.faceCount * FACE;
  let count = 0;
  for (let j = 0; j < 4; j++) {
    const vertex = load<u32>(corner + ((turned ? (4 - j) & 3 : j) << 2));
    if (count > 0 && (load<u32>(to + ((count - 1) << 2)) == vertex || load<u32>(to) == vertex)) continue;
    store<u32>(to + (count << 2), vertex);
    count++;
  }
  if (count < 3) return;
  if (count == 3) store<i32>(to, -1, 12);
  store<u32>(to, label, 16);
  countTriangles(field, label, count - 2);
  field.faceCount++;
}
