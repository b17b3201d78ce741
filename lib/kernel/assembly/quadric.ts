import { TRIANGLE } from "./star";

/**
 * Bytes of a quadric, three vectors of f32: (xx, yy, zz, weight), (xy, xz, yz, c) and (x, y, z of b, 0). The weighted sum
 * of squared distances of a point from planes is d A d + 2 b d + c, d being its way from the vertex that the quadric
 * belongs to: so numbers stay small, and float is enough.
 */
export const QUADRIC: usize = 48;

/** Bytes of a position: x, y, z and 0. */
export const POINT: usize = 16;

/** Adds the plane of each triangle, weighted by its area, to the quadrics of its three vertices. */
export function addPlanes(quadrics: usize, points: usize, mesh: usize, triangles: i32): void {
  const end = mesh + <usize>triangles * TRIANGLE;
  for (let i = mesh; i < end; i += TRIANGLE) {
    const a = v128.load(points + <usize>load<u32>(i) * POINT);
    const n = cross(
      f32x4.sub(v128.load(points + <usize>load<u32>(i, 4) * POINT), a),
      f32x4.sub(v128.load(points + <usize>load<u32>(i, 8) * POINT), a),
    );
    const area = Mathf.sqrt(sum(f32x4.mul(n, n)));
    if (area == 0) continue;
    const scaled = f32x4.mul(n, f32x4.splat(1 / area));
    // The plane passes through the vertices: b and c stay 0.
    const squares = f32x4.replace_lane(f32x4.mul(scaled, n), 3, area);
    const products = f32x4.mul(
      v128.shuffle<f32>(scaled, scaled, 0, 0, 1, 3),
      v128.shuffle<f32>(n, n, 1, 2, 2, 3),
    );
    for (let k = 0; k < 12; k += 4) {
      const q = quadrics + <usize>load<u32>(i + k) * QUADRIC;
      v128.store(q, f32x4.add(v128.load(q), squares));
      v128.store(q, f32x4.add(v128.load(q, 16), products), 16);
    }
  }
}

/** Cross product; the fourth lane is 0. */
// @ts-ignore: decorator
@inline
export function cross(a: v128, b: v128): v128 {
  const c = f32x4.sub(
    f32x4.mul(a, v128.shuffle<f32>(b, b, 1, 2, 0, 3)),
    f32x4.mul(v128.shuffle<f32>(a, a, 1, 2, 0, 3), b),
  );
  return v128.shuffle<f32>(c, c, 1, 2, 0, 3);
}

// @ts-ignore: decorator
@inline
export function sum(v: v128): f32 {
  const pairs = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** Mean squared distance of a point, `d` away from a quadric's vertex, from the quadric's planes. */
// @ts-ignore: decorator
@inline
export function errorAt(q: usize, d: v128): f32 {
  const squares = v128.load(q);
  return errorOf(squares, v128.load(q, 16), v128.load(q, 32), d) / f32x4.extract_lane(squares, 3);
}

/** The error times the weight, of a quadric's three vectors. */
// @ts-ignore: decorator
@inline
export function errorOf(squares: v128, products: v128, b: v128, d: v128): f32 {
  // d has 0 in its fourth lane, so that the weight does not count; c counts once.
  const mixed = f32x4.mul(
    v128.shuffle<f32>(d, f32x4.splat(0.5), 0, 0, 1, 4),
    v128.shuffle<f32>(d, f32x4.splat(1), 1, 2, 2, 4),
  );
  const half = f32x4.add(f32x4.mul(products, mixed), f32x4.mul(b, d));
  return max<f32>(0, sum(f32x4.add(f32x4.mul(squares, f32x4.mul(d, d)), f32x4.add(half, half))));
}

/** Adds the quadric `q` to that at `to`, whose vertex is `d` away. */
// @ts-ignore: decorator
@inline
export function moveQuadric(q: usize, to: usize, d: v128): void {
  const squares = v128.load(q);
  const products = v128.load(q, 16);
  const b = v128.load(q, 32);
  const x = v128.shuffle<f32>(d, d, 0, 0, 0, 3);
  const y = v128.shuffle<f32>(d, d, 1, 1, 1, 3);
  const z = v128.shuffle<f32>(d, d, 2, 2, 2, 3);
  // Columns of A: (xx, xy, xz), (xy, yy, yz), (xz, yz, zz).
  const a = f32x4.add(
    f32x4.add(
      f32x4.mul(v128.shuffle<f32>(squares, products, 0, 4, 5, 3), x),
      f32x4.mul(v128.shuffle<f32>(squares, products, 4, 1, 6, 3), y),
    ),
    f32x4.mul(v128.shuffle<f32>(squares, products, 5, 6, 2, 3), z),
  );
  // The fourth lanes of x, y and z are 0, and so is that of a.
  const c = sum(f32x4.mul(d, f32x4.add(a, f32x4.add(b, b))));
  v128.store(to, f32x4.add(v128.load(to), squares));
  const moved = f32x4.replace_lane(products, 3, f32x4.extract_lane(products, 3) + c);
  v128.store(to, f32x4.add(v128.load(to, 16), moved), 16);
  v128.store(to, f32x4.add(v128.load(to, 32), f32x4.add(b, a)), 32);
}
