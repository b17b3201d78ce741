import { fresh, type Take } from "../kernel/pile.ts";

/**
 * The surface of one label inside one block, before the blocks are joined.
 *
 * `positions`: x, y, z per vertex in 1/GRID voxel, in the frame of the whole volume (voxel i spans
 * [i, i + 1), `voxel_offset` not included). `keys`: one per vertex, equal for the same vertex in another
 * block; -1 for vertices no other block has. `triangles`: three vertices each, counter-clockwise seen
 * from outside.
 */
export type SurfacePiece = {
  readonly label: number;
  readonly positions: Int32Array;
  readonly keys: Float64Array;
  readonly triangles: Uint32Array;
};

/** Steps of vertex positions per voxel. A power of two, so that float32 holds every position exactly. */
export const GRID = 32;

/** "NPM1" */
const MAGIC = 0x314d504e;
const HEADER = 40;

/**
 * Binary form of a piece for the work store, little-endian. Header: magic, label, vertices, keyed
 * vertices, triangles, bytes per position, bytes per index (uint32 each), origin x, y, z (int32). Then
 * the keys (float64), the vertices they belong to (uint32), positions from the origin (3 per vertex,
 * uint16 or uint32) and indices (3 per triangle, uint16 or uint32); each part starts at a multiple of 8.
 *
 * @param take gives memory for it
 */
export function encodePiece(piece: SurfacePiece, take: Take = fresh): Uint8Array {
  const { positions, keys, triangles } = piece;
  const { origin, extent } = bounds(positions);
  const keyed = keyedVertices(keys);
  const counts = { vertices: keys.length, keyed: keyed.length, triangles: triangles.length / 3 };
  const layout = place(counts, extent > 0xffff ? 4 : 2, keys.length > 0x10000 ? 4 : 2);
  const bytes = take(layout.end);
  clearGaps(bytes, counts, layout);
  const header = new Int32Array(bytes.buffer, bytes.byteOffset, HEADER / 4);
  header.set([MAGIC, piece.label, counts.vertices, counts.keyed, counts.triangles, layout.wide, layout.long]);
  header.set(origin, 7);
  const parts = viewParts(bytes, counts, layout);
  copyIndices(keyed, parts.vertices);
  for (let i = 0; i < keyed.length; i++) parts.keys[i] = keys[keyed[i]!]!;
  for (let d = 0; d < 3; d++) {
    for (let i = d; i < positions.length; i += 3) parts.positions[i] = positions[i]! - origin[d]!;
  }
  copyIndices(triangles, parts.triangles);
  return bytes;
}

/** Equal pieces are equal bytes: what lies between the parts is 0. */
function clearGaps(bytes: Uint8Array, counts: Counts, layout: Layout): void {
  bytes.fill(0, layout.vertices + 4 * counts.keyed, layout.positions);
  bytes.fill(0, layout.positions + 3 * layout.wide * counts.vertices, layout.triangles);
  bytes.fill(0, layout.triangles + 3 * layout.long * counts.triangles);
}

/** A plain loop: `set` makes a copy first where both lie in one memory, and in shared memory goes byte by byte. */
function copyIndices(from: Uint16Array | Uint32Array, to: Uint16Array | Uint32Array): void {
  for (let i = 0; i < from.length; i++) to[i] = from[i]!;
}

/** Reads what `encodePiece` wrote. Throws an Error if the bytes are not a whole piece. */
export function decodePiece(bytes: Uint8Array): SurfacePiece {
  const { own, label, origin, counts, layout } = readHeader(bytes);
  const parts = viewParts(own, counts, layout);
  checkVertices(parts, counts);
  const positions = new Int32Array(3 * counts.vertices);
  for (let d = 0; d < 3; d++) {
    for (let i = d; i < positions.length; i += 3) positions[i] = parts.positions[i]! + origin[d]!;
  }
  const keys = new Float64Array(counts.vertices).fill(-1);
  for (let i = 0; i < counts.keyed; i++) keys[parts.vertices[i]!] = parts.keys[i]!;
  return { label, positions, keys, triangles: Uint32Array.from(parts.triangles) };
}

/**
 * Cuts what `encodePiece` made of several pieces, one after another.
 *
 * @throws Error if it does not end with a whole piece
 */
export function* splitPieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const length = sizeOf(bytes.subarray(at));
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

