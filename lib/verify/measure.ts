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
};

/** Measures a surface whose vertices are global nanometres. */
export function measure(
  { positions, indices }: Surface,
  { resolution, offset }: { resolution: Vec3; offset: Vec3 },
): Measures {
  const box = [0, 0, 0, 0, 0, 0];
  const places = new Float64Array(positions.length);
  for (let d = 0; d < 3; d++) {
    const [length, start] = [resolution[d]!, offset[d]!];
    let [lo, hi] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = d; i < positions.length; i += 3) {
      const v = positions[i]! / length - start;
      places[i] = v;
      if (v < lo) lo = v;
      if (v > hi) hi = v;
    }
    box[d] = lo;
    box[d + 3] = hi;
  }
  // From the box's middle: far from the origin products of places lose their digits.
  const middle = [0, 1, 2].map((d) => (box[d]! + box[d + 3]!) / 2);
  for (let i = 0; i < places.length; i += 3) {
    places[i]! -= middle[0]!;
    places[i + 1]! -= middle[1]!;
    places[i + 2]! -= middle[2]!;
  }
  const { volume, area, moment } = integrate(places, indices);
  return { box, volume, area, centre: moment.map((sum, d) => middle[d]! + sum / volume) };
}

/** Sums over the tetrahedra between the origin and each triangle. */
function integrate(places: Float64Array, indices: Uint32Array) {
  let [volume, area] = [0, 0];
  let [mx, my, mz] = [0, 0, 0];
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
    volume += six / 6;
    // A tetrahedron's middle is a quarter of its corners' sum, one of them being 0.
    mx += (six / 24) * (3 * ax + ux + vx);
    my += (six / 24) * (3 * ay + uy + vy);
    mz += (six / 24) * (3 * az + uz + vz);
    area += Math.sqrt(nx * nx + ny * ny + nz * nz) / 2;
  }
  return { volume, area, moment: [mx, my, mz] };
}
