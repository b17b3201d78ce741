import type { Vec3 } from "../../lib/format/vec.ts";
import { checkManifold } from "../../lib/volume/mesh/manifold.ts";
import type { Mesh } from "../../lib/volume/mesh/weld.ts";
import { type Spread, sampleDistances, spread } from "../../test/volume/distance.ts";
import { readMesh } from "./dataset.ts";
import { type Sample, takeSample } from "./sample.ts";

/** What the meshes of a dataset are worth. */
export type Quality = {
  /** Of all segments. */
  readonly segments: number;
  readonly missing: number;
  readonly triangles: number;
  /** Meshes without an open edge, and without an edge or vertex that is not manifold; vertices at one place are one. */
  readonly closed: number;
  readonly manifold: number;
  /** Of the sample: voxels, over all points of all its meshes. */
  readonly sampled: number;
  readonly sampledTriangles: number;
  readonly toVoxels: Spread;
  readonly toMesh: Spread;
};

/** Points on each mesh, and on the voxel faces of each segment. */
const points = 2000;

export function measureOurs(folder: string, out: string): Promise<Quality> {
  return measurePeer(folder, out, 0);
}

/** @param shift voxels by which the meshes are to be moved along each axis to lie where the voxels are */
export async function measurePeer(folder: string, out: string, shift: number): Promise<Quality> {
  const sample = await sampleOf(folder);
  const place = { out, resolution: sample.resolution, shift };
  const found = { segments: sample.ids.length, missing: 0, triangles: 0, closed: 0, manifold: 0 };
  for (const id of sample.ids) {
    const mesh = await readMesh(place, id);
    if (mesh === undefined || mesh.indices.length === 0) {
      found.missing++;
      continue;
    }
    const flaws = checkManifold(mesh);
    found.triangles += mesh.indices.length / 3;
    if (flaws.open === 0) found.closed++;
    if (flaws.nonManifold === 0 && flaws.pinched === 0) found.manifold++;
  }
  return { ...found, ...(await distances(sample, place)) };
}

/** One volume is measured several times. */
const samples = new Map<string, Promise<Sample>>();

function sampleOf(folder: string): Promise<Sample> {
  const known = samples.get(folder) ?? takeSample(folder);
  samples.clear();
  samples.set(folder, known);
  return known;
}

async function distances(sample: Sample, place: { out: string; resolution: Vec3; shift: number }) {
  const toVoxels: number[] = [];
  const toMesh: number[] = [];
  let [sampled, sampledTriangles] = [0, 0];
  for (const id of sample.chosen) {
    const mesh = await readMesh(place, id);
    if (mesh === undefined || mesh.indices.length === 0) continue;
    const { volume, lo } = sample.crop(id);
    const found = sampleDistances(volume, 1, moved(mesh, lo), points);
    for (const distance of found.toVoxels) toVoxels.push(distance);
    for (const distance of found.toMesh) toMesh.push(distance);
    sampled++;
    sampledTriangles += mesh.indices.length / 3;
  }
  return { sampled, sampledTriangles, toVoxels: spread(toVoxels), toMesh: spread(toMesh) };
}

function moved({ positions, indices }: Mesh, lo: Vec3): Mesh {
  return { positions: positions.map((p, i) => p - lo[i % 3]!), indices };
}

/** Both sides, for the notes of a row. */
export function qualityNotes(ours: Quality, peer: Quality): string[] {
  return [`meshes of ours: ${describe(ours)}`, `meshes of the peer: ${describe(peer)}`];
}

function describe(quality: Quality): string {
  const { segments, missing, triangles, closed, manifold, sampled, sampledTriangles, toVoxels, toMesh } =
    quality;
  const lost = missing === 0 ? "" : `, ${missing} MISSING`;
  return (
    `${triangles} triangles, ${closed} of ${segments} closed, ${manifold} manifold${lost}; ` +
    `${sampled} sampled (${sampledTriangles} triangles), voxels mean/p99/max: ` +
    `mesh to voxels ${spreadText(toVoxels)}, voxels to mesh ${spreadText(toMesh)}`
  );
}

function spreadText({ mean, p99, max }: Spread): string {
  return [mean, p99, max].map((value) => (Number.isFinite(value) ? value.toFixed(3) : "over 4")).join("/");
}
