import type { Vec3 } from "../format/vec.ts";
import type { Surface } from "./fragment.ts";

/** A surface in voxels of scale 0, local: voxel i spans [i, i + 1). */
export type Measures = {
  /** lo x, y, z, hi x, y, z. */
  readonly box: number[];
  /** Signed: positive if the surface is wound outward. */
  readonly volume: number;
  readonly area: number;
  /** Middle of what it encloses. */
  readonly centre: number[];
  /** The largest of all coordinates as they are stored, in nanometres. */
  readonly farthest: number;
};

/** Places of vertices; used again. */
let room = new Float64Array(0);

/** Measures a surface whose vertices are global nanometres. */
export function measure(
  { positions, indices }: Surface,
  { resolution, offset }: { resolution: Vec3; offset: Vec3 },
): Measures {
  const reach = reachOf(positions);
  // As places, of which the order is the same.
  const box = reach.map((v, i) => v / resolution[i % 3]! - offset[i % 3]!);
  // From the box's middle: far from the origin products of places lose their digits.
  const middle = [0, 1, 2].map((d) => (box[d]! + box[d + 3]!) / 2);
  const places = placesOf(positions, { resolution, offset }, middle);
  const { volume, area, moment } = integrate(places, indices);
  const farthest = reach.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  return { box, volume, area, centre: moment.map((sum, d) => middle[d]! + sum / volume), farthest };
}

/** Vertices as voxels, from a place of their own. */
function placesOf(
  positions: Float32Array,
  { resolution: [rx, ry, rz], offset: [ox, oy, oz] }: { resolution: Vec3; offset: Vec3 },
  middle: readonly number[],
): Float64Array {
  if (room.length < positions.length) room = new Float64Array(Math.max(positions.length, 2 * room.length));
  const places = room;
  const [mx, my, mz] = middle as [number, number, number];
  for (let i = 0; i < positions.length; i += 3) {
    places[i] = positions[i]! / rx - ox - mx;
    places[i + 1] = positions[i + 1]! / ry - oy - my;
    places[i + 2] = positions[i + 2]! / rz - oz - mz;
  }
  return places;
}

/** lo x, y, z, hi x, y, z. */
function reachOf(positions: Float32Array): number[] {
  let x0 = Number.POSITIVE_INFINITY;
  let y0 = Number.POSITIVE_INFINITY;
  let z0 = Number.POSITIVE_INFINITY;
  let x1 = Number.NEGATIVE_INFINITY;
  let y1 = Number.NEGATIVE_INFINITY;
  let z1 = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < positions.length; i += 3) {
    const x = positions[i]!;
    const y = positions[i + 1]!;
    const z = positions[i + 2]!;
    if (x < x0) x0 = x;
    if (x > x1) x1 = x;
    if (y < y0) y0 = y;
    if (y > y1) y1 = y;
    if (z < z0) z0 = z;
    if (z > z1) z1 = z;
  }
  return [x0, y0, z0, x1, y1, z1];
}

/** Sums over the tetrahedra between the origin and each triangle. */
function integrate(places: Float64Array, indices: Uint32Array) {
  // Six times the volume, 24 times the moment, twice the area.
  let volume = 0;
  let area = 0;
  let mx = 0;
  let my = 0;
  let mz = 0;
  for (let t = 0; t < indices.length; t += 3) {
    const a = 3 * indices[t]!;
    const b = 3 * indices[t + 1]!;
    const c = 3 * indices[t + 2]!;
    const ax = places[a]!;
    const ay = places[a + 1]!;
    const az = places[a + 2]!;
    const ux = places[b]! - ax;
    const uy = places[b + 1]! - ay;
    const uz = places[b + 2]! - az;
    const vx = places[c]! - ax;
    const vy = places[c + 1]! - ay;
    const vz = places[c + 2]! - az;
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    const six = ax * nx + ay * ny + az * nz;
    volume += six;
    // A tetrahedron's middle is a quarter of its corners' sum, one of them being 0.
    mx += six * (3 * ax + ux + vx);
    my += six * (3 * ay + uy + vy);
    mz += six * (3 * az + uz + vz);
    area += Math.sqrt(nx * nx + ny * ny + nz * nz);
  }
  return { volume: volume / 6, area: area / 2, moment: [mx / 24, my / 24, mz / 24] };
}
