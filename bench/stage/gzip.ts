import { product } from "../../lib/format/vec.ts";
import { gridOf } from "../../lib/step/grid.ts";
import { putChunk } from "../../lib/store/object.ts";
import type { Store } from "../../lib/store/store.ts";
import { chunkWork } from "./encode.ts";
import { createClock, type Kernel, type KernelOptions } from "./kernel.ts";
import { eachBlock, factsOf, openVolume } from "./volume.ts";

/** A store that forgets: what is timed is what happens to a chunk before it is stored. */
const nowhere = { put: async () => {} } as unknown as Store;

/** gzip of the encoded chunks of full resolution, as they are put. */
export async function gzipKernel({ folder }: KernelOptions): Promise<Kernel> {
  const volume = await openVolume(folder);
  const chunks: Uint8Array[] = [];
  await eachBlock(volume, { margin: false }, (visit) => {
    for (const { work } of chunkWork(volume, visit)) chunks.push(work().slice());
  });
  return {
    facts: factsOf(volume),
    async run() {
      const clock = createClock();
      let bytes = 0;
      for (const chunk of chunks) bytes += await clock.wait("gzip", () => putChunk(nowhere, "chunk", chunk));
      return { seconds: clock.sum(), voxels: product(gridOf(volume.plan, 0).grid.size), bytes };
    },
  };
}
