import { at, put } from "./star";
import { openPiece, Piece } from "./piece";

/** The vertices of several pieces of one label, those of equal keys made one. */
@unmanaged
export class Welded {
  pieces: u32;
  /** Vertices and triangles of all pieces, and those of the vertices that have keys. */
  total: u32;
  triangles: u32;
  keyed: u32;
  /** Vertices that are left, i32 x, y, z, 0 each at `points`. */
  vertices: u32;
  points: usize;
  /** u32 per vertex of the pieces, one piece after another: its number among those that are left. */
  number: usize;
}

/** The least and the greatest coordinates, i32 x, y, z, 0. */
export const lowest = memory.data(16, 16);
export const highest = memory.data(16, 16);

const space = memory.data(32, 16);

/**
 * Welds the pieces that lie one after another in each of `count` spans: u32 begin and end. `points` and `number` are to be
 * freed. Traps if something is no piece.
 */
export function weld(spans: usize, count: i32): Welded {
  const welded = changetype<Welded>(space);
  measure(welded, spans, count);
  welded.points = heap.alloc(<usize>welded.total << 4);
  welded.number = heap.alloc(<usize>welded.total << 2);
  v128.store(lowest, i32x4.splat(i32.MAX_VALUE));
  v128.store(highest, i32x4.splat(i32.MIN_VALUE));
  // The keys of one piece are all different.
  const bits: u32 = welded.pieces < 2 ? 0 : 33 - clz(max<u32>(1, welded.keyed));
  const slots = heap.alloc(<usize>16 << bits);
  if (bits > 0) memory.fill(slots, 255, <usize>16 << bits);
  welded.vertices = 0;
  let number = welded.number;
  for (let span = spans; span < spans + (<usize>count << 3); span += 8) {
    const stop = <usize>load<u32>(span, 4);
    for (let place = <usize>load<u32>(span); place < stop; ) {
      const piece = openPiece(place, stop);
      addVertices(welded, piece, number, slots, bits);
      number += <usize>piece.vertices << 2;
      place = piece.end;
    }
  }
  heap.free(slots);
  return welded;
}

function measure(welded: Welded, spans: usize, count: i32): void {
  welded.pieces = 0;
  welded.total = 0;
  welded.triangles = 0;
  welded.keyed = 0;
  for (let span = spans; span < spans + (<usize>count << 3); span += 8) {
    const stop = <usize>load<u32>(span, 4);
    for (let place = <usize>load<u32>(span); place < stop; ) {
      const piece = openPiece(place, stop);
      welded.pieces++;
      welded.total += piece.vertices;
      welded.triangles += piece.triangles;
      welded.keyed += piece.keyed;
      place = piece.end;
    }
  }
}

/** Those that have keys are few, and named in order: between them there are runs of others. */
function addVertices(welded: Welded, piece: Piece, number: usize, slots: usize, bits: u32): void {
  const origin = v128.and(v128.load(piece.origin), i32x4(-1, -1, -1, 0));
  const points = welded.points;
  const narrow = piece.wide == 2;
  const size: usize = narrow ? 6 : 12;
  let low = v128.load(lowest);
  let high = v128.load(highest);
  let vertices = welded.vertices;
  let from = piece.positions;
  let i: u32 = 0;
  for (let k: u32 = 0; k <= piece.keyed; k++) {
    const isKeyed = k < piece.keyed;
    const next = isKeyed ? at(piece.named, k) : piece.vertices;
    if (next < i || <u64>next + <u64>isKeyed > <u64>piece.vertices) unreachable();
    for (; i < next; i++) {
      const point = i32x4.add(pointAt(from, narrow), origin);
      low = i32x4.min_s(low, point);
      high = i32x4.max_s(high, point);
      v128.store(points + (<usize>vertices << 4), point);
      put(number, i, vertices++);
      from += size;
    }
    if (!isKeyed) break;
    const key = load<f64>(piece.keys + (<usize>k << 3));
    if (!(key >= 0)) unreachable();
    const known = bits == 0 ? vertices : seek(slots, bits, key, vertices);
    put(number, i++, known);
    if (known == vertices) {
      const point = i32x4.add(pointAt(from, narrow), origin);
      low = i32x4.min_s(low, point);
      high = i32x4.max_s(high, point);
      v128.store(points + (<usize>vertices << 4), point);
      vertices++;
    }
    from += size;
  }
  v128.store(lowest, low);
  v128.store(highest, high);
  welded.vertices = vertices;
}

/** Reads up to four bytes beyond the position: those of the next one, of an index, or of the end of the memory. */
// @ts-ignore: decorator
@inline
function pointAt(from: usize, narrow: bool): v128 {
  const four = narrow ? i32x4.extend_low_i16x8_u(v128.load64_zero(from)) : v128.load(from);
  return v128.and(four, i32x4(-1, -1, -1, 0));
}

/** The vertex that has the key already, or `next`, which has it from now on. Slots are (key, vertex). */
function seek(slots: usize, bits: u32, key: f64, next: u32): u32 {
  const mask: u32 = (1 << bits) - 1;
  const whole = <u64>key;
  let slot = <u32>((whole * 0x9e3779b97f4a7c15) >> (64 - bits)) & mask;
  while (true) {
    const place = slots + (<usize>slot << 4);
    const there = load<u64>(place);
    if (there == whole) return load<u32>(place, 8);
    if (there == 0xffffffffffffffff) {
      store<u64>(place, whole);
      store<u32>(place, next, 8);
      return next;
    }
    slot = (slot + 1) & mask;
  }
}
