import { casesOf, usual } from "../make.ts";
import type { Page } from "../tiff.ts";
import { writeTiff } from "../tiff.ts";
import { infoOf, type Look, pageOf, plainId, slicesOf, stackFile, usualName, volumeOf } from "../volume.ts";

/** Ways to store labels: what is exact must convert, the rest is refused by the name of its tag. */
const { list, ok, refused } = casesOf("encoding");
export const encodings = list;

const size = usual.size;
const depth = size[2];
const wide = (factor: bigint) => (x: number, y: number, z: number) => plainId(x, y, z) * factor;
const cseg = { encoding: "compressed_segmentation", compressed_segmentation_block_size: [8, 8, 8] };
const same = (look: Look) => ({ files: slicesOf(usual, look) });

ok("plain strips", {});
ok("big-endian", same({ form: { little: false } }));
ok("BigTIFF", same({ form: { big: true } }));
ok("BigTIFF, big-endian", same({ form: { big: true, little: false } }));
ok("BigTIFF, strips of one row", same({ form: { big: true }, page: { rows: 1 } }));
ok("tiles that do not divide the slice", same({ page: { tile: [16, 16] } }));
ok("tiles, deflate", same({ page: { tile: [32, 16], compression: 8 } }));
ok(
  "tiles, big-endian, LZW, differences",
  same({
    form: { little: false },
    page: { tile: [16, 32], compression: 5, predictor: 2 },
  }),
);
ok("one tile larger than the slice", same({ page: { tile: [64, 64] } }));
ok("strips, the last one short", same({ page: { rows: 7 } }));
ok("strips of one row, LZW", same({ page: { rows: 1, compression: 5 } }));
ok("without RowsPerStrip", same({ page: { tags: { 278: undefined } } }));
ok("RowsPerStrip 2^32 - 1", same({ page: { tags: { 278: 2 ** 32 - 1 } } }));
ok("LZW", same({ page: { compression: 5 } }));
ok("LZW, differences", same({ page: { compression: 5, predictor: 2 } }));
ok("deflate", same({ page: { compression: 8 } }));
ok(
  "deflate, differences, big-endian",
  same({
    form: { little: false },
    page: { compression: 8, predictor: 2 },
  }),
);
ok("deflate by its old number", same({ page: { compression: 32946 } }));
ok("PackBits", same({ page: { compression: 32773, rows: 5 } }));
ok("zstd", same({ page: { compression: 50000 } }));
ok("zstd, differences", same({ page: { compression: 50000, predictor: 2, rows: 9 } }));
ok("narrower samples than info says", same({ page: { bits: 8 } }));
ok("wider samples than info says, all fit", same({ page: { bits: 32 } }));

const wide32 = volumeOf("uint32", wide(70_001n));
ok("uint32 above 65535, LZW, differences", {
  volume: wide32,
  files: slicesOf(wide32, { page: { compression: 5, predictor: 2 } }),
});
ok("uint32, compressed_segmentation", {
  volume: wide32,
  files: slicesOf(wide32),
  info: infoOf(wide32, cseg),
});
const noise = volumeOf(
  "uint32",
  (x, y, z) => BigInt((x * 7919 + y * 104_729 + z * 1_299_709) % 999_983),
  [17, 13, 2],
);
ok("every voxel differs, LZW", { volume: noise, files: slicesOf(noise, { page: { compression: 5 } }) });
ok("every voxel differs, compressed_segmentation", {
  volume: noise,
  files: slicesOf(noise),
  info: infoOf(noise, cseg),
});
const top32 = volumeOf("uint32", (x, y, z) =>
  plainId(x, y, z) === 8n ? 2n ** 32n - 1n : plainId(x, y, z) << 23n,
);
ok("ids up to 2^32 - 1", { volume: top32, files: slicesOf(top32), info: infoOf(top32, cseg) });
const beyondDoubles = volumeOf("uint64", (x, y, z) => {
  const id = plainId(x, y, z);
  return id === 0n ? 0n : 2n ** 53n + id;
});
ok("ids above 2^53 that only their last bits tell apart", {
  volume: beyondDoubles,
  files: slicesOf(beyondDoubles, { page: { compression: 8 } }),
  info: infoOf(beyondDoubles, cseg),
});
ok("64 bits, differences, deflate", {
  volume: beyondDoubles,
  files: slicesOf(beyondDoubles, { page: { compression: 8, predictor: 2 } }),
});
const top64 = volumeOf("uint64", (x, y, z) =>
  plainId(x, y, z) === 8n ? 2n ** 64n - 1n : plainId(x, y, z) << 55n,
);
ok("ids up to 2^64 - 1", { volume: top64, files: slicesOf(top64), info: infoOf(top64, cseg) });
ok("ids up to 2^64 - 1, big-endian, raw", {
  volume: top64,
  files: slicesOf(top64, { form: { little: false } }),
});
const small32 = volumeOf("uint32");
ok("signed 32-bit samples, none negative", {
  volume: small32,
  files: slicesOf(small32, { page: { format: 2 } }),
});
const small64 = volumeOf("uint64");
ok("signed 64-bit samples, none negative", {
  volume: small64,
  files: slicesOf(small64, { page: { format: 2 } }),
  info: infoOf(small64, cseg),
});

