import { chunkBox, chunksOver } from "../../lib/format/chunk.ts";
import { codecs } from "../../lib/format/codec.ts";
import { mapVec, product, shapeOf } from "../../lib/format/vec.ts";
import { cutView } from "../../lib/format/view.ts";
import { gridOf } from "../../lib/step/grid.ts";
import { createDigest } from "./digest.ts";
import { createClock, type Kernel, type KernelOptions } from "./kernel.ts";
import { eachBlock, factsOf, openVolume, type Planned, type Visit } from "./volume.ts";

/** compressed_segmentation of all chunks of full resolution, from dense labels. */
export async function encodeKernel({ folder }: KernelOptions): Promise<Kernel> {
  const volume = await openVolume(folder);
  return {
    facts: factsOf(volume),
    async run(check) {
      const clock = createClock();
      const digest = createDigest();
      let total = 0;
      await eachBlock(volume, { margin: false }, (visit) => {
        for (const { name, work } of chunkWork(volume, visit)) {
          const bytes = clock.time("encode", work);
          total += bytes.byteLength;
          if (check) digest.add(name, bytes);
        }
      });
      const voxels = product(gridOf(volume.plan, 0).grid.size);
      return { seconds: clock.sum(), voxels, bytes: total, ...digest.end() };
    },
  };
}

/** For each chunk of a block what encodes it. Chunks are named by their first voxel. */
export function* chunkWork({ plan }: Planned, { box, block, own }: Visit) {
  const { grid, format } = gridOf(plan, 0);
  for (const at of chunksOver(grid, box)) {
    const chunk = chunkBox(grid, at);
    const cut = cutView(
      own,
      mapVec((d) => chunk.lo[d] - box.lo[d]),
      shapeOf(chunk),
    );
    const work = () => codecs.compressed_segmentation.encode(cut, block.table, format);
    yield { name: chunk.lo.join(" "), work };
  }
}
