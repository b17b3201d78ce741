import { bytesPerSample, readRegion } from "../../format/tiff.ts";
import { openPages, readStack } from "../../step/input.ts";
import { directoryStore } from "../../store/directory.ts";
import type { Original } from "../../verify/dataset.ts";
import type { Layout } from "../../verify/layout.ts";
import { addSlice, sourceDigest, sourceVoxels, startSource } from "../../verify/source.ts";
import { locate } from "../locate.ts";

/**
 * Reads the source of a dataset once, slice by slice. TIFFs are read by the reader of the conversion, up to the
 * samples; nothing that comes after it has a part in it.
 *
 * @param input a folder of slices, or one TIFF
 * @throws InputError if it cannot be read
 */
export async function readOriginal(input: string, layout: Layout): Promise<Original> {
  const { folder, stack: file } = await locate(input);
  const store = directoryStore(folder);
  const stack = await readStack(store, file);
  const { pages } = stack;
  const [width, height, depth] = layout.scales[0].size;
  const sums = startSource(layout);
  const [first] = pages;
  const size = [first?.width ?? 0, first?.height ?? 0, pages.length] as const;
  const fits = pages.length === depth && pages.every((p) => p.width === width && p.height === height);
  let z = 0;
  for await (const page of fits ? openPages(store, stack) : []) {
    const bytes = new Uint8Array(width * height * bytesPerSample(page.sampleType));
    await readRegion(page, { x0: 0, y0: 0, x1: width, y1: height }, bytes);
    addSlice(sums, bytes, { bits: 8 * bytesPerSample(page.sampleType), z });
    z++;
  }
  const info = await store.get("info");
  return {
    size,
    digestOf: (chunk) => (fits ? sourceDigest(sums, chunk) : undefined),
    voxels: sourceVoxels(sums),
    ...(info && { info: new TextDecoder().decode(info.bytes) }),
  };
}
