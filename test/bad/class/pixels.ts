import { casesOf, usual, victim, withFiles } from "../make.ts";
import { type Page, writeTiff } from "../tiff.ts";
import { infoOf, pageOf, plainId, slicesOf, usualName, volumeOf } from "../volume.ts";

/** Samples that are no labels, or no labels of this volume. */
const { list, refused } = casesOf("pixels");
export const pixels = list;

const all = [usualName(0)];
/** Slice 3 with one other sample, in samples of another kind; all slices are of that kind. */
function one(value: number | bigint, kind: Partial<Page>): Map<string, Uint8Array> {
  const page = (z: number) => {
    const { values, ...rest } = pageOf(usual, z, kind);
    return writeTiff([{ ...rest, values: z === 3 ? values.with(8 * 45 + 11, value) : values }]);
  };
  return new Map(Array.from({ length: usual.size[2] }, (_, z) => [usualName(z), page(z)]));
}

const place = /x 11, y 8 of slice 3/;
refused("a negative id", new RegExp(`negative id -1 at ${place.source}`), {
  files: one(-1n, { bits: 16, format: 2 }),
});
refused("the most negative id of 64 bits", /negative id -9223372036854775808/, {
  volume: volumeOf("uint64"),
  files: one(-(2n ** 63n), { bits: 64, format: 2 }),
});
refused("not a number", /float/, { files: one(Number.NaN, { bits: 32, format: 3 }) });
refused("half an id", /float/, { files: one(1.5, { bits: 32, format: 3 }) });
const rgb = (channels: number, more: Partial<Page> = {}) =>
  slicesOf(usual, {
    page: {
      bits: 8,
      channels,
      values: Array.from({ length: 45 * 34 * channels }, (_, i) => i % 200),
      ...more,
    },
  });
refused("colours", /SamplesPerPixel.*3.*RGB/, { files: rgb(3), at: all });
refused("colours and transparency in planes", /SamplesPerPixel.*4/, {
  files: rgb(4, { tags: { 284: 2, 338: 1 } }),
  at: all,
});
refused("JPEG", /lossy/, { files: slicesOf(usual, { page: { bits: 8, tags: { 259: 7 } } }), at: all });
refused("CMYK by its photometric alone", /Photometric.*CMYK/, {
  files: slicesOf(usual, { page: { tags: { 262: 5 } } }),
  at: all,
});
refused("one wider slice with an id that does not fit", /id 70007.*range/, {
  files: withFiles({
    [victim]: writeTiff([pageOf(usual, 3, { bits: 32, values: pageOf(usual, 3).values.with(100, 70_007n) })]),
  }),
});
refused("ids of all slices above info's type", /range.*65535/, {
  files: slicesOf(volumeOf("uint32", (x, y, z) => plainId(x, y, z) * 70_001n)),
  at: all,
});
refused("one more than a byte holds", /id 256.*range.*255/, {
  info: infoOf(volumeOf("uint8")),
  files: one(256n, { bits: 16 }),
});
refused("2^32 in a uint32 volume", /id 4294967296.*range/, {
  info: infoOf(volumeOf("uint32")),
  files: one(2n ** 32n, { bits: 64 }),
});
refused("signed and unsigned slices", /bits and sign/, {
  volume: volumeOf("uint32"),
  files: withFiles({ [victim]: writeTiff([pageOf(usual, 3, { format: 2 })]) }),
  at: "label_000.tif",
});
