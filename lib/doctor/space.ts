import { mapVec, type Vec3 } from "../format/vec.ts";
import type { Chart } from "./finding.ts";
import type { Scale, Volume } from "./volume.ts";

/** Nanometres per voxel: from single atoms to centimetres. */
const finest = 0.01;
const coarsest = 1e8;
/** Nanometres: three metres hold a person. */
const widest = 3e9;

/** Whether sizes, resolutions and places of the scales make sense, alone and together. */
export function checkSpace({ scales }: Volume, chart: Chart): void {
  const [first, ...rest] = scales;
  if (first === undefined) return;
  checkResolution(first, chart);
  let before = first;
  for (const scale of rest) {
    checkOrder(before, scale, chart);
    if (!checkExtent(first, scale, chart)) checkOffset(first, scale, chart);
    before = scale;
  }
}

/** Whether what scales say of their place can be relied on, to compare them with each other and with meshes. */
export function isInOnePlace({ findings }: Chart): boolean {
  return !(["resolution", "scale-order", "scale-extent", "offset-scale"] as const).some((cause) =>
    findings.has(cause),
  );
}

/** Physical size in nanometres. */
export function extentOf({ size, resolution }: Pick<Scale, "size" | "resolution">): Vec3 {
  return mapVec((d) => size[d] * resolution[d]);
}

function checkResolution({ index, size, resolution }: Scale, chart: Chart): void {
  const place = `scales[${index}].resolution`;
  const extent = extentOf({ size, resolution });
  const words = `${resolution.join(" x ")} nm per voxel make a volume of ${extent.map(length).join(" x ")}`;
  if (resolution.some((nm) => nm < finest || nm > coarsest) || extent.some((nm) => nm > widest))
    chart.find("resolution", place, words);
  else if (isOfWhole(size, resolution))
    chart.find(
      "resolution",
      place,
      `${words}: it grows with the voxels, as the size of the whole volume does`,
    );
  else if (resolution.every((nm) => nm === 1))
    chart.note(place, "1 nm per voxel: is that so, or was it never set?");
}

/** Whether axes with more voxels have larger ones in the very same ratio: so has a size that was taken for a resolution. */
function isOfWhole(size: Vec3, resolution: Vec3): boolean {
  const ratio = resolution[0] / size[0];
  const isUneven = new Set(size).size > 1 && size.every((n) => n > 1);
  return isUneven && size.every((n, d) => Math.abs((resolution[d] ?? 0) / n / ratio - 1) < 1e-6);
}

/** A length in the unit that people would use. */
export function length(nm: number): string {
  const units = [
    ["m", 1e9],
    ["mm", 1e6],
    ["um", 1e3],
    ["nm", 1],
  ] as const;
  const [unit, of] = units.find(([, size]) => nm >= size) ?? ["nm", 1];
  return `${Number((nm / of).toPrecision(3))} ${unit}`;
}

function checkOrder(before: Scale, scale: Scale, chart: Chart): void {
  if (!scale.resolution.some((nm, d) => nm < (before.resolution[d] ?? 0) * (1 - 1e-9))) return;
  const words = `${scale.resolution.join(" x ")} nm after ${before.resolution.join(" x ")} nm: scales go from fine to coarse`;
  chart.find("scale-order", `scales[${scale.index}].resolution`, words);
}

/** Two voxels of the coarser scale: some programs round down, some up, and offsets make one more. */
function checkExtent(first: Scale, scale: Scale, chart: Chart): boolean {
  const whole = extentOf(first);
  const extent = extentOf(scale);
  const differs = extent.some(
    (nm, d) => Math.abs(nm - (whole[d] ?? 0)) >= 2 * (scale.resolution[d] ?? 0) + 1e-6,
  );
  if (differs)
    chart.find(
      "scale-extent",
      `scales[${scale.index}]`,
      `size x resolution is ${extent.map(length).join(" x ")}, that of the first scale ${whole.map(length).join(" x ")}`,
    );
  return differs;
}

/** A voxel's place is (index + voxel_offset) * resolution in every scale alike, up to rounding. */
function checkOffset(first: Scale, scale: Scale, chart: Chart): void {
  const shift = mapVec(
    (d) => scale.voxelOffset[d] * scale.resolution[d] - first.voxelOffset[d] * first.resolution[d],
  );
  if (!shift.some((nm, d) => Math.abs(nm) >= (scale.resolution[d] ?? 0) * 1.000001)) return;
  const words = `voxel_offset is ${scale.voxelOffset.join(", ")}: this scale is shifted by ${shift.map((nm) => (nm < 0 ? `-${length(-nm)}` : length(nm))).join(", ")} against the first`;
  chart.find("offset-scale", `scales[${scale.index}].voxel_offset`, words);
}
