import { chunkBox, chunksOver } from "../../lib/format/chunk.ts";
import { sortLabels } from "../../lib/format/label.ts";
import { mapVec, product, type Vec3 } from "../../lib/format/vec.ts";
import { cutView } from "../../lib/format/view.ts";
import { gridOf } from "../../lib/step/grid.ts";
import { downsample } from "../../lib/volume/majority.ts";
import { createDigest, idBytes } from "./digest.ts";
import { createClock, type Kernel, type KernelOptions } from "./kernel.ts";
import { eachBlock, factsOf, openVolume } from "./volume.ts";

/** One coarser scale of the whole volume, from dense labels in memory; voxels are those of the input. */
export async function majorityKernel({ folder }: KernelOptions, factor: Vec3): Promise<Kernel> {
  const volume = await openVolume(folder);
  const { grid } = gridOf(volume.plan, 0);
  return {
    facts: factsOf(volume),
    async run(check) {
      const clock = createClock();
      const digest = createDigest();
      await eachBlock(volume, { margin: false }, ({ box, block, own }) => {
        // Ties go to the smallest label: that it is the smallest id is not of this stage.
        sortLabels(block.table, block.view.labels);
        const reduction = { factor, lead: [0, 0, 0], downsampling: "majority" } as const;
        const reduced = clock.time("majority", () => downsample(own, reduction));
        if (!check) return;
        for (const at of chunksOver(grid, box)) {
          const { lo, hi } = chunkBox(grid, at);
          const from = mapVec((d) => (lo[d] - box.lo[d]) / factor[d]);
          const shape = mapVec((d) => Math.ceil((hi[d] - lo[d]) / factor[d]));
          digest.add(lo.join(" "), idBytes(cutView(reduced, from, shape), block.table));
        }
      });
      return { seconds: clock.sum(), voxels: product(grid.size), ...digest.end() };
    },
  };
}
