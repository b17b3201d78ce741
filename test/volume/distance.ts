import type { Vec3 } from "../../lib/format/vec.ts";
import type { Mesh } from "../../lib/volume/mesh/weld.ts";
import { chance, type Volume } from "./volumes.ts";

export type Spread = { readonly mean: number; readonly p99: number; readonly max: number };

/**
 * Distances in voxels between a mesh and the voxel faces of its label, from points spread evenly over
 * one to the nearest point of the other, both ways. Independent of the code under test: plain geometry.
 */
export function measureDistances(volume: Volume, label: number, mesh: Mesh, samples: number) {
  const { toVoxels, toMesh } = sampleDistances(volume, label, mesh, samples);
  return { toVoxels: spread(toVoxels), toMesh: spread(toMesh) };
}

/** The distances of the single points; infinite where nothing is within four voxels. */
export function sampleDistances(volume: Volume, label: number, mesh: Mesh, samples: number) {
  const squares = facesOf(volume, label);
  const random = chance(7);
  const toVoxels = meshPoints(mesh, samples, random).map((p) => nearest(p, squares.near, distanceToSquare));
  const triangles = trianglesOf(mesh);
  const toMesh = Array.from({ length: samples }, () => {
    const face = squares.list[Math.floor(random() * squares.list.length)]!;
    return nearest(pointOnSquare(face, random), triangles, distanceToTriangle);
  });
  return { toVoxels, toMesh };
}

type Square = { readonly axis: number; readonly at: Vec3 };
type Triangle = readonly [Vec3, Vec3, Vec3];
type Near<T> = (p: Vec3, radius: number) => Iterable<T>;

export function spread(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return { mean, p99: sorted[Math.floor(0.99 * sorted.length)]!, max: sorted.at(-1)! };
}

function nearest<T>(p: Vec3, near: Near<T>, distance: (p: Vec3, item: T) => number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let radius = 1; radius <= 4 && best > radius; radius *= 2) {
    for (const item of near(p, radius)) best = Math.min(best, distance(p, item));
  }
  return best;
}

/** Unit squares between the label and something else; `at` is the corner nearest to the origin. */
function facesOf({ labels, size }: Volume, label: number) {
  const is = (x: number, y: number, z: number) => {
    if (x < 0 || y < 0 || z < 0 || x >= size[0] || y >= size[1] || z >= size[2]) return false;
    return labels[(z * size[1] + y) * size[0] + x] === label;
  };
  const isFace = (axis: number, x: number, y: number, z: number) =>
    is(x, y, z) !== is(x - (axis === 0 ? 1 : 0), y - (axis === 1 ? 1 : 0), z - (axis === 2 ? 1 : 0));
  const list: Square[] = [];
  for (let z = 0; z <= size[2]; z++)
    for (let y = 0; y <= size[1]; y++)
      for (let x = 0; x <= size[0]; x++)
        for (let axis = 0; axis < 3; axis++) if (isFace(axis, x, y, z)) list.push({ axis, at: [x, y, z] });
  const near = function* ([px, py, pz]: Vec3, r: number) {
    for (let z = Math.floor(pz - r) - 1; z <= pz + r; z++)
      for (let y = Math.floor(py - r) - 1; y <= py + r; y++)
        for (let x = Math.floor(px - r) - 1; x <= px + r; x++)
          for (let axis = 0; axis < 3; axis++)
            if (isFace(axis, x, y, z)) yield { axis, at: [x, y, z] } satisfies Square;
  };
  return { list, near };
}

function distanceToSquare(p: Vec3, { axis, at }: Square): number {
  let sum = 0;
  for (let d = 0; d < 3; d++) {
    const beyond = d === axis ? p[d]! - at[d]! : Math.max(at[d]! - p[d]!, 0, p[d]! - at[d]! - 1);
    sum += beyond * beyond;
  }
  return Math.sqrt(sum);
}

function pointOnSquare({ axis, at }: Square, random: () => number): Vec3 {
  const [x, y, z] = at.map((a, d) => (d === axis ? a : a + random()));
  return [x!, y!, z!];
}

function triangleAt({ positions, indices }: Mesh, t: number): Triangle {
  const at = (i: number): Vec3 => {
    const v = 3 * indices[3 * t + i]!;
    return [positions[v]!, positions[v + 1]!, positions[v + 2]!];
  };
  return [at(0), at(1), at(2)];
}

