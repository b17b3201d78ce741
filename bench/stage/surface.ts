import { product } from "../../lib/format/vec.ts";
import type { Plan } from "../../lib/plan/plan.ts";
import { gridOf } from "../../lib/step/grid.ts";
import { slabsOf } from "../../lib/volume/surface/range.ts";
import { createExtractor, type SurfacePiece } from "../../lib/volume/surface.ts";
import { createClock, type Kernel, type KernelOptions } from "./kernel.ts";
import { eachBlock, factsOf, openVolume, type Visit } from "./volume.ts";

/** Surfaces of all labels of a block, by the extractor of the pipeline; one per thread. */
export function createSurfaces(plan: Plan) {
  const extractor = createExtractor({ cluster: plan.options.meshError > 0 });
  const volume = gridOf(plan, 0).grid.size;
  return ({ block, clusters }: Visit) => {
    const pieces: SurfacePiece[] = [];
    for (const slab of slabsOf(clusters, block.view.labels))
      pieces.push(...extractor.extract({ ...slab, volume, labelCount: block.table.count }));
    return pieces;
  };
}

/** Surfaces of all labels of the volume, block by block, before they are joined. */
export async function surfaceKernel({ folder }: KernelOptions): Promise<Kernel> {
  const volume = await openVolume(folder);
  const surfaces = createSurfaces(volume.plan);
  return {
    facts: factsOf(volume),
    async run() {
      const clock = createClock();
      let triangles = 0;
      await eachBlock(volume, { margin: true }, (visit) => {
        for (const piece of clock.time("surface", () => surfaces(visit)))
          triangles += piece.triangles.length / 3;
      });
      return { seconds: clock.sum(), voxels: product(gridOf(volume.plan, 0).grid.size), triangles };
    },
  };
}
