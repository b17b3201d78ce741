import { type Box, mapVec, shapeOf, type Vec3 } from "../../format/vec.ts";

/**
 * Clusters of a block. Cluster c of an axis holds the corners 2c and 2c + 1 of the voxel grid (corner i
 * lies between the voxels i - 1 and i) and sees the voxels 2c - 1 to 2c + 1.
 */
export type ClusterRange = {
  /** First cluster scanned, and owned. */
  readonly clusterLo: Vec3;
  /** End of the clusters scanned: one layer more than owned, except at the volume's end. */
  readonly clusterHi: Vec3;
  /** End of the clusters owned: a voxel face belongs to the block that owns the lowest cluster at it. */
  readonly ownedHi: Vec3;
};

/**
 * The clusters a block of voxels scans and owns. Throws an Error unless the box starts at even voxels
 * and ends at even voxels or at the volume's end: only then do the blocks of a volume share no cluster.
 */
export function clusterRange(box: Box, volume: Vec3): ClusterRange {
  const last = mapVec((d) => (box.hi[d] === volume[d] ? 1 : 0));
  for (let d = 0; d < 3; d++) {
    const even = box.lo[d]! % 2 === 0 && (box.hi[d]! % 2 === 0 || last[d] === 1);
    if (!even || box.lo[d]! < 0 || box.hi[d]! > volume[d]!)
      throw new Error(`block ${box.lo} to ${box.hi} of volume ${volume}: not on clusters of two voxels`);
  }
  const ownedHi = mapVec((d) => (last[d] === 1 ? Math.floor(volume[d] / 2) + 1 : box.hi[d] / 2));
  const clusterHi = mapVec((d) => ownedHi[d] + 1 - last[d]);
  return { clusterLo: mapVec((d) => box.lo[d] / 2), clusterHi, ownedHi };
}

/** The voxels a range of clusters sees: 2n + 1 per axis; it may reach outside the volume, where all is 0. */
export function fieldBox(range: ClusterRange): Box {
  return {
    lo: mapVec((d) => 2 * range.clusterLo[d] - 1),
    hi: mapVec((d) => 2 * range.clusterHi[d]),
  };
}

/** A part of a block whose surfaces are found together, and its labels. */
export type Slab = ClusterRange & { readonly labels: Uint32Array };

/** Layers of clusters in a slab: what is known of its clusters then fits the memory near the processor. */
const usualLayers = 8;

/**
 * Cuts a block into slabs along z, as if they were blocks: what the extractor holds grows with the slab, not with the
 * block.
 *
 * @param labels those of `fieldBox` of the range, [z][y][x]
 */
export function* slabsOf(range: ClusterRange, labels: Uint32Array, layers = usualLayers): Generator<Slab> {
  const [width, height] = shapeOf(fieldBox(range));
  const [x, y, first] = range.clusterLo;
  const end = range.ownedHi[2];
  for (let z = first; z < end; z += layers) {
    const owned = Math.min(end, z + layers);
    const scanned = owned === end ? range.clusterHi[2] : owned + 1;
    yield {
      clusterLo: [x, y, z],
      clusterHi: [range.clusterHi[0], range.clusterHi[1], scanned],
      ownedHi: [range.ownedHi[0], range.ownedHi[1], owned],
      labels: labels.subarray(2 * (z - first) * width * height, (2 * (scanned - first) + 1) * width * height),
    };
  }
}
