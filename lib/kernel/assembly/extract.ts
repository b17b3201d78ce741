import { SHIFT } from "./cluster";
import { clearEntries, trimEntries } from "./entry";
import { ample, CROSSINGS, FACE, Field, FINE, RECORD, VERTEX } from "./field";
import { addFineFaces } from "./fine";
import { gatherPieces } from "./gather";
import { addQuads } from "./quad";
import { scanClusters } from "./scan";

/** Tables and space of an extractor: see `createExtractor`. `cells` and `faces` stay where they are. */
export function createField(cells: usize, faces: usize, coarse: bool): usize {
  const address = heap.alloc(offsetof<Field>());
  memory.fill(address, 0, offsetof<Field>());
  const field = changetype<Field>(address);
  field.cells = cells;
  field.faces = faces;
  field.coarse = coarse;
  field.offset = heap.alloc(27 * 4);
  field.step = heap.alloc(CROSSINGS * 16);
  clearEntries(field, 16);
  return address;
}

/**
 * The surfaces of all labels of a block: see `SurfaceExtractor`. n clusters scanned, o owned, the first at x0, y0, z0 of
 * the volume, which is `wide` clusters along x and `high` along y.
 *
 * @returns the number of pieces; `extracted` tells where they are until `releaseExtracted`
 */
export function extract(
  address: usize, labels: usize, labelCount: i32,
  nx: i32, ny: i32, nz: i32, ox: i32, oy: i32, oz: i32,
  x0: i32, y0: i32, z0: i32, wide: f64, high: f64,
): i32 {
  const field = changetype<Field>(address);
  trimEntries(field);
  field.labels = labels;
  field.labelCount = labelCount;
  field.nx = nx;
  field.ny = ny;
  field.nz = nz;
  field.ox = ox;
  field.oy = oy;
  field.oz = oz;
  field.row = 2 * nx + 1;
  field.slice = field.row * (2 * ny + 1);
  placeTables(field);
  openSpace(field);
  scanClusters(field);
  addQuads(field);
  addFineFaces(field);
  heap.free(field.start);
  heap.free(field.record);
  heap.free(field.fine);
  // About as much is needed in the next block.
  field.recordRoom = <usize>field.records * RECORD;
  field.vertexRoom = <usize>field.vertices * VERTEX;
  field.fineRoom = <usize>field.fines * FINE;
  field.faceRoom = <usize>field.faceCount * FACE;
  return gatherPieces(field, x0, y0, z0, wide, high);
}

function openSpace(field: Field): void {
  field.records = 0;
  field.vertices = 0;
  field.fines = 0;
  field.faceCount = 0;
  field.record = heap.alloc(field.recordRoom);
  field.vertex = heap.alloc(field.vertexRoom);
  field.fine = heap.alloc(field.fineRoom);
  field.face = heap.alloc(field.faceRoom);
  const bytes = (<usize>field.labelCount + 1) << 2;
  field.first = heap.alloc(bytes);
  memory.fill(field.first, 0, bytes);
}

function placeTables(field: Field): void {
  for (let k = 0; k < 27; k++) {
    store<u32>(field.offset + (k << 2), ((k % 3) + ((k / 3) % 3) * field.row + (k / 9) * field.slice) << 2);
  }
  for (let j = 0; j < 4 * CROSSINGS; j++) {
    const shift = field.faces + SHIFT + 3 * j;
    const plane = field.nx * (load<i8>(shift, 1) + field.ny * load<i8>(shift, 2));
    store<i32>(field.step + (j << 2), load<i8>(shift) + plane);
  }
}

/** Addresses of the pieces (label, triangles, vertices each), their triangles, positions and keys: see `gatherPieces`. */
export function extracted(address: usize, part: i32): usize {
  const field = changetype<Field>(address);
  if (part == 0) return field.piece;
  if (part == 1) return field.triangle;
  return part == 2 ? field.position : field.key;
}

/** Gives back what `extracted` tells of. */
export function releaseExtracted(address: usize): void {
  const field = changetype<Field>(address);
  heap.free(field.first);
  heap.free(field.piece);
  heap.free(field.triangle);
  heap.free(field.position);
  heap.free(field.key);
}
