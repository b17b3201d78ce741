import { chunkBox, chunkName, chunksOver } from "../format/chunk.ts";
import { codecs } from "../format/codec.ts";
import type { LabelTable } from "../format/label.ts";
import { type Box, mapVec, product, shapeOf, type Vec3 } from "../format/vec.ts";
import { copyLabels, cutView, wholeView } from "../format/view.ts";
import { createScratch, scratchWords } from "../kernel/scratch.ts";
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

const part = createScratch();

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
    const shared = {
      lo: mapVec((d) => Math.max(chunk.lo[d], box.lo[d])),
      hi: mapVec((d) => Math.min(chunk.hi[d], box.hi[d])),
    };
    const inside = cutView(target, offsetIn(box, shared), shapeOf(shared));
    const shape = shapeOf(chunk);
    if (product(shape) === product(inside.shape)) {
      decode(bytes, table, { ...format, target: inside });
      continue;
    }
    const whole = wholeView(scratchWords(part, product(shape)), shape);
    decode(bytes, table, { ...format, target: whole });
    copyLabels(cutView(whole, offsetIn(chunk, shared), inside.shape), inside);
  }
}

/** Where a box begins in one that holds it. */
function offsetIn(outer: Box, inner: Box): Vec3 {
  return mapVec((d) => inner.lo[d] - outer.lo[d]);
}