ok("one file of all pages", { files: { "all.tif": stackFile(usual) } });
ok("one BigTIFF of all pages, deflate", {
  files: { "all.tif": stackFile(usual, { form: { big: true }, page: { compression: 8 } }) },
});
const slices = Array.from({ length: depth }, (_, z) => pageOf(usual, z));
const described = (description: string, more: Partial<Page> = {}) =>
  slices.map((page, z) => ({ ...page, ...more, ...(z === 0 && { tags: { 270: description } }) }));
const imagej = `ImageJ=1.54f\nimages=${depth}\nslices=${depth}\nloop=false\n`;
ok("ImageJ stack", { files: { "all.tif": writeTiff(described(imagej), { little: false }) } });
/** All planes as one strip of one directory that says it holds the first only. */
const tall = (description: string): Uint8Array =>
  writeTiff([
    {
      ...slices[0]!,
      height: size[1] * depth,
      values: [...usual.ids],
      tags: { 257: size[1], 270: description, 278: size[1], 279: size[0] * size[1] * 2 },
    },
  ]);
ok("ImageJ stack under one directory", { files: { "all.tif": tall(imagej) } });
const shape = `"shape": [${depth}, ${size[1]}, ${size[0]}]`;
ok("tifffile stack under one directory", { files: { "all.tif": tall(`{${shape}, "truncated": true}`) } });
const ome = (planes: number, channels = 1) =>
  '<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0">' +
  `<Pixels ID="Pixels:0" DimensionOrder="XYZCT" Type="uint16" SizeX="${size[0]}" SizeY="${size[1]}" ` +
  `SizeZ="${planes}" SizeC="${channels}" SizeT="1"><TiffData IFD="0" PlaneCount="${planes}"/></Pixels></Image></OME>`;
ok("OME-TIFF", { files: { "all.ome.tif": writeTiff(described(ome(depth))) } });
ok("tifffile stack", { files: { "all.tif": writeTiff(described(`{${shape}}`)) } });
ok("planar configuration of one sample", same({ page: { tags: { 284: 2 } } }));
ok(
  "tags that nobody knows",
  same({
    page: { tags: { 305: "writer 1.0", 65000: [1, 2, 3], 34377: { type: 7, count: 2n ** 31n, value: 8n } } },
  }),
);
const reduced = (z: number): Page => ({
  ...pageOf(usual, z),
  width: 22,
  height: 17,
  values: pageOf(usual, z).values.slice(0, 22 * 17),
  tags: { 254: 1 },
});
ok("a reduced page behind each slice", {
  files: new Map(slices.map((page, z) => [usualName(z), writeTiff([page, reduced(z)])])),
});

const mask = volumeOf("uint8", (x, y, z) => (plainId(x, y, z) === 3n ? 1n : 0n));
const bits = (tags: Page["tags"] = {}) => ({ page: { bits: 1, tags } }) as const;
ok("1-bit mask", { volume: mask, files: slicesOf(mask, bits()) });
ok("1-bit mask, MinIsWhite: nothing is inverted", { volume: mask, files: slicesOf(mask, bits({ 262: 0 })) });
const bytes = volumeOf("uint8");
const palette = Array.from({ length: 768 }, (_, i) => (i % 256) * 257);
ok("palette: the indices are the labels", {
  volume: bytes,
  files: slicesOf(bytes, { page: { tags: { 262: 3, 320: palette } } }),
});

const all = [0, depth - 1].map(usualName);
const no = (name: string, says: RegExp, look: Look) => refused(name, says, { ...same(look), at: all });
no("LZMA", /compression/i, { page: { tags: { 259: 34_925 } } });
no("JPEG 2000", /JPEG 2000/, { page: { tags: { 259: 34_712 } } });
no("12-bit samples", /BitsPerSample.*12/, { page: { bits: 12 } });
no("floating point, though whole numbers", /float/, { page: { bits: 32, format: 3 } });
no("floating-point predictor", /floating point|float/, {
  page: { bits: 32, tags: { 317: 3 }, compression: 8 },
});
no("differences of PackBits", /Predictor/, { page: { compression: 32773, predictor: 2 } });
no("rows from bottom to top", /Orientation.*4/, { page: { tags: { 274: 4 } } });
no("reversed bits", /FillOrder/, { page: { tags: { 266: 2 } } });
no("a volume in one page", /ImageDepth/, { page: { tags: { 32997: 2 } } });
refused("one page among files of several", /4 pages/, {
  files: {
    "a_0.tif": writeTiff(slices.slice(0, 4)),
    "a_1.tif": writeTiff(slices.slice(4, 5)),
    "a_2.tif": writeTiff(slices.slice(5)),
  },
  at: "a_0.tif",
  waits: /3 of 6 slices.*a_0\.tif has several pages/,
});
refused("ImageJ channels", /channels=2/, {
  files: { "all.tif": writeTiff(described(`ImageJ=1.54f\nimages=${depth}\nchannels=2\nslices=3\n`)) },
  at: "all.tif",
});
refused("OME channels", /SizeC=2/, { files: { "all.tif": writeTiff(described(ome(3, 2))) }, at: "all.tif" });
refused("OME-TIFF that lacks pages", /SizeZ=9/, {
  files: { "all.tif": writeTiff(described(ome(9))) },
  at: "all.tif",
});
