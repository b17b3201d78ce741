import type { Surface } from "./fragment.ts";
import type { Scale } from "./layout.ts";
import { measure } from "./measure.ts";
import { addFigure, expectThat, type Report, raiseFigure } from "./report.ts";

/**
 * How far a mesh may be from its voxels, in voxels. Meshes of ours never leave the box of their voxels: vertices lie
 * within the voxel grid and simplification only takes some of them away.
 */
export type Tolerance = {
  /** Beyond the box of the voxels. */
  readonly outside: number;
  /** Within it. */
  readonly inside: number;
};

/** Of meshes that are not ours only the place is judged. */
export const foreignTolerance: Tolerance = { outside: 1, inside: 2 };

/** @param error bound of the simplification in voxels */
export function ownTolerance(error: number): Tolerance {
  return { outside: 0.05, inside: 1.05 + error };
}

export type Shape = {
  readonly id: string;
  readonly surface: Surface;
  readonly segment: {
    readonly voxels: number;
    /** Local voxels of scale 0: lo x, y, z, hi x, y, z. */
    readonly box: ArrayLike<number>;
    /** Sums of x, y, z of the voxels' first corners. */
    readonly sums: ArrayLike<number>;
  };
  readonly scale: Scale;
};

/** Compares where a mesh lies, and what it encloses, with the voxels of its segment. */
export function checkShape(
  report: Report,
  { id, surface, segment, scale }: Shape,
  { outside, inside }: Tolerance,
): void {
  const at = `segment ${id}`;
  const { voxels, box, sums } = segment;
  const { box: reach, volume, area, centre, farthest } = measure(surface, scale);
  const expect = (check: "outward" | "box" | "volume" | "centre", holds: boolean, found: () => string) =>
    expectThat(report, check, holds, { at, found: holds ? "" : found() });
  // Voxels between two neighbouring float32 at the surface's farthest vertex.
  const blur = (farthest * 2 ** -23) / Math.min(...scale.resolution);
  // Of a few voxels next to nothing may be left to enclose.
  expect(
    "outward",
    volume > -blur * area - 1e-3,
    () => `its mesh is wound inward (it encloses ${volume.toFixed(1)} voxels)`,
  );
  const insets = reach.map((v, d) => (d < 3 ? v - box[d]! : box[d]! - v));
  const [least, deepest] = [Math.min(...insets), Math.max(...insets)];
  raiseFigure(report, "box", "voxels outside", Math.max(0, -least));
  raiseFigure(report, "box", "voxels inside", Math.max(0, deepest));
  const spans = (values: ArrayLike<number>) => Array.from(values, (v) => Number(v.toFixed(2))).join(",");
  const fits = least >= -outside - blur && deepest <= inside + blur;
  expect("box", fits, () => `its mesh spans ${spans(reach)}, and its voxels span ${spans(box)}`);
  const size = Math.abs(volume);
  addFigure(report, "volume", "enclosed", size);
  addFigure(report, "volume", "voxels", voxels);
  // A surface that lies up to so far inside takes its area times that away; of dust, which ends as four triangles
  // of no area, all.
  const most = (inside + blur) * area + surface.indices.length / 6;
  const close = size <= voxels + (outside + blur) * area + 1e-3 && size >= voxels - most;
  expect("volume", close, () => `its mesh encloses ${size.toFixed(1)} voxels, and it has ${voxels}`);
  // What is not enclosed may all be missing at one end.
  const lost = Math.abs(1 - size / voxels);
  const off = centre.map((v, d) => Math.abs(v - (sums[d]! / voxels + 0.5)));
  const allowed = (d: number) => 0.25 + 0.35 * lost * (box[d + 3]! - box[d]!) + blur + outside;
  if (size >= 1e-3) raiseFigure(report, "centre", "voxels off", Math.max(...off));
  // What encloses nothing has no middle.
  const placed = size < 1e-3 || off.every((v, d) => v <= allowed(d));
  expect("centre", placed, () => `the middle of its mesh is ${spans(off)} voxels off that of its voxels`);
}
