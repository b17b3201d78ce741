import { SLOT } from "./cluster";
import { ample, FACE, Field, larger, recordOf } from "./field";

/**
 * Pass B: the quads between coarse clusters. Only the voxel faces on the three lines through a cluster's far voxel have
 * their four corners in four clusters; every other face shrinks to an edge or a point. Faces with a corner in a fine
 * cluster are left to pass C.
 */
export function addQuads(field: Field): void {
  for (let z = 0; z < field.oz; z++) {
    for (let y = 0; y < field.oy; y++) {
      reserveFaces(field, 12 * field.ox);
      addRow(field, y, z);
    }
  }
}

/** Makes room for so many more faces. */
export function reserveFaces(field: Field, count: i32): void {
  const bytes = (<usize>field.faceCount + count) * FACE;
  if (field.faceRoom >= bytes) return;
  field.faceRoom = ample(bytes);
  field.face = larger(field.face, <usize>field.faceCount * FACE, field.faceRoom);
}

function addRow(field: Field, y: i32, z: i32): void {
  const row = <usize>field.row << 2;
  const slice = <usize>field.slice << 2;
  let cluster = (z * field.ny + y) * field.nx;
  const end = cluster + field.ox;
  let far = field.labels + 2 * (<usize>(z + 1) * slice + <usize>(y + 1) * row + 4);
  let start = field.start + (<usize>cluster << 2);
  for (; cluster < end; cluster++, far += 8, start += 4) {
    if (load<u32>(start) == load<u32>(start, 4)) continue;
    const c = load<u32>(far);
    // The face across an axis at the place (2, 2) has number 18 axis + 9 p + 8.
    addLine(field, cluster, 8, load<u32>(far - 8), load<u32>(far - 4), c);
    addLine(field, cluster, 26, load<u32>(far - 2 * row), load<u32>(far - row), c);
    addLine(field, cluster, 44, load<u32>(far - 2 * slice), load<u32>(far - slice), c);
  }
}

// @ts-ignore: decorator
@inline
function addLine(field: Field, cluster: i32, k: i32, a: u32, b: u32, c: u32): void {
  if (a != b) {
    if (a != 0) addQuad(field, cluster, k, a, false);
    if (b != 0) addQuad(field, cluster, k, b, true);
  }
  if (b != c) {
    if (b != 0) addQuad(field, cluster, k + 9, b, false);
    if (c != 0) addQuad(field, cluster, k + 9, c, true);
  }
}

/** `high`: the label is at the high side of the face, which turns the quad round. */
function addQuad(field: Field, cluster: i32, k: i32, label: u32, high: bool): void {
  const start = field.start;
  const record = field.record;
  const arena = field.arena;
  const step = field.step + (<usize>k << 4);
  const slot = field.faces + SLOT + (k << 2);
  const r0 = recordOf(start, record, cluster + load<i32>(step), label);
  const r1 = recordOf(start, record, cluster + load<i32>(step, 4), label);
  const r2 = recordOf(start, record, cluster + load<i32>(step, 8), label);
  const r3 = recordOf(start, record, cluster + load<i32>(step, 12), label);
  const e0 = load<u32>(r0, 4);
  const e1 = load<u32>(r1, 4);
  const e2 = load<u32>(r2, 4);
  const e3 = load<u32>(r3, 4);
  if (((e0 | e1 | e2 | e3) & 1) != 0) return;
  const v1 = load<u32>(r1, 8) + load<u8>(arena + e1 + load<u8>(slot, 1));
  const v3 = load<u32>(r3, 8) + load<u8>(arena + e3 + load<u8>(slot, 3));
  const to = field.face + <usize>(field.faceCount++) * FACE;
  store<u32>(to, load<u32>(r0, 8) + load<u8>(arena + e0 + load<u8>(slot)));
  store<u32>(to, high ? v3 : v1, 4);
  store<u32>(to, load<u32>(r2, 8) + load<u8>(arena + e2 + load<u8>(slot, 2)), 8);
  store<u32>(to, high ? v1 : v3, 12);
  store<u32>(to, label, 16);
  countTriangles(field, label, 2);
}

// @ts-ignore: decorator
@inline
export function countTriangles(field: Field, label: u32, count: u32): void {
  const at = field.first + (<usize>label << 2);
  store<u32>(at, load<u32>(at) + count);
}
