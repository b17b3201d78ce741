import { chunkBox, chunksOver } from "../../lib/format/chunk.ts";
import { codecs } from "../../lib/format/codec.ts";
import { createLabels } from "../../lib/format/label.ts";
import { largestId } from "../../lib/format/type.ts";
import { product, shapeOf, type Vec3 } from "../../lib/format/vec.ts";
import { cutView, wholeView } from "../../lib/format/view.ts";
import { allocate, allocateWords } from "../../lib/kernel/memory.ts";
import { gridOf } from "../../lib/step/grid.ts";
import { labelSlice, openSources, readSlice, type SliceSamples, windowBytes } from "../../lib/step/slice.ts";
import { createDigest } from "./digest.ts";
import { createClock, type Kernel, type KernelOptions } from "./kernel.ts";
import { factsOf, openVolume } from "./volume.ts";

/** Samples in memory to dense labels. */
export function renumberKernel(options: KernelOptions): Promise<Kernel> {
  return slabKernel(options, false);
}

/** The same, and compressed_segmentation of the labels: from uint64 samples to chunks. */
export function renumberEncodeKernel(options: KernelOptions): Promise<Kernel> {
  return slabKernel(options, true);
}

/** Goes through the volume in slabs of the height of a chunk; reading them is not timed. */
async function slabKernel({ folder }: KernelOptions, encode: boolean): Promise<Kernel> {
  const volume = await openVolume(folder);
  const { context, plan } = volume;
  const { grid, format } = gridOf(plan, 0);
  const [width, height, depth] = grid.size;
  const window = { x0: 0, y0: 0, x1: width, y1: height };
  const layers = Math.min(depth, grid.chunkSize[2]);
  const buffers = Array.from({ length: layers }, () => allocate(windowBytes(window)));
  const labels = allocateWords(width * height * layers);
  return {
    facts: factsOf(volume),
    async run(check) {
      const clock = createClock();
      const digest = createDigest();
      for (let z0 = 0; z0 < depth; z0 += layers) {
        const z1 = Math.min(depth, z0 + layers);
        const sources = openSources(context.input, plan);
        const slices: SliceSamples[] = [];
        for (let z = z0; z < z1; z++)
          slices.push(await readSlice({ sources, plan }, { z, window, buffer: buffers[z - z0]! }));
        const shape: Vec3 = [width, height, z1 - z0];
        const view = wholeView(labels.subarray(0, product(shape)), shape);
        const table = createLabels(largestId(plan.idBits));
        clock.time("renumber", () => {
          slices.forEach((slice, i) => {
            labelSlice(slice, table, { window, target: { ...view, offset: i * view.strideZ } });
          });
        });
        if (!encode) continue;
        for (const at of chunksOver(grid, { lo: [0, 0, z0], hi: [width, height, z1] })) {
          const box = chunkBox(grid, at);
          const cut = cutView(view, [box.lo[0], box.lo[1], box.lo[2] - z0], shapeOf(box));
          const bytes = clock.time("encode", () => codecs.compressed_segmentation.encode(cut, table, format));
          if (check) digest.add(box.lo.join(" "), bytes);
        }
      }
      return { seconds: clock.sum(), parts: clock.parts, voxels: product(grid.size), ...digest.end() };
    },
  };
}
