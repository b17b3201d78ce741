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
  const box = [0, 1, 2, 3, 4, 5].map((d) => (d < 3 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY));
  const places = new Float64Array(positions.length);
  for (let i = 0; i < positions.length; i++) {
    const d = i % 3;
    const v = positions[i]! / resolution[d]! - offset[d]!;
    places[i] = v;
    if (v < box[d]!) box[d] = v;
    if (v > box[d + 3]!) box[d + 3] = v;
  }
  // From the box's middle: far from the origin products of places lose their digits.
  const middle = [0, 1, 2].map((d) => (box[d]! + box[d + 3]!) / 2);
  const corner = (i: number, d: number) => places[3 * indices[i]! + d]! - middle[d]!;
  let [volume, area] = [0, 0];
  const centre = [0, 0, 0];
  for (let t = 0; t < indices.length; t += 3) {
    const [ax, ay, az] = [corner(t, 0), corner(t, 1), corner(t, 2)];
    const [bx, by, bz] = [corner(t + 1, 0), corner(t + 1, 1), corner(t + 1, 2)];
    const [cx, cy, cz] = [corner(t + 2, 0), corner(t + 2, 1), corner(t + 2, 2)];
    const six = ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx);
    volume += six / 6;
    // A tetrahedron's middle is a quarter of its corners' sum, one of them being 0.
    centre[0]! += (six / 24) * (ax + bx + cx);
    centre[1]! += (six / 24) * (ay + by + cy);
    centre[2]! += (six / 24) * (az + bz + cz);
    const [ux, uy, uz] = [bx - ax, by - ay, bz - az];
    const [vx, vy, vz] = [cx - ax, cy - ay, cz - az];
    area += Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx) / 2;
  }
  return { box, volume, area, centre: centre.map((sum, d) => middle[d]! + sum / volume) };
}
