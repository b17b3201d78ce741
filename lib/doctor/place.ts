import { mapVec, type Vec3 } from "../format/vec.ts";
import type { Observed, Sight } from "./observed.ts";
import { isInOnePlace } from "./space.ts";
import type { Visit } from "./visit.ts";
import type { Volume } from "./volume.ts";

/** Box of a segment's mesh as it is stored. */
export type Meshed = { readonly id: string; readonly lo: Vec3; readonly hi: Vec3 };

/** Voxels of the coarsest scale: what reduction and simplification move. */
const tolerance = 2.5;

type Pair = { readonly mesh: Meshed; readonly sight: Sight };

/** Whether legacy meshes lie where their voxels are. Boxes are compared, and the middle one of the differences counts. */
export function checkPlace(
  visit: Visit,
  { mesh = "mesh", scales }: Volume,
  { meshed, observed }: { meshed: readonly Meshed[]; observed: Observed },
): void {
  const first = scales[0];
  if (!observed.isComplete || first === undefined || !isInOnePlace(visit.chart)) return;
  const byId = new Map(observed.segments.map((sight) => [sight.id, sight]));
  const pairs = meshed.flatMap((one): Pair[] => {
    const sight = byId.get(one.id);
    return sight === undefined ? [] : [{ mesh: one, sight }];
  });
  if (pairs.length === 0) return;
  const axes = [0, 1, 2] as const;
  const shift = mapVec((d) =>
    middle(pairs.map(({ mesh, sight }) => (mesh.lo[d] + mesh.hi[d] - sight.lo[d] - sight.hi[d]) / 2)),
  );
  const size = mapVec((d) =>
    middle(pairs.map(({ mesh, sight }) => (mesh.hi[d] - mesh.lo[d]) / (sight.hi[d] - sight.lo[d]))),
  );
  const isSmall = axes.every((d) => size[d] < 0.5);
  const isShifted = axes.some((d) => Math.abs(shift[d]) > tolerance * observed.resolution[d]);
  if (!isSmall && !isShifted) return;
  const words = isSmall
    ? unitOf(size, first.resolution)
    : shiftOf(
        shift,
        mapVec((d) => first.voxelOffset[d] * first.resolution[d]),
      );
  visit.chart.find("mesh-place", `${mesh}/${pairs[0]?.mesh.id}:0`, words);
}

function unitOf(size: Vec3, resolution: Vec3): string {
  const is = (unit: Vec3) => ([0, 1, 2] as const).every((d) => Math.abs(Math.log(size[d] * unit[d])) < 1);
  const isVoxels = is(resolution);
  const names = [
    ["metres", 1e9],
    ["millimetres", 1e6],
    ["micrometres", 1e3],
  ] as const;
  const name = names.find(([, nm]) => is([nm, nm, nm]))?.[0];
  const unit = isVoxels ? "voxels" : (name ?? "another unit");
  return `meshes are ${mapVec((d) => Number(size[d].toPrecision(2))).join(", ")} times as large as their voxels: they seem to be in ${unit}, not nanometres`;
}

function shiftOf(shift: Vec3, offset: Vec3): string {
  const text = shift.map((nm) => Math.round(nm)).join(", ");
  const isOffset =
    offset.some((nm) => nm !== 0) &&
    ([0, 1, 2] as const).every((d) => Math.abs(shift[d] + offset[d]) <= Math.abs(offset[d]) * 0.2 + 1);
  return `meshes lie ${text} nm beside their voxels${isOffset ? ": voxel_offset was forgotten" : ""}`;
}

function middle(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
