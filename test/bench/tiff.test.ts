import { expect, test } from "vitest";
import { encodeLzw } from "../../bench/make/lzw.ts";
import { encodePackbits } from "../../bench/make/packbits.ts";
import { encodeTiff, type Storage, storages } from "../../bench/make/tiff.ts";
import { listPages, openPage, readRegion } from "../../lib/format/tiff.ts";
import { unLzw, unPack } from "../fuzz/tiff/reference.ts";
import { chance } from "../volume/volumes.ts";

/** Runs of all lengths, long enough to fill the LZW table more than once. */
function runs(length: number, seed: number): Uint8Array {
  const random = chance(seed);
  const out = new Uint8Array(length);
  for (let i = 0, value = 0; i < length; i++) {
    if (random() < 0.4) value = Math.floor(256 * random());
    out[i] = value;
  }
  return out;
}

test.each([0, 1, 2, 255, 256, 3000, 3837, 3838, 3839, 3840, 20_000])(
  "LZW of %i bytes, read by the tests' own reference",
  (length) => {
    for (const bytes of [runs(length, 5), new Uint8Array(length)])
      expect(unLzw(encodeLzw(bytes))).toEqual(bytes);
  },
);

test("PackBits by rows, read by the tests' own reference", () => {
  const bytes = runs(300 * 40, 9);
  expect(unPack(encodePackbits(bytes, 300))).toEqual(bytes);
  // TIFF 6.0 section 9, the example of a run and of literals.
  expect([...encodePackbits(Uint8Array.of(7, 7, 7, 1, 2, 3), 6)]).toEqual([254, 7, 2, 1, 2, 3]);
});

test.each(Object.keys(storages) as Storage[])(
  "slices stored as %s hold the samples, whatever their width",
  async (storage) => {
    const [width, height] = [61, 150];
    const words = runs(8 * width * height, 3);
    for (const type of [Uint8Array, Uint16Array, Uint32Array, BigUint64Array]) {
      const samples = new type(words.buffer as ArrayBuffer, 0, width * height);
      const file = encodeTiff(samples, { width, height, storage });
      const source = {
        name: "x",
        size: file.length,
        read: async (at: number, n: number) => file.subarray(at, at + n),
      };
      const { pages } = await listPages(source);
      const page = await openPage(source, pages[0]!);
      const out = new Uint8Array(samples.byteLength);
      await readRegion(page, { x0: 0, y0: 0, x1: width, y1: height }, out);
      expect([page.width, page.height, page.compression]).toEqual([
        width,
        height,
        storages[storage].compression,
      ]);
      expect(out).toEqual(new Uint8Array(samples.buffer, 0, samples.byteLength));
    }
  },
);
