/** "NPM1" */
const MAGIC: u32 = 0x314d504e;
const HEADER: u64 = 40;

/** A piece of a surface as `encodePiece` of lib/format/pack.ts writes it: what its header tells, and where its parts are. */
@unmanaged
export class Piece {
  vertices: u32;
  keyed: u32;
  triangles: u32;
  /** Bytes of a coordinate and of an index: 2 or 4. */
  wide: u32;
  long: u32;
  /** i32 x, y, z. */
  origin: usize;
  /** f64 each. */
  keys: usize;
  /** u32: the vertices that have them. */
  named: usize;
  positions: usize;
  indices: usize;
  /** Where the next piece begins. */
  end: usize;
}

const space = memory.data(64, 16);

/** Reads the header of a piece. It is the same `Piece` every time. Traps if the bytes up to `stop` hold no whole piece. */
export function openPiece(at: usize, stop: usize): Piece {
  const piece = changetype<Piece>(space);
  const room = <u64>(stop - at);
  if (room < HEADER || load<u32>(at) != MAGIC) unreachable();
  piece.vertices = load<u32>(at, 8);
  piece.keyed = load<u32>(at, 12);
  piece.triangles = load<u32>(at, 16);
  piece.wide = load<u32>(at, 20);
  piece.long = load<u32>(at, 24);
  if (!isWidth(piece.wide) || !isWidth(piece.long)) unreachable();
  const named = HEADER + (<u64>piece.keyed << 3);
  const positions = aligned(named + (<u64>piece.keyed << 2));
  const indices = aligned(positions + 3 * <u64>piece.wide * <u64>piece.vertices);
  const end = aligned(indices + 3 * <u64>piece.long * <u64>piece.triangles);
  if (end > room) unreachable();
  piece.origin = at + 28;
  piece.keys = at + <usize>HEADER;
  piece.named = at + <usize>named;
  piece.positions = at + <usize>positions;
  piece.indices = at + <usize>indices;
  piece.end = at + <usize>end;
  return piece;
}

function isWidth(bytes: u32): bool {
  return bytes == 2 || bytes == 4;
}

function aligned(offset: u64): u64 {
  return (offset + 7) & ~7;
}
