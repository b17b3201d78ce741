import { POINT } from "./quadric";
import { at, fromOf, nextOf, put, Star, turnOf } from "./star";

// What lies around one vertex, whose triangles are a closed fan: its neighbours, and the ways there.

/** Most triangles around it. */
export const MOST: u32 = 62;

/** Half-edges from it and where they end, u32; behind the ends there are eight times NONE. */
export const ring: usize = memory.data(256, 16);
export const ends: usize = memory.data(320, 16);
/** The ways to the ends, f32 x, y, z, 0 each, and then the first again. */
const ways: usize = memory.data(1088, 16);
/** Their coordinates, f32, four at a time: behind the last way there is the first again. */
const xs: usize = memory.data(320, 16);
const ys: usize = memory.data(320, 16);
const zs: usize = memory.data(320, 16);
/** The errors of moving it to each end, f32, times its weight; what is not to be taken is infinite. */
export const errors: usize = memory.data(320, 16);

/** Looks around v. @returns how many neighbours there are; 0 if they are too many */
export function lookAround(star: Star, points: usize, v: u32): u32 {
  const mesh = star.mesh;
  const p = v128.load(points + <usize>v * POINT);
  const first = at(star.leave, v);
  let half = first;
  let count: u32 = 0;
  do {
    if (count == MOST) return 0;
    const end = fromOf(mesh, nextOf(half));
    put(ring, count, half);
    put(ends, count, end);
    v128.store(ways + (<usize>count << 4), f32x4.sub(v128.load(points + <usize>end * POINT), p));
    count++;
    half = turnOf(mesh, half);
  } while (half != first);
  const behind = ends + (<usize>count << 2);
  v128.store(behind, i32x4.splat(-1));
  v128.store(behind, i32x4.splat(-1), 16);
  v128.store(ways + (<usize>count << 4), v128.load(ways));
  return count;
}

/**
 * The errors of moving the vertex to each of its ends, by its quadric: `errorOf` for four at a time, each lane in the very
 * order of its operations.
 */
export function measureErrors(quadric: usize, count: u32): void {
  const squares = v128.load(quadric);
  const products = v128.load(quadric, 16);
  const b = v128.load(quadric, 32);
  const xx = v128.shuffle<f32>(squares, squares, 0, 0, 0, 0);
  const yy = v128.shuffle<f32>(squares, squares, 1, 1, 1, 1);
  const zz = v128.shuffle<f32>(squares, squares, 2, 2, 2, 2);
  const xy = v128.shuffle<f32>(products, products, 0, 0, 0, 0);
  const xz = v128.shuffle<f32>(products, products, 1, 1, 1, 1);
  const yz = v128.shuffle<f32>(products, products, 2, 2, 2, 2);
  const bx = v128.shuffle<f32>(b, b, 0, 0, 0, 0);
  const by = v128.shuffle<f32>(b, b, 1, 1, 1, 1);
  const bz = v128.shuffle<f32>(b, b, 2, 2, 2, 2);
  const half = f32x4.mul(v128.shuffle<f32>(products, products, 3, 3, 3, 3), f32x4.splat(0.5));
  const c = f32x4.add(half, half);
  // One more than there are ends: the first again.
  for (let i: usize = 0; i <= <usize>count; i += 4) {
    const way = ways + (i << 4);
    const w0 = v128.load(way);
    const w1 = v128.load(way, 16);
    const w2 = v128.load(way, 32);
    const w3 = v128.load(way, 48);
    const low = v128.shuffle<f32>(w0, w1, 0, 4, 1, 5);
    const high = v128.shuffle<f32>(w2, w3, 0, 4, 1, 5);
    const x = v128.shuffle<f32>(low, high, 0, 1, 4, 5);
    const y = v128.shuffle<f32>(low, high, 2, 3, 6, 7);
    const z = v128.shuffle<f32>(
      v128.shuffle<f32>(w0, w1, 2, 6, 3, 7),
      v128.shuffle<f32>(w2, w3, 2, 6, 3, 7), 0, 1, 4, 5,
    );
    v128.store(xs + (i << 2), x);
    v128.store(ys + (i << 2), y);
    v128.store(zs + (i << 2), z);
    const hx = f32x4.add(f32x4.mul(xy, f32x4.mul(x, y)), f32x4.mul(bx, x));
    const hy = f32x4.add(f32x4.mul(xz, f32x4.mul(x, z)), f32x4.mul(by, y));
    const hz = f32x4.add(f32x4.mul(yz, f32x4.mul(y, z)), f32x4.mul(bz, z));
    const ex = f32x4.add(f32x4.mul(xx, f32x4.mul(x, x)), f32x4.add(hx, hx));
    const ey = f32x4.add(f32x4.mul(yy, f32x4.mul(y, y)), f32x4.add(hy, hy));
    const ez = f32x4.add(f32x4.mul(zz, f32x4.mul(z, z)), f32x4.add(hz, hz));
    const e = f32x4.add(f32x4.add(ex, ez), f32x4.add(ey, c));
    v128.store(errors + (i << 2), f32x4.max(f32x4.splat(0), e));
  }
  v128.store(errors + (<usize>count << 2), f32x4.splat(Infinity));
}

