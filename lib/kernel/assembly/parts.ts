import { at, copyThree, NONE, put, Star, TRIANGLE } from "./star";

/** Bytes of what is measured of a part, f64: six times its volume, area vector x, y, z, triangles. */
const MEASURE: usize = 40;
/** Share of its volume that a closed part must keep. */
const SHARE: f64 = 0.5;
/** Parts of so many triangles at most are kept as they were: a larger one is hardly ever lost. */
const SMALL: f64 = 1024;

/** Connected parts of a mesh: see lib/volume/mesh/restore.ts. */
@unmanaged
export class Parts {
  count: i32;
  /** Part of each vertex, numbered by first vertex, and the first vertex of each part. */
  of: usize;
  first: usize;
  before: usize;
  after: usize;
  /** Per part, u8: whether it is small; once triangles are left only, whether it is lost. */
  flags: usize;
  /** The triangles of all small parts, three vertices each, in their order. */
  saved: usize;
  savedCount: u32;
  /** Whether all parts are closed. */
  closed: bool;
}

/** Finds the parts that hang together by shared vertices, and measures them. Release with `releaseParts`. */
export function createParts(star: Star, points: usize): Parts {
  const vertices = star.vertices;
  const parts = changetype<Parts>(heap.alloc(offsetof<Parts>()));
  const part = heap.alloc(<usize>vertices << 2);
  for (let v = 0; v < vertices; v++) put(part, v, v);
  const end = star.mesh + <usize>star.triangles * TRIANGLE;
  for (let triangle = star.mesh; triangle < end; triangle += TRIANGLE) {
    const a = load<u32>(triangle);
    const b = load<u32>(triangle, 4);
    const c = load<u32>(triangle, 8);
    // Most hang below one vertex already.
    if (at(part, a) == at(part, b) && at(part, b) == at(part, c)) continue;
    const root = join(part, join(part, a, b), c);
    put(part, a, root);
    put(part, b, root);
    put(part, c, root);
  }
  let count: i32 = 0;
  for (let v: u32 = 0; v < <u32>vertices; v++) {
    const parent = at(part, v);
    put(part, v, parent == v ? count++ : at(part, parent));
  }
  parts.count = count;
  parts.of = part;
  parts.first = heap.alloc(<usize>count << 2);
  for (let v = vertices - 1; v >= 0; v--) put(parts.first, at(part, v), v);
  parts.before = heap.alloc(<usize>count * MEASURE);
  parts.after = heap.alloc(<usize>count * MEASURE);
  parts.closed = star.closed;
  measure(parts, parts.before, points, star.mesh, star.triangles, TRIANGLE);
  save(parts, star);
  return parts;
}

function save(parts: Parts, star: Star): void {
  parts.flags = heap.alloc(parts.count);
  let total: f64 = 0;
  for (let p = 0; p < parts.count; p++) {
    const own = load<f64>(parts.before + <usize>p * MEASURE, 32);
    store<u8>(parts.flags + p, own <= SMALL ? 1 : 0);
    if (own <= SMALL) total += own;
  }
  parts.savedCount = <u32>total;
  parts.saved = heap.alloc(<usize>parts.savedCount * 12);
  if (total == 0) return;
  let to = parts.saved;
  const end = star.mesh + <usize>star.triangles * TRIANGLE;
  for (let triangle = star.mesh; triangle < end; triangle += TRIANGLE) {
    if (load<u8>(parts.flags + at(parts.of, load<u32>(triangle))) == 0) continue;
    copyThree(triangle, to);
    to += 12;
  }
}

export function releaseParts(parts: Parts): void {
  heap.free(parts.saved);
  heap.free(parts.flags);
  heap.free(parts.after);
  heap.free(parts.before);
  heap.free(parts.first);
  heap.free(parts.of);
  heap.free(changetype<usize>(parts));
}

/** Joins two trees under the lower root, which it returns. */
function join(part: usize, a: u32, b: u32): u32 {
  const r = root(part, a);
  const s = root(part, b);
  if (r == s) return r;
  put(part, max(r, s), min(r, s));
  return min(r, s);
}

// @ts-ignore: decorator
@inline
function root(part: usize, vertex: u32): u32 {
  let v = vertex;
  while (true) {
    const parent = at(part, v);
    if (parent == v) return v;
    const next = at(part, parent);
    put(part, v, next);
    v = next;
  }
}

/** What is known of lost parts. */
export const NO_LOSS: i32 = 0;
export const SMALL_LOSS: i32 = 1;
export const LARGE_LOSS: i32 = 2;

/**
 * Whether small or large parts have vanished, turned inside out or lost half their volume, now that only these triangles
 * are left: three vertices each. For parts with open edges only vanishing counts.
 */
export function findLost(parts: Parts, points: usize, indices: usize, triangles: i32): i32 {
  measure(parts, parts.after, points, indices, triangles, 12);
  let loss = NO_LOSS;
  for (let p = 0; p < parts.count; p++) {
    const isLost = isPartLost(parts.before + <usize>p * MEASURE, parts.after + <usize>p * MEASURE);
    if (isLost) loss = max(loss, load<u8>(parts.flags + p) != 0 ? SMALL_LOSS : LARGE_LOSS);
    store<u8>(parts.flags + p, u8(isLost));
  }
  return loss;
}

