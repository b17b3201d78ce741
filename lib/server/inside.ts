import type { VolumeInfo } from "../format/dataset.ts";
import { decodeFragment, type Fragment } from "../format/fragment.ts";
import { mapVec, type Vec3 } from "../format/vec.ts";
import type { Dataset } from "./dataset.ts";
import type { Row } from "./table.ts";

/**
 * A point inside a segment, near the middle of its box, in global voxels of scale 0: below the triangle of its mesh
 * that is nearest to there, half way to the other side. The middle itself lies outside of most neurites, and a viewer
 * that opens there shows empty sections; a point just below the surface is lost in coarser scales.
 *
 * @returns the middle of the box if the segment's mesh cannot be read
 */
export async function pointInside(dataset: Dataset, info: VolumeInfo, row: Row): Promise<Vec3 | undefined> {
  const { resolution } = info.scales[0] ?? {};
  if (info.mesh === undefined || resolution === undefined || row.middle === undefined) return row.middle;
  try {
    const manifest = (await dataset.json(`${info.mesh}/${row.id}:0`)) as { fragments: string[] };
    const [fragment] = manifest.fragments;
    const bytes = await dataset.bytes(`${info.mesh}/${fragment}`);
    return middleBelow(decodeFragment(bytes), resolution, row.middle) ?? row.middle;
  } catch {
    return row.middle;
  }
}

type Triangle = readonly [Vec3, Vec3, Vec3];

function middleBelow(mesh: Fragment, resolution: Vec3, wanted: Vec3): Vec3 | undefined {
  const top = nearest(mesh, resolution, wanted);
  if (top === undefined) return undefined;
  const middle = middleOf(top);
  const normal = normalOf(top);
  const length = Math.hypot(...normal);
  if (length === 0) return undefined;
  const inward = mapVec((d) => -normal[d] / length);
  let way = Number.POSITIVE_INFINITY;
  for (const triangle of trianglesOf(mesh, resolution)) {
    const distance = distanceTo(triangle, middle, inward);
    if (distance > 0.01 && distance < way) way = distance;
  }
  // Half a voxel, if the surface has no other side there.
  const depth = Number.isFinite(way) ? way / 2 : 0.5;
  return mapVec((d) => middle[d] + depth * inward[d]);
}

/** In voxels; one at a time, since large segments have millions. */
function* trianglesOf({ positions, indices }: Fragment, resolution: Vec3): Generator<Triangle> {
  const corner = (i: number) => {
    const at = 3 * (indices[i] as number);
    return mapVec((d) => (positions[at + d] as number) / resolution[d]);
  };
  for (let i = 0; i < indices.length; i += 3) yield [corner(i), corner(i + 1), corner(i + 2)];
}

/** The triangle whose middle is nearest, in nanometres. */
function nearest(mesh: Fragment, resolution: Vec3, wanted: Vec3): Triangle | undefined {
  let best: Triangle | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const triangle of trianglesOf(mesh, resolution)) {
    const middle = middleOf(triangle);
    const distance = Math.hypot(...mapVec((d) => (middle[d] - wanted[d]) * resolution[d]));
    if (distance >= least) continue;
    least = distance;
    best = triangle;
  }
  return best;
}

/** How far along a ray a triangle is hit (Moeller and Trumbore 1997); NaN if it is not. */
function distanceTo([a, b, c]: Triangle, from: Vec3, along: Vec3): number {
  const u = minus(b, a);
  const v = minus(c, a);
  const p = cross(along, v);
  const scale = dot(u, p);
  const offset = minus(from, a);
  const q = cross(offset, u);
  const [s, t] = [dot(offset, p) / scale, dot(along, q) / scale];
  return s >= 0 && t >= 0 && s + t <= 1 ? dot(v, q) / scale : Number.NaN;
}

function middleOf([a, b, c]: Triangle): Vec3 {
  return mapVec((d) => (a[d] + b[d] + c[d]) / 3);
}

/** Outward, as triangles are wound. */
function normalOf([a, b, c]: Triangle): Vec3 {
  return cross(minus(b, a), minus(c, a));
}

function minus(a: Vec3, b: Vec3): Vec3 {
  return mapVec((d) => a[d] - b[d]);
}

function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