/** The least of the errors. */
// @ts-ignore: decorator
@inline
export function leastError(count: u32): f32 {
  let least = f32x4.splat(Infinity);
  for (let i: usize = 0; i < <usize>count; i += 4) least = f32x4.pmin(least, v128.load(errors + (i << 2)));
  least = f32x4.pmin(least, v128.shuffle<f32>(least, least, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.pmin(least, v128.shuffle<f32>(least, least, 1, 0, 3, 2)), 0);
}

/** The first end that has this error. */
// @ts-ignore: decorator
@inline
export function placeOf(error: f32): u32 {
  const same = f32x4.splat(error);
  let i: usize = 0;
  while (true) {
    const mask = i32x4.bitmask(f32x4.eq(v128.load(errors + (i << 2)), same));
    if (mask != 0) return <u32>i + ctz(mask);
    i += 4;
  }
}

/** Whether a triangle around the vertex turns by more than 75 degrees when the vertex moves to the end at `place`. */
export function flips(place: u32, count: u32): bool {
  const dx = v128.load32_splat(xs + (<usize>place << 2));
  const dy = v128.load32_splat(ys + (<usize>place << 2));
  const dz = v128.load32_splat(zs + (<usize>place << 2));
  const last = place == 0 ? count - 1 : place - 1;
  // The two triangles at the edge vanish.
  const others = ((<u64>1 << count) - 1) & ~((<u64>1 << place) | (<u64>1 << last));
  let ax = v128.load(xs);
  let ay = v128.load(ys);
  let az = v128.load(zs);
  for (let i: usize = 0; i < <usize>count; i += 4) {
    const x = v128.load(xs + (i << 2), 16);
    const y = v128.load(ys + (i << 2), 16);
    const z = v128.load(zs + (i << 2), 16);
    const bx = v128.shuffle<f32>(ax, x, 1, 2, 3, 4);
    const by = v128.shuffle<f32>(ay, y, 1, 2, 3, 4);
    const bz = v128.shuffle<f32>(az, z, 1, 2, 3, 4);
    const nx = f32x4.sub(f32x4.mul(ay, bz), f32x4.mul(az, by));
    const ny = f32x4.sub(f32x4.mul(az, bx), f32x4.mul(ax, bz));
    const nz = f32x4.sub(f32x4.mul(ax, by), f32x4.mul(ay, bx));
    // (a - d) x (b - d) = a x b - d x (b - a)
    const ex = f32x4.sub(bx, ax);
    const ey = f32x4.sub(by, ay);
    const ez = f32x4.sub(bz, az);
    const mx = f32x4.sub(nx, f32x4.sub(f32x4.mul(dy, ez), f32x4.mul(dz, ey)));
    const my = f32x4.sub(ny, f32x4.sub(f32x4.mul(dz, ex), f32x4.mul(dx, ez)));
    const mz = f32x4.sub(nz, f32x4.sub(f32x4.mul(dx, ey), f32x4.mul(dy, ex)));
    const before = f32x4.add(f32x4.add(f32x4.mul(nx, nx), f32x4.mul(nz, nz)), f32x4.mul(ny, ny));
    const after = f32x4.add(f32x4.add(f32x4.mul(mx, mx), f32x4.mul(mz, mz)), f32x4.mul(my, my));
    const dot = f32x4.add(f32x4.add(f32x4.mul(nx, mx), f32x4.mul(nz, mz)), f32x4.mul(ny, my));
    const least = f32x4.mul(f32x4.mul(f32x4.splat(0.0625), before), after);
    const turned = v128.or(f32x4.le(dot, f32x4.splat(0)), f32x4.lt(f32x4.mul(dot, dot), least));
    const mask = i32x4.bitmask(v128.and(f32x4.gt(before, f32x4.splat(0)), turned));
    if ((mask & <i32>(others >> i)) != 0) return true;
    ax = x;
    ay = y;
    az = z;
  }
  return false;
}

/** Whether a vertex is one of the ends. */
// @ts-ignore: decorator
@inline
export function isEnd(vertex: u32, count: u32): bool {
  const same = i32x4.splat(vertex);
  const low = i32x4.eq(v128.load(ends), same);
  const high = i32x4.eq(v128.load(ends, 16), same);
  return v128.any_true(v128.or(low, high)) || (count > 8 && isEndBeyond(vertex, count));
}

function isEndBeyond(vertex: u32, count: u32): bool {
  const same = i32x4.splat(vertex);
  for (let i: usize = 8; i < <usize>count; i += 4) {
    if (v128.any_true(i32x4.eq(v128.load(ends + (i << 2)), same))) return true;
  }
  return false;
}
