import { ENTRY, entryOf } from "./entry";
import { ample, Field, FINE, GRID, larger, LOOPS, RECORD, VERTEX } from "./field";

const ALL: u32 = 0x7ffffff;

/** Pass A: the records and vertices of every cluster of the block, in cluster order, x fastest. */
export function scanClusters(field: Field): void {
  const clusters = <usize>field.nx * field.ny * field.nz;
  field.start = heap.alloc((clusters + 1) << 2);
  for (let z = 0; z < field.nz; z++) {
    for (let y = 0; y < field.ny; y++) {
      reserve(field);
      scanRow(field, y, z);
    }
  }
  store<u32>(field.start + (clusters << 2), field.records);
}

/** Makes room for a row of clusters in the worst case: every voxel its own label. */
function reserve(field: Field): void {
  const nx = <usize>field.nx;
  const records = (<usize>field.records + 27 * nx) * RECORD;
  if (field.recordRoom < records) {
    field.recordRoom = ample(records);
    field.record = larger(field.record, <usize>field.records * RECORD, field.recordRoom);
  }
  const vertices = (<usize>field.vertices + 2 * LOOPS * nx) * VERTEX;
  if (field.vertexRoom < vertices) {
    field.vertexRoom = ample(vertices);
    field.vertex = larger(field.vertex, <usize>field.vertices * VERTEX, field.vertexRoom);
  }
  const fines = (<usize>field.fines + 27 * nx) * FINE;
  if (field.fineRoom < fines) {
    field.fineRoom = ample(fines);
    field.fine = larger(field.fine, <usize>field.fines * FINE, field.fineRoom);
  }
}

/**
 * Rows of a cluster are loaded from one voxel before them: four voxels, of which the last three are its own. So
 * nothing is read beyond the labels; what lies before them in memory is of no effect.
 */
function scanRow(field: Field, y: i32, z: i32): void {
  const nx = field.nx;
  const cluster = (z * field.ny + y) * nx;
  const row = <usize>field.row << 2;
  const slice = <usize>field.slice << 2;
  let at = field.labels + 2 * (<usize>z * slice + <usize>y * row) - 4;
  let start = field.start + (<usize>cluster << 2);
  for (let x = 0; x < nx; x++, at += 8, start += 4) {
    store<u32>(start, field.records);
    const p = at + slice;
    const q = p + slice;
    const r0 = v128.load(at);
    const r1 = v128.load(at + row);
    const r2 = v128.load(at + 2 * row);
    const r3 = v128.load(p);
    const r4 = v128.load(p + row);
    const r5 = v128.load(p + 2 * row);
    const r6 = v128.load(q);
    const r7 = v128.load(q + row);
    const r8 = v128.load(q + 2 * row);
    let label = load<u32>(at, 4);
    let a = i32x4.splat(label);
    const e = v128.and(
      v128.and(v128.and(i32x4.eq(r0, a), i32x4.eq(r1, a)), v128.and(i32x4.eq(r2, a), i32x4.eq(r3, a))),
      v128.and(v128.and(i32x4.eq(r4, a), i32x4.eq(r5, a)), v128.and(i32x4.eq(r6, a), i32x4.eq(r7, a))),
    );
    if (i32x4.bitmask(v128.and(e, i32x4.eq(r8, a))) >= 14) continue;
    let rest = ALL;
    while (true) {
      const mask =
        (i32x4.bitmask(i32x4.eq(r0, a)) >> 1) |
        ((i32x4.bitmask(i32x4.eq(r1, a)) >> 1) << 3) |
        ((i32x4.bitmask(i32x4.eq(r2, a)) >> 1) << 6) |
        ((i32x4.bitmask(i32x4.eq(r3, a)) >> 1) << 9) |
        ((i32x4.bitmask(i32x4.eq(r4, a)) >> 1) << 12) |
        ((i32x4.bitmask(i32x4.eq(r5, a)) >> 1) << 15) |
        ((i32x4.bitmask(i32x4.eq(r6, a)) >> 1) << 18) |
        ((i32x4.bitmask(i32x4.eq(r7, a)) >> 1) << 21) |
        ((i32x4.bitmask(i32x4.eq(r8, a)) >> 1) << 24);
      if (label != 0) addRecord(field, label, mask, x, y, z);
      rest &= ~mask;
      if (rest == 0) break;
      label = load<u32>(at + 4 + load<u32>(field.offset + (<usize>ctz(rest) << 2)));
      a = i32x4.splat(label);
    }
  }
}

// @ts-ignore: decorator
@inline
function addRecord(field: Field, label: u32, mask: u32, x: i32, y: i32, z: i32): void {
  // Labels number the triangles: none is beyond the count.
  if (label >= <u32>field.labelCount) unreachable();
  const cluster = (z * field.ny + y) * field.nx + x;
  const entry = entryOf(field, field.slots, mask);
  const at = field.record + <usize>field.records * RECORD;
  store<u32>(at, label);
  store<u32>(at, entry, 4);
  store<u32>(at, field.vertices, 8);
  if ((entry & 1) != 0) {
    const fine = field.fine + <usize>(field.fines++) * FINE;
    store<u32>(fine, field.records);
    store<u32>(fine, cluster, 4);
    store<u32>(fine, mask, 8);
  }
  field.records++;
  const source = field.arena + (entry & ~1);
  const count = <i32>load<u16>(source, 96);
  let position = source + ENTRY;
  let to = field.vertex + <usize>field.vertices * VERTEX;
  for (let i = 0; i < count; i++, position += 6, to += VERTEX) {
    store<i32>(to, 2 * GRID * x + load<i16>(position));
    store<i32>(to, 2 * GRID * y + load<i16>(position, 2), 4);
    store<i32>(to, 2 * GRID * z + load<i16>(position, 4), 8);
    store<u32>(to, cluster * LOOPS + i, 12);
  }
  field.vertices += count;
}
