import type { SurfacePiece } from "../../../lib/format/pack.ts";
import { mapVec, product } from "../../../lib/format/vec.ts";
import { CROSSINGS } from "../../../lib/volume/surface/crossing.ts";
import type { SurfaceBlock } from "../../../lib/volume/surface.ts";
import { createField, type Field } from "./surface/field.ts";
import { addFineFaces } from "./surface/fine.ts";
import { gatherPieces } from "./surface/gather.ts";
import { addQuads } from "./surface/quad.ts";
import { scanClusters } from "./surface/scan.ts";
import { trimTable } from "./surface/table.ts";

export type { SurfacePiece } from "../../../lib/format/pack.ts";

/** Finds the surfaces of all labels of a block. */
export type SurfaceExtractor = {
  /** Pieces by ascending label, for the labels that have triangles here. */
  extract(block: SurfaceBlock): SurfacePiece[];
};

/** Entries kept from block to block, about 140 bytes each. */
const KEEP = 1 << 18;

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
  const field = createField(options.cluster);
  return {
    extract(block) {
      trimTable(field.table, KEEP);
      enterBlock(field, block);
      scanClusters(field);
      addQuads(field);
      addFineFaces(field);
      return gatherPieces(field, block.labelCount, block.volume);
    },
  };
}

function enterBlock(field: Field, block: SurfaceBlock): void {
  const shape = mapVec((d) => block.clusterHi[d] - block.clusterLo[d]);
  const size = mapVec((d) => 2 * shape[d] + 1);
  if (product(size) !== block.labels.length)
    throw new Error(`block of ${shape} clusters needs ${size} labels, not ${block.labels.length}`);
  field.labels = block.labels;
  field.shape = shape;
  field.owned = mapVec((d) => block.ownedHi[d] - block.clusterLo[d]);
  field.origin = block.clusterLo;
  field.row = size[0];
  field.slice = size[0] * size[1];
  field.faces = 0;
  for (let k = 0; k < 27; k++) {
    field.offset[k] = (k % 3) + (Math.floor(k / 3) % 3) * field.row + Math.floor(k / 9) * field.slice;
  }
  const { shift } = field.crossing;
  for (let j = 0; j < 4 * CROSSINGS; j++) {
    field.step[j] = shift[3 * j]! + shape[0] * (shift[3 * j + 1]! + shape[1] * shift[3 * j + 2]!);
  }
}
