import { bytesPerSample, readRegion, type TiffPage } from "../format/tiff.ts";
import { allocate, release } from "../kernel/memory.ts";

/** Samples read at a time, whole rows. */
const mostSamples = 2 ** 22;

/**
 * Whether all ids of 64-bit pages fit 32 bits. Reads voxels only until the first id that does not; negative
 * samples count as large and are refused later with their place.
 */
export async function fitsThirtyTwoBits(pages: AsyncIterable<TiffPage>): Promise<boolean> {
  for await (const page of pages) {
    if (bytesPerSample(page.sampleType) !== 8) continue;
    const rows = Math.min(256, Math.max(1, Math.floor(mostSamples / page.width)));
    const buffer = allocate(page.width * Math.min(rows, page.height) * 8);
    try {
      for (let y0 = 0; y0 < page.height; y0 += rows) {
        const y1 = Math.min(y0 + rows, page.height);
        const bytes = buffer.subarray(0, (y1 - y0) * page.width * 8);
        await readRegion(page, { x0: 0, y0, x1: page.width, y1 }, bytes);
        if (hasHighWord(new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4))) return false;
      }
    } finally {
      release(buffer);
    }
  }
  return true;
}

function hasHighWord(words: Uint32Array): boolean {
  let any = 0;
  for (let i = 1; i < words.length; i += 2) any |= words[i] as number;
  return any !== 0;
}
