import type { Vec3 } from "../../lib/format/vec.ts";
import { createChance } from "../../lib/local/chance.ts";

/** Values in [-1, 1) on a lattice of `pitch` voxels, between which `noiseRow` interpolates. */
export type Noise = { readonly lattice: Float64Array; readonly shape: Vec3; readonly pitch: number };

export function createNoise(size: Vec3, pitch: number, seed: number): Noise {
  const chance = createChance(seed);
  const shape: Vec3 = [points(size[0], pitch), points(size[1], pitch), points(size[2], pitch)];
  const lattice = Float64Array.from({ length: shape[0] * shape[1] * shape[2] }, () => 2 * chance() - 1);
  return { lattice, shape, pitch };
}

/** The noise along a row of voxels, trilinear. */
export function noiseRow({ lattice, shape, pitch }: Noise, y: number, z: number, out: Float64Array): void {
  const [width, height] = shape;
  const [j, k] = [Math.floor(y / pitch), Math.floor(z / pitch)];
  const [fy, fz] = [y / pitch - j, z / pitch - k];
  const at = (i: number) => {
    const corner = (k * height + j) * width + i;
    const near = lattice[corner]! * (1 - fy) + lattice[corner + width]! * fy;
    const far = corner + width * height;
    return near * (1 - fz) + (lattice[far]! * (1 - fy) + lattice[far + width]! * fy) * fz;
  };
  let cell = -1;
  let [left, right] = [0, at(0)];
  for (let x = 0; x < out.length; x++) {
    const i = Math.floor(x / pitch);
    if (i !== cell) {
      cell = i;
      left = right;
      right = at(i + 1);
    }
    const fx = x / pitch - i;
    out[x] = left * (1 - fx) + right * fx;
  }
}

function points(voxels: number, pitch: number): number {
  return Math.floor((voxels - 1) / pitch) + 2;
}