function isPartLost(before: usize, after: usize): bool {
  if (load<f64>(before, 32) == 0) return false;
  if (load<f64>(after, 32) == 0) return true;
  const closed = load<f64>(before, 8) == 0 && load<f64>(before, 16) == 0 && load<f64>(before, 24) == 0;
  return closed && !(load<f64>(after) / load<f64>(before) >= SHARE);
}

/**
 * Puts lost parts, which are small, back behind all others. There is room for all triangles there were.
 *
 * @returns how many there are now
 */
export function restoreLost(parts: Parts, indices: usize, triangles: i32): i32 {
  const end = indices + <usize>triangles * 12;
  let to = indices;
  for (let from = indices; from < end; from += 12) {
    if (load<u8>(parts.flags + at(parts.of, load<u32>(from))) != 0) continue;
    copyThree(from, to);
    to += 12;
  }
  const stop = parts.saved + <usize>parts.savedCount * 12;
  for (let from = parts.saved; from < stop; from += 12) {
    if (load<u8>(parts.flags + at(parts.of, load<u32>(from))) == 0) continue;
    copyThree(from, to);
    to += 12;
  }
  return <i32>((to - indices) / 12);
}

/**
 * Points are f32 x, y, z, 0; triangles have so many bytes each. Area vectors sum to zero for a closed surface; only then
 * is there a volume. Positions are on a grid, so that all sums are exact, in whatever order.
 */
function measure(parts: Parts, to: usize, points: usize, mesh: usize, triangles: i32, size: usize): void {
  memory.fill(to, 0, <usize>parts.count * MEASURE);
  if (parts.closed) {
    measureClosed(parts, to, points, mesh, triangles, size);
    return;
  }
  const end = mesh + <usize>triangles * size;
  for (let i = mesh; i < end; i += size) {
    const part = at(parts.of, load<u32>(i));
    const o = points + (<usize>at(parts.first, part) << 4);
    const a = points + (<usize>load<u32>(i) << 4);
    const b = points + (<usize>load<u32>(i, 4) << 4);
    const c = points + (<usize>load<u32>(i, 8) << 4);
    const x = <f64>load<f32>(a);
    const y = <f64>load<f32>(a, 4);
    const z = <f64>load<f32>(a, 8);
    const bx = <f64>load<f32>(b) - x;
    const by = <f64>load<f32>(b, 4) - y;
    const bz = <f64>load<f32>(b, 8) - z;
    const cx = <f64>load<f32>(c) - x;
    const cy = <f64>load<f32>(c, 4) - y;
    const cz = <f64>load<f32>(c, 8) - z;
    const nx = by * cz - bz * cy;
    const ny = bz * cx - bx * cz;
    const nz = bx * cy - by * cx;
    const sum = to + <usize>part * MEASURE;
    const volume = (x - load<f32>(o)) * nx + (y - load<f32>(o, 4)) * ny + (z - load<f32>(o, 8)) * nz;
    store<f64>(sum, load<f64>(sum) + volume);
    store<f64>(sum, load<f64>(sum, 8) + nx, 8);
    store<f64>(sum, load<f64>(sum, 16) + ny, 16);
    store<f64>(sum, load<f64>(sum, 24) + nz, 24);
    store<f64>(sum, load<f64>(sum, 32) + 1, 32);
  }
}

/**
 * Of closed parts the heights times the areas seen from above give the same volume, and area vectors need not be summed.
 * Triangles of one part mostly follow each other: what is summed meanwhile stays out of the memory.
 */
function measureClosed(parts: Parts, to: usize, points: usize, mesh: usize, triangles: i32, size: usize): void {
  const end = mesh + <usize>triangles * size;
  let part = NONE;
  let sum = to;
  let height: f64 = 0;
  let volume: f64 = 0;
  let count: f64 = 0;
  for (let i = mesh; i < end; i += size) {
    const vertex = load<u32>(i);
    const own = at(parts.of, vertex);
    if (own != part) {
      if (part != NONE) {
        store<f64>(sum, volume);
        store<f64>(sum, count, 32);
      }
      part = own;
      sum = to + <usize>own * MEASURE;
      volume = load<f64>(sum);
      count = load<f64>(sum, 32);
      height = <f64>load<f32>(points + (<usize>at(parts.first, own) << 4), 8);
    }
    const a = v128.load(points + (<usize>vertex << 4));
    const b = f32x4.sub(v128.load(points + (<usize>load<u32>(i, 4) << 4)), a);
    const c = f32x4.sub(v128.load(points + (<usize>load<u32>(i, 8) << 4)), a);
    const products = f64x2.mul(
      f64x2.promote_low_f32x4(b),
      f64x2.promote_low_f32x4(v128.shuffle<f32>(c, c, 1, 0, 2, 3)),
    );
    const area = f64x2.extract_lane(products, 0) - f64x2.extract_lane(products, 1);
    const above = 3 * (<f64>f32x4.extract_lane(a, 2) - height);
    const sides = <f64>f32x4.extract_lane(b, 2) + <f64>f32x4.extract_lane(c, 2);
    volume += (above + sides) * area;
    count++;
  }
  if (part == NONE) return;
  store<f64>(sum, volume);
  store<f64>(sum, count, 32);
}
