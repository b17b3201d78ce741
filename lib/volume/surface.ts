import type { SurfacePiece } from "../format/pack.ts";
import { mapVec, product, type Vec3 } from "../format/vec.ts";
import { kernels, memory } from "../kernel/kernel.ts";
import { addressOf, allocateWords, isKernel, release } from "../kernel/memory.ts";
import type { ClusterRange } from "./surface/range.ts";
import { shapeTables } from "./surface/shape.ts";

export type { SurfacePiece } from "../format/pack.ts";

/** One block of labels; see `clusterRange` and `fieldBox` for its extent. */
export type SurfaceBlock = ClusterRange & {
  /**
   * Dense labels of the voxels of `fieldBox`, [z][y][x], x fastest, 2n + 1 per axis for n clusters
   * scanned. 0 is background, and stands outside the volume: every surface closes at the border.
   */
  readonly labels: Uint32Array;
  /** Size of the whole volume in voxels. */
  readonly volume: Vec3;
  /** All labels are below. */
  readonly labelCount: number;
};

/** Finds the surfaces of all labels of a block. */
export type SurfaceExtractor = {
  /** Pieces by ascending label, for the labels that have triangles here. */
  extract(block: SurfaceBlock): SurfacePiece[];
};

/**
 * An extractor with the tables and space of one thread.
 *
 * The surface is dual to the voxel grid: a quad for each voxel face between two labels, with a vertex in
 * each of the four dual cells around it. With `cluster` (the usual way) 2x2x2 dual cells share their
 * vertices wherever that keeps the topology, which leaves about a quarter of the triangles; without,
 * every cell has its own. Label by label the result is closed, winds counter-clockwise seen from
 * outside, and depends on the 27 voxels around each vertex alone, never on the block.
 */
export function createExtractor(
  options: { readonly cluster: boolean } = { cluster: true },
): SurfaceExtractor {
  const { cells, faces } = shapeTables();
  const field = kernels.createField(addressOf(cells), addressOf(faces), options.cluster);
  return {
    extract(block) {
      const { labels } = block;
      checkShape(block);
      if (isKernel(labels)) return copyPieces(field, extract(field, block, labels));
      const own = allocateWords(labels.length);
      own.set(labels);
      const count = extract(field, block, own);
      release(own);
      return copyPieces(field, count);
    },
  };
}

function checkShape({ clusterLo, clusterHi, labels }: SurfaceBlock): void {
  const shape = mapVec((d) => clusterHi[d] - clusterLo[d]);
  const size = mapVec((d) => 2 * shape[d] + 1);
  if (product(size) !== labels.length)
    throw new Error(`block of ${shape} clusters needs ${size} labels, not ${labels.length}`);
}

/** @returns the number of pieces */
function extract(field: number, block: SurfaceBlock, labels: Uint32Array): number {
  const { clusterLo, clusterHi, ownedHi, labelCount, volume } = block;
  const [nx, ny, nz] = mapVec((d) => clusterHi[d] - clusterLo[d]);
  const [ox, oy, oz] = mapVec((d) => ownedHi[d] - clusterLo[d]);
  const [x0, y0, z0] = clusterLo;
  const [wide, high] = mapVec((d) => Math.floor(volume[d] / 2) + 1);
  const at = addressOf(labels);
  return kernels.extract(field, at, labelCount, nx, ny, nz, ox, oy, oz, x0, y0, z0, wide, high);
}

/** The pieces that the kernel has left: their arrays are views of common buffers, and stay for the next block. */
function copyPieces(field: number, count: number): SurfacePiece[] {
  const at = (part: number) => kernels.extracted(field, part) >>> 0;
  const list = new Uint32Array(memory.buffer, at(0), 3 * count);
  let [triangleCount, vertexCount] = [0, 0];
  for (let p = 0; p < list.length; p += 3) {
    triangleCount += list[p + 1]!;
    vertexCount += list[p + 2]!;
  }
  const triangles = new Uint32Array(memory.buffer, at(1), 3 * triangleCount).slice();
  const positions = new Int32Array(memory.buffer, at(2), 3 * vertexCount).slice();
  const keys = new Float64Array(memory.buffer, at(3), vertexCount).slice();
  const pieces: SurfacePiece[] = [];
  let [t, v] = [0, 0];
  for (let p = 0; p < list.length; p += 3) {
    const [tEnd, vEnd] = [t + list[p + 1]!, v + list[p + 2]!];
    pieces.push({
      label: list[p]!,
      positions: positions.subarray(3 * v, 3 * vEnd),
      keys: keys.subarray(v, vEnd),
      triangles: triangles.subarray(3 * t, 3 * tEnd),
    });
    [t, v] = [tEnd, vEnd];
  }
  kernels.releaseExtracted(field);
  return pieces;
}
