import { at, put } from "./star";

/** Bytes of what is measured of a part, f64: six times its volume, area vector x, y, z, triangles. */
const MEASURE: usize = 40;
/** Share of its volume that a closed part must keep. */
const SHARE: f64 = 0.5;

/** Connected parts of a mesh: see lib/volume/mesh/restore.ts. */
@unmanaged
export class Parts {
  count: i32;
  /** Part of each vertex, numbered by first vertex, and the first vertex of each part. */
  of: usize;
  first: usize;
  before: usize;
  after: usize;
}

/** Finds the parts that hang together by shared vertices, and measures them. Release with `releaseParts`. */
export function createParts(points: usize, vertices: i32, indices: usize, triangles: i32): Parts {
  const parts = changetype<Parts>(heap.alloc(offsetof<Parts>()));
  const part = heap.alloc(<usize>vertices << 2);
  for (let v = 0; v < vertices; v++) put(part, v, v);
  const end = indices + <usize>triangles * 12;
  for (let i = indices; i < end; i += 12) join(part, join(part, load<u32>(i), load<u32>(i, 4)), load<u32>(i, 8));
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
  measure(parts, parts.before, points, indices, triangles);
  return parts;
}

export function releaseParts(parts: Parts): void {
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

/**
 * Whether a part has vanished, turned inside out or lost half its volume, now that only these triangles are left. For
 * parts with open edges only vanishing counts.
 */
export function hasLost(parts: Parts, points: usize, indices: usize, triangles: i32): bool {
  measure(parts, parts.after, points, indices, triangles);
  for (let p = 0; p < parts.count; p++) {
    const before = parts.before + <usize>p * MEASURE;
    const after = parts.after + <usize>p * MEASURE;
    if (load<f64>(before, 32) == 0) continue;
    if (load<f64>(after, 32) == 0) return true;
    const closed = load<f64>(before, 8) == 0 && load<f64>(before, 16) == 0 && load<f64>(before, 24) == 0;
    if (closed && !(load<f64>(after) / load<f64>(before) >= SHARE)) return true;
  }
  return false;
}

/** Points are f32 x, y, z, 0. Area vectors sum to zero for a closed surface; only then is there a volume. */
function measure(parts: Parts, to: usize, points: usize, indices: usize, triangles: i32): void {
  memory.fill(to, 0, <usize>parts.count * MEASURE);
  const end = indices + <usize>triangles * 12;
  for (let i = indices; i < end; i += 12) {
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
