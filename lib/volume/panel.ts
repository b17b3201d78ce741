import { mapVec, type Vec3 } from "../format/vec.ts";

type Axis = 0 | 1 | 2;

/** One section of the picture. */
export type Panel = {
  /** Axes that go right and down. */
  readonly axes: readonly [Axis, Axis];
  readonly normal: Axis;
  /** Pixels: the left upper corner, and width and height. */
  readonly at: readonly [number, number];
  readonly extent: readonly [number, number];
};

export type Layout = { readonly width: number; readonly height: number; readonly panels: readonly Panel[] };

type Extent = { readonly size: Vec3; readonly resolution: Vec3 };

/** Pixels of the widest and highest picture, and between its sections. */
const widest = 1200;
const highest = 600;
const gap = 12;

const sections = [
  { axes: [0, 1], normal: 2 },
  { axes: [0, 2], normal: 1 },
  { axes: [2, 1], normal: 0 },
] as const;

/**
 * Places the sections side by side, in the middle of the picture's height, all at the same pixels per nanometre: as
 * large as width and height allow.
 */
export function layOut({ size, resolution }: Extent): Layout {
  const pixels = pixelsPer({ size, resolution });
  const shown = mapVec((d) => Math.max(1, Math.round(size[d] * resolution[d] * pixels)));
  const height = Math.max(...shown.slice(1)) + 2 * gap;
  let left = gap;
  const panels = sections.map(({ axes, normal }): Panel => {
    const extent = [shown[axes[0]], shown[axes[1]]] as const;
    const at = [left, Math.floor((height - extent[1]) / 2)] as const;
    left += extent[0] + gap;
    return { axes, normal, at, extent };
  });
  return { width: left, height, panels };
}

/**
 * The scale to make the picture from: the coarsest one that still has a voxel for every pixel, or along an axis as
 * many as there are, so that no more is read than is shown.
 *
 * @param scales from fine to coarse; the first one decides how large the picture is
 */
export function previewScale(scales: readonly Extent[]): number {
  const [full] = scales;
  if (full === undefined) throw new Error("there is no scale");
  const pixel = 1 / pixelsPer(full);
  let chosen = 0;
  scales.forEach(({ resolution }, i) => {
    const fine = resolution.every((nm, d) => nm <= Math.max(pixel, full.resolution[d]!));
    if (fine) chosen = i;
  });
  return chosen;
}

/** Pixels per nanometre. */
function pixelsPer({ size, resolution }: Extent): number {
  const [x, y, z] = mapVec((d) => size[d] * resolution[d]);
  return Math.min((widest - 4 * gap) / (2 * x + z), (highest - 2 * gap) / Math.max(y, z));
}