function meshPoints(mesh: Mesh, count: number, random: () => number): Vec3[] {
  const sums = new Float64Array(mesh.indices.length / 3);
  let sum = 0;
  for (let t = 0; t < sums.length; t++) {
    const [a, b, c] = triangleAt(mesh, t);
    sum += Math.hypot(...cross(minus(b, a), minus(c, a)));
    sums[t] = sum;
  }
  return Array.from({ length: count }, () => {
    const target = random() * sum;
    let lo = 0;
    for (let hi = sums.length - 1; lo < hi; ) {
      const middle = (lo + hi) >> 1;
      if (sums[middle]! < target) lo = middle + 1;
      else hi = middle;
    }
    return pointOnTriangle(triangleAt(mesh, lo), random);
  });
}

function pointOnTriangle([a, b, c]: Triangle, random: () => number): Vec3 {
  const r = Math.sqrt(random());
  const s = random() * r;
  const at = (d: number) => a[d]! * (1 - r) + b[d]! * (r - s) + c[d]! * s;
  return [at(0), at(1), at(2)];
}

/** Triangles by cubes of two voxels. */
function trianglesOf(mesh: Mesh): Near<Triangle> {
  const cubes = new Map<number, number[]>();
  const key = (x: number, y: number, z: number) => ((z + 8) * 4096 + y + 8) * 4096 + x + 8;
  const each = (lo: Vec3, hi: Vec3, visit: (k: number) => void) => {
    for (let z = Math.floor(lo[2] / 2); z <= hi[2] / 2; z++)
      for (let y = Math.floor(lo[1] / 2); y <= hi[1] / 2; y++)
        for (let x = Math.floor(lo[0] / 2); x <= hi[0] / 2; x++) visit(key(x, y, z));
  };
  for (let t = 0; t < mesh.indices.length / 3; t++) {
    const [a, b, c] = triangleAt(mesh, t);
    const lo: Vec3 = [Math.min(a[0], b[0], c[0]), Math.min(a[1], b[1], c[1]), Math.min(a[2], b[2], c[2])];
    const hi: Vec3 = [Math.max(a[0], b[0], c[0]), Math.max(a[1], b[1], c[1]), Math.max(a[2], b[2], c[2])];
    each(lo, hi, (k) => {
      const list = cubes.get(k);
      if (list === undefined) cubes.set(k, [t]);
      else list.push(t);
    });
  }
  return (p, r) => {
    const found = new Set<number>();
    const collect = (k: number) => cubes.get(k)?.forEach((t) => void found.add(t));
    each([p[0] - r, p[1] - r, p[2] - r], [p[0] + r, p[1] + r, p[2] + r], collect);
    return [...found].map((t) => triangleAt(mesh, t));
  };
}

/** Nearest point of a triangle: the foot of the perpendicular if it is inside, else on one of the edges. */
function distanceToTriangle(p: Vec3, [a, b, c]: Triangle): number {
  const n = cross(minus(b, a), minus(c, a));
  const length = Math.hypot(...n);
  const side = (q: Vec3, r: Vec3) => dot(cross(minus(r, q), minus(p, q)), n) >= 0;
  if (length > 0 && side(a, b) && side(b, c) && side(c, a)) return Math.abs(dot(minus(p, a), n)) / length;
  return Math.min(distanceToEdge(p, a, b), distanceToEdge(p, b, c), distanceToEdge(p, c, a));
}

function distanceToEdge(p: Vec3, a: Vec3, b: Vec3): number {
  const ab = minus(b, a);
  const t = Math.min(1, Math.max(0, dot(minus(p, a), ab) / (dot(ab, ab) || 1)));
  return Math.hypot(p[0] - a[0] - t * ab[0], p[1] - a[1] - t * ab[1], p[2] - a[2] - t * ab[2]);
}

function minus(p: Vec3, q: Vec3): Vec3 {
  return [p[0] - q[0], p[1] - q[1], p[2] - q[2]];
}

function dot(p: Vec3, q: Vec3): number {
  return p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
}

function cross(p: Vec3, q: Vec3): Vec3 {
  return [p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]];
}
