import { openPiece } from "./piece";
import { at, put, TRIANGLE } from "./star";

/** Where the triangles wait, 12 bytes each, to be put into the same memory in their order: see `sortTriangles`. */
const WAITING: usize = TRIANGLE - 12;

/**
 * The triangles of the pieces of some spans in canonical order: each begins at its lowest vertex, then by first, second,
 * third vertex.
 *
 * @param number u32 per vertex of the pieces, one piece after another: its number in the mesh
 * @param triangles how many there are together
 * @returns the triangles (see `Star`), without twins; to be freed
 */
export function sortTriangles(spans: usize, count: i32, number: usize, vertices: i32, triangles: i32): usize {
  const mesh = heap.alloc(<usize>triangles * TRIANGLE);
  const waiting = mesh + <usize>triangles * WAITING;
  const next = heap.alloc((<usize>vertices + 1) << 2);
  memory.fill(next, 0, (<usize>vertices + 1) << 2);
  gather(spans, count, number, next, waiting);
  for (let v = 0; v < vertices; v++) put(next, v + 1, at(next, v + 1) + at(next, v));
  // Second and third vertex of each, by the first.
  const rests = heap.alloc(<usize>triangles << 3);
  const end = waiting + <usize>triangles * 12;
  for (let from = waiting; from < end; from += 12) {
    const first = next + (<usize>load<u32>(from) << 2);
    const place = load<u32>(first);
    store<u32>(first, place + 1);
    store<u64>(rests + (<usize>place << 3), rotl<u64>(load<u64>(from, 4), 32));
  }
  let to = mesh;
  let rest = rests;
  for (let v = 0; v < vertices; v++) {
    // Where the next vertex began is where this one ends.
    const stop = rests + (<usize>at(next, v) << 3);
    sortRests(rest, stop);
    for (; rest < stop; rest += 8) {
      const pair = load<u64>(rest);
      store<u64>(to, <u64>v | (pair & 0xffffffff00000000));
      store<u64>(to, pair & 0xffffffff, 8);
      to += TRIANGLE;
    }
  }
  heap.free(rests);
  heap.free(next);
  return mesh;
}

/** Numbers of all triangles, the lowest first, and in `counts` how many have which as their lowest, one place further. */
function gather(spans: usize, count: i32, number: usize, counts: usize, waiting: usize): void {
  let own = number;
  let to = waiting;
  for (let span = spans; span < spans + (<usize>count << 3); span += 8) {
    const stop = <usize>load<u32>(span, 4);
    for (let place = <usize>load<u32>(span); place < stop; ) {
      const piece = openPiece(place, stop);
      const vertices = piece.vertices;
      const isShort = piece.long == 2;
      const size: usize = isShort ? 6 : 12;
      const end = piece.indices + <usize>piece.triangles * size;
      for (let from = piece.indices; from < end; from += size) {
        const i: u32 = isShort ? load<u16>(from) : load<u32>(from);
        const j: u32 = isShort ? load<u16>(from, 2) : load<u32>(from, 4);
        const k: u32 = isShort ? load<u16>(from, 4) : load<u32>(from, 8);
        if (max(max(i, j), k) >= vertices) unreachable();
        const a = at(own, i);
        const b = at(own, j);
        const c = at(own, k);
        const isFirst = a < b && a < c;
        const isSecond = b < c;
        const first = isFirst ? a : isSecond ? b : c;
        store<u32>(to, first);
        store<u32>(to, isFirst ? b : isSecond ? c : a, 4);
        store<u32>(to, isFirst ? c : isSecond ? a : b, 8);
        put(counts, first + 1, at(counts, first + 1) + 1);
        to += 12;
      }
      own += <usize>vertices << 2;
      place = piece.end;
    }
  }
}

/** Second (upper half) and third vertices of one first vertex: two or three as a rule. */
// @ts-ignore: decorator
@inline
function sortRests(begin: usize, end: usize): void {
  for (let i = begin + 8; i < end; i += 8) {
    const own = load<u64>(i);
    let to = i;
    while (to > begin) {
      const before = load<u64>(to - 8);
      if (before <= own) break;
      store<u64>(to, before);
      to -= 8;
    }
    store<u64>(to, own);
  }
}
