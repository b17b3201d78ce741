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
  /** What `use` makes of each of these pieces, whose arrays are void afterwards. */
  map<T>(block: SurfaceBlock, use: (piece: SurfacePiece) => T): T[];
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
  const map = <T>(block: SurfaceBlock, use: (piece: SurfacePiece) => T): T[] => {
    const { labels } = block;
    checkShape(block);
    if (isKernel(labels)) return mapPieces(field, extract(field, block, labels), use);
    const own = allocateWords(labels.length);
    own.set(labels);
    const count = extract(field, block, own);
    release(own);
    return mapPieces(field, count, use);
  };
  return { map, extract: (block) => map(block, copyPiece) };
}

function copyPiece({ label, positions, keys, triangles }: SurfacePiece): SurfacePiece {
  return { label, positions: positions.slice(), keys: keys.slice(), triangles: triangles.slice() };
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

/** The pieces that the kernel has left lie one after another: labels and counts, triangles, positions, keys. */
function mapPieces<T>(field: number, count: number, use: (piece: SurfacePiece) => T): T[] {
  const [list, triangles, positions, keys] = [0, 1, 2, 3].map((part) => kernels.extracted(field, part) >>> 0);
  const rows = new Uint32Array(memory.buffer, list, 3 * count).slice();
  const made: T[] = [];
  let [t, v] = [0, 0];
  for (let row = 0; row < rows.length; row += 3) {
    const [label, triangleCount, vertexCount] = [rows[row]!, rows[row + 1]!, rows[row + 2]!];
    made.push(
      use({
        label,
        positions: new Int32Array(memory.buffer, positions! + 12 * v, 3 * vertexCount),
        keys: new Float64Array(memory.buffer, keys! + 8 * v, vertexCount),
        triangles: new Uint32Array(memory.buffer, triangles! + 12 * t, 3 * triangleCount),
      }),
    );
    t += triangleCount;
    v += vertexCount;
  }
  kernels.releaseExtracted(field);
  return made;
}