/** Bytes of the piece that these begin with. Throws an Error if they are not a whole piece. */
function sizeOf(bytes: Uint8Array): number {
  if (bytes.length < HEADER) throw new Error(`surface piece of ${bytes.length} bytes: no header`);
  const header = new Uint32Array(new Uint8Array(bytes.subarray(0, HEADER)).buffer);
  const counts = { vertices: header[2]!, keyed: header[3]!, triangles: header[4]! };
  const { end } = place(counts, header[5]!, header[6]!);
  if (header[0] === MAGIC && end <= bytes.length) return end;
  throw new Error(`surface piece of ${bytes.length} bytes: its header asks for ${end}`);
}

function readHeader(bytes: Uint8Array) {
  const own = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  if (own.length < HEADER) throw new Error(`surface piece of ${own.length} bytes: no header`);
  const header = new Uint32Array(own.buffer, own.byteOffset, HEADER / 4);
  const origin = new Int32Array(own.buffer, own.byteOffset + 28, 3);
  const counts = { vertices: header[2]!, keyed: header[3]!, triangles: header[4]! };
  const layout = place(counts, header[5]!, header[6]!);
  const known = header[0] === MAGIC && isWidth(layout.wide) && isWidth(layout.long);
  if (!known || layout.end !== own.length)
    throw new Error(`surface piece of ${own.length} bytes: its header asks for ${layout.end}`);
  return { own, label: header[1]!, origin, counts, layout };
}

/** Every vertex that is named is there, and those with keys are named in order. */
function checkVertices({ keys, vertices, triangles }: Parts, counts: Counts): void {
  const largest = largestOf(triangles);
  if (largest >= counts.vertices)
    throw new Error(`surface piece names vertex ${largest} of ${counts.vertices}`);
  for (let i = 0; i < counts.keyed; i++) {
    const inOrder = i === 0 || vertices[i]! > vertices[i - 1]!;
    if (vertices[i]! < counts.vertices && inOrder && keys[i]! >= 0) continue;
    throw new Error(
      `surface piece: key ${keys[i]} of vertex ${vertices[i]} of ${counts.vertices} is out of order`,
    );
  }
}

/** A plain loop: `find` and `reduce` would call a function per index. -1 for none. */
function largestOf(indices: Uint16Array | Uint32Array): number {
  let largest = -1;
  for (let i = 0; i < indices.length; i++) if (indices[i]! > largest) largest = indices[i]!;
  return largest;
}

function isWidth(bytes: number): boolean {
  return bytes === 2 || bytes === 4;
}

type Parts = ReturnType<typeof viewParts>;
type Counts = { readonly vertices: number; readonly keyed: number; readonly triangles: number };
type Layout = ReturnType<typeof place>;

function place(counts: Counts, wide: number, long: number) {
  const vertices = HEADER + 8 * counts.keyed;
  const positions = align(vertices + 4 * counts.keyed);
  const triangles = align(positions + 3 * wide * counts.vertices);
  return { wide, long, vertices, positions, triangles, end: align(triangles + 3 * long * counts.triangles) };
}

function align(offset: number): number {
  return Math.ceil(offset / 8) * 8;
}

function viewParts(bytes: Uint8Array, counts: Counts, layout: Layout) {
  const { buffer, byteOffset } = bytes;
  const numbers = (at: number, width: number, length: number) =>
    width === 2
      ? new Uint16Array(buffer, byteOffset + at, length)
      : new Uint32Array(buffer, byteOffset + at, length);
  return {
    keys: new Float64Array(buffer, byteOffset + HEADER, counts.keyed),
    vertices: numbers(layout.vertices, 4, counts.keyed),
    positions: numbers(layout.positions, layout.wide, 3 * counts.vertices),
    triangles: numbers(layout.triangles, layout.long, 3 * counts.triangles),
  };
}

function keyedVertices(keys: Float64Array): Uint32Array {
  let count = 0;
  for (let i = 0; i < keys.length; i++) if (keys[i]! >= 0) count++;
  const result = new Uint32Array(count);
  for (let i = keys.length - 1; i >= 0; i--) if (keys[i]! >= 0) result[--count] = i;
  return result;
}

function bounds(positions: Int32Array): { origin: [number, number, number]; extent: number } {
  const origin: [number, number, number] = [0, 0, 0];
  let extent = 0;
  for (let d = 0; d < 3 && positions.length > 0; d++) {
    let lo = positions[d]!;
    let hi = lo;
    for (let i = d; i < positions.length; i += 3) {
      const p = positions[i]!;
      if (p < lo) lo = p;
      else if (p > hi) hi = p;
    }
    origin[d] = lo;
    extent = Math.max(extent, hi - lo);
  }
  return { origin, extent };
}
