import { InputError } from "../format/error.ts";
import { mapVec, product, type Vec3 } from "../format/vec.ts";

/** One scale of the pyramid, without what all scales share (encoding, data type). */
export type ScalePlan = {
  readonly key: string;
  readonly size: Vec3;
  readonly resolution: Vec3;
  readonly voxelOffset: Vec3;
  readonly chunkSize: Vec3;
  /** Voxels of scale 0 per voxel, per axis: a power of two. */
  readonly factor: Vec3;
};

/**
 * The scales of `generate-scales-info --target-chunk-size` (neuroglancer-scripts 1.2.0): factors of two,
 * coarse axes waiting until voxels are near isotropic, down to about two chunks per axis. Differs in one
 * thing: `voxel_offset` of a coarser scale is floor(offset / factor), with cells on global multiples of
 * the factor, where the tool copies the offset unchanged and so shifts the data.
 *
 * @param full size, resolution (nm) and offset of scale 0
 * @param target chunk size to aim at, a power of two
 */
export function planScales(
  full: { size: Vec3; resolution: Vec3; voxelOffset: Vec3 },
  target: number,
): ScalePlan[] {
  const finest = Math.min(...full.resolution);
  const delays = mapVec((d) => roundHalfEven(Math.log2(full.resolution[d] / finest)));
  const unit = keyUnit(finest);
  const levels = Math.max(1, ...([0, 1, 2] as const).map((d) => halvings(full.size[d], target) - delays[d]));
  return Array.from({ length: levels }, (_, level) => {
    const factor = mapVec((d) => 2 ** Math.max(0, level - delays[d]));
    const voxelOffset = mapVec((d) => Math.floor(full.voxelOffset[d] / factor[d]));
    const resolution = mapVec((d) => full.resolution[d] * factor[d]);
    return {
      key: formatLength(Math.min(...resolution), unit),
      size: mapVec((d) => Math.ceil((full.voxelOffset[d] + full.size[d]) / factor[d]) - voxelOffset[d]),
      resolution,
      voxelOffset,
      chunkSize: chunkSize(delays, level, Math.log2(target)),
      factor,
    };
  });
}

/** Smallest k with target * 2^k >= size. */
function halvings(size: number, target: number): number {
  let k = 0;
  while (target * 2 ** k < size) k++;
  while (target * 2 ** (k - 1) >= size) k--;
  return k;
}

/** Chunks of about target^3 voxels, longer along the axes whose voxels are still finer. */
function chunkSize(delays: Vec3, level: number, exponent: number): Vec3 {
  const most = Math.max(...delays);
  let longer = mapVec((d) => Math.max(0, most - delays[d] - level));
  const sum = (v: Vec3) => v[0] + v[1] + v[2];
  const excess = sum(longer) - 3 * exponent;
  if (excess > 0) {
    // No axis of a chunk may be thinner than one voxel: extreme anisotropy is reduced evenly.
    const less = Math.ceil(excess / longer.filter((v) => v !== 0).length);
    longer = mapVec((d) => Math.max(0, longer[d] - less));
  }
  const base = exponent - Math.floor((sum(longer) + 1) / 3);
  return mapVec((d) => 2 ** (base + longer[d]));
}

const units: readonly (readonly [string, number])[] = [
  ["km", 1e-12],
  ["m", 1e-9],
  ["mm", 1e-6],
  ["um", 1e-3],
  ["nm", 1],
  ["pm", 1e3],
];
type Unit = (typeof units)[number];

/** The coarsest unit in which a length and its double, printed without decimals, differ. */
function keyUnit(nanometres: number): Unit {
  const fits = (unit: Unit) =>
    roundHalfEven(nanometres * unit[1]) !== 0 &&
    formatLength(nanometres, unit) !== formatLength(nanometres * 2, unit);
  const unit = units.find(fits);
  if (unit === undefined) {
    throw new InputError({
      file: "info",
      found: `resolution ${nanometres} nm is finer than a picometre`,
      advice: "Resolutions are nanometres per voxel",
    });
  }
  return unit;
}

function formatLength(nanometres: number, [name, perNanometre]: Unit): string {
  return `${BigInt(roundHalfEven(nanometres * perNanometre))}${name}`;
}

/** Rounds as Python does: halves go to the even number. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Voxels of all scales. */
export function pyramidVoxels(scales: readonly ScalePlan[]): number {
  return scales.reduce((sum, scale) => sum + product(scale.size), 0);
}
