import { product } from "../../lib/format/vec.ts";
import { encodeItem } from "../../lib/plan/items.ts";
import { encodeStep } from "../../lib/step/encode.ts";
import { gridOf } from "../../lib/step/grid.ts";
import { planStep } from "../../lib/step/plan.ts";
import { usualSettings } from "../../lib/step/settings.ts";
import { directoryStore } from "../../lib/store/directory.ts";
import { memoryStore } from "../../lib/store/memory.ts";
import { createClock, type Kernel, type KernelOptions } from "./kernel.ts";
import { factsOf, openVolume } from "./volume.ts";

/** Slices to gzipped chunks of full resolution in the folder `out`: the pipeline's own steps plan and encode, without meshes and verification. */
export async function ingestKernel({ folder, out = "" }: KernelOptions): Promise<Kernel> {
  return {
    facts: factsOf(await openVolume(folder)),
    async run() {
      const clock = createClock();
      const context = { input: directoryStore(folder), work: memoryStore(), output: directoryStore(out) };
      const { voxels, bytes } = await clock.wait("ingest", async () => {
        const plan = await planStep(context, { ...usualSettings, mesh: false, verify: false });
        let written = 0;
        for (let block = 0; block < plan.blocks; block++)
          written += (await encodeStep(context, encodeItem(plan, block))).bytes;
        return { voxels: product(gridOf(plan, 0).grid.size), bytes: written };
      });
      return { seconds: clock.sum(), voxels, bytes };
    },
  };
}
