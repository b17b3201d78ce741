import { bytesPerSample } from "../../lib/format/tiff.ts";
import { allocate } from "../../lib/kernel/memory.ts";
import { openSources, readSlice, windowBytes } from "../../lib/step/slice.ts";
import { createDigest } from "./digest.ts";
import { createClock, type Kernel, type KernelOptions } from "./kernel.ts";
import { factsOf, openVolume } from "./volume.ts";

/** TIFF slices to samples, one after another into the same memory: opening and reading the files is part of it. */
export async function tiffKernel({ folder }: KernelOptions): Promise<Kernel> {
  const volume = await openVolume(folder);
  const { context, plan } = volume;
  const [width, height, depth] = plan.info.scales[0]!.size;
  const window = { x0: 0, y0: 0, x1: width, y1: height };
  const buffer = allocate(windowBytes(window));
  return {
    facts: factsOf(volume),
    async run(check) {
      const clock = createClock();
      const digest = createDigest();
      const sources = openSources(context.input, plan);
      let bytes = 0;
      for (let z = 0; z < depth; z++) {
        const slice = await clock.wait("decode", () => readSlice({ sources, plan }, { z, window, buffer }));
        bytes += width * height * bytesPerSample(slice.page.sampleType);
        if (check) digest.add(`${z}`, slice.bytes);
      }
      return { seconds: clock.sum(), voxels: width * height * depth, bytes, ...digest.end() };
    },
  };
}
