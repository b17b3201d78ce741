/** Most loops of one label in a cluster of 2x2x2 dual cells: 4 in each. */
export const LOOPS: i32 = 32;
/** Steps of vertex positions per voxel: GRID of lib/format/pack.ts. */
export const GRID: i32 = 32;
/** Voxel faces inside a cluster: see lib/volume/surface/crossing.ts. */
export const CROSSINGS: i32 = 54;

/** Bytes of a record (label, entry, first vertex), a vertex (x, y, z, place) and a face (four vertices, label). */
export const RECORD: usize = 12;
export const VERTEX: usize = 16;
export const FACE: usize = 20;
/** Bytes of a record of a fine cluster: record, cluster, mask. */
export const FINE: usize = 12;

/** What the passes over one block share. Only geometry and entries are kept from block to block. */
@unmanaged
export class Field {
  /** Geometry: see `shapeTables`. */
  cells: usize;
  faces: usize;
  coarse: bool;
  /** The block: labels, voxels per row and slice, clusters scanned and owned. */
  labels: usize;
  labelCount: i32;
  row: i32;
  slice: i32;
  nx: i32;
  ny: i32;
  nz: i32;
  ox: i32;
  oy: i32;
  oz: i32;
  /** [27]: bytes from a cluster's first voxel to each of its voxels. */
  offset: usize;
  /** [54][4]: cluster of each corner of a face, from the cluster that numbers the face. */
  step: usize;
  /** Entries by mask: slots of (mask, entry), open addressing; the entries one after another. */
  slots: usize;
  slotBits: i32;
  entries: i32;
  arena: usize;
  arenaUsed: usize;
  arenaRoom: usize;
  /** Records of cluster c are start[c] .. start[c + 1]; none for a cluster of one label. */
  start: usize;
  /** Room: bytes there are, and between two blocks those to begin with. */
  record: usize;
  recordRoom: usize;
  records: i32;
  vertex: usize;
  vertexRoom: usize;
  vertices: i32;
  fine: usize;
  fineRoom: usize;
  fines: i32;
  face: usize;
  faceRoom: usize;
  faceCount: i32;
  /** Triangles of each label, then the number of its first; one more at the end. */
  first: usize;
  /** The pieces: see `gatherPieces`. */
  piece: usize;
  triangle: usize;
  position: usize;
  key: usize;
}

/** Memory of so many bytes with the first `used` of what is at `address`, which is released. */
export function larger(address: usize, used: usize, bytes: usize): usize {
  const moved = heap.alloc(bytes);
  memory.copy(moved, address, used);
  if (address != 0) heap.free(address);
  return moved;
}

/** How much to take when `bytes` are needed: room for a quarter more. */
export function ample(bytes: usize): usize {
  return (bytes + (bytes >> 2) + 1023) & ~1023;
}

/**
 * The record of a label in a cluster, which must be there: a face at a corner shows in all four clusters. Traps if it
 * is not, as when voxels outside the volume are not 0.
 */
// @ts-ignore: decorator
@inline
export function recordOf(start: usize, record: usize, cluster: i32, label: u32): usize {
  const place = start + (<usize>cluster << 2);
  let at = record + RECORD * <usize>load<u32>(place);
  const end = record + RECORD * <usize>load<u32>(place, 4);
  while (at < end) {
    if (load<u32>(at) == label) return at;
    at += RECORD;
  }
  return unreachable();
}
