import { chunkBox, chunkName, chunksOver } from "../format/chunk.ts";
import { codecs } from "../format/codec.ts";
import type { LabelTable } from "../format/label.ts";
import { type Box, mapVec, product, shapeOf } from "../format/vec.ts";
import { cutView, wholeView } from "../format/view.ts";
import { fetchAhead } from "../store/lanes.ts";
import { contentOf, getStored } from "../store/object.ts";
import type { Store } from "../store/store.ts";
import { gridOf, type Volume } from "./grid.ts";

export type VoxelTarget = {
  /** Of the scale. */
  readonly index: number;
  /** Local voxels of the scale. */
  readonly box: Box;
  /** Dense labels of the box, x fastest, in the order in which `table` met their ids. */
  readonly labels: Uint32Array;
  readonly table: LabelTable;
};

/** Reads a box of a scale that is written already: decodes the part of every chunk that lies in it. */
export async function readVoxels(
  output: Pick<Store, "get">,
  volume: Volume,
  { index, box, labels, table }: VoxelTarget,
): Promise<void> {
  const { grid, scale, format } = gridOf(volume, index);
  const target = wholeView(labels, shapeOf(box));
  const { decode } = codecs[scale.encoding];
  const chunks = Array.from(chunksOver(grid, box), (at) => chunkBox(grid, at));
  const fetch = (chunk: Box) => getStored(output, `${scale.key}/${chunkName(grid, chunk)}`);
  for await (const [chunk, stored] of fetchAhead(chunks, fetch)) {
    const bytes = contentOf(stored);
    if (covers(box, chunk)) {
      const view = cutView(
        target,
        mapVec((d) => chunk.lo[d] - box.lo[d]),
        shapeOf(chunk),
      );
      decode(bytes, table, { ...format, target: view });
      continue;
    }
    const shape = shapeOf(chunk);
    const own = wholeView(new Uint32Array(product(shape)), shape);
    decode(bytes, table, { ...format, target: own });
    copyOverlap(own.labels, chunk, labels, box);
  }
}

function covers(outer: Box, inner: Box): boolean {
  return ([0, 1, 2] as const).every((d) => outer.lo[d] <= inner.lo[d] && inner.hi[d] <= outer.hi[d]);
}

/** Copies the voxels that two dense boxes share. */
function copyOverlap(from: Uint32Array, fromBox: Box, to: Uint32Array, toBox: Box): void {
  const lo = mapVec((d) => Math.max(fromBox.lo[d], toBox.lo[d]));
  const hi = mapVec((d) => Math.min(fromBox.hi[d], toBox.hi[d]));
  const at = ({ lo: start, hi: end }: Box, y: number, z: number) =>
    lo[0] - start[0] + (end[0] - start[0]) * (y - start[1] + (end[1] - start[1]) * (z - start[2]));
  for (let z = lo[2]; z < hi[2]; z++) {
    for (let y = lo[1]; y < hi[1]; y++) {
      const first = at(fromBox, y, z);
      to.set(from.subarray(first, first + hi[0] - lo[0]), at(toBox, y, z));
    }
  }
}
