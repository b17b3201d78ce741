import { expect, test } from "vitest";
import { listPages } from "../../../lib/format/tiff.ts";
import { buildTiff } from "../../fixture/tiff/build.ts";
import { memorySource } from "../../fixture/tiff/source.ts";

const list = (description: string, data = new Uint8Array(12), tags = {}) =>
  listPages(memorySource(buildTiff({ tags: { 270: description, 279: 12, ...tags }, data }), "s.tif").source);
const planes = async (...args: Parameters<typeof list>) =>
  (await list(...args)).pages.map(({ plane }) => plane);

const imagej = (...lines: string[]) => ["ImageJ=1.54f", ...lines, ""].join("\n");
const ome = (attributes: string, inside = "") =>
  `<?xml version="1.0"?><OME xmlns="x"><Image><Pixels SizeX="4" SizeY="3" ${attributes}>${inside}</Pixels></Image></OME>`;

test("one directory for an ImageJ stack is listed plane by plane", async () => {
  expect(await planes(imagej("images=3", "slices=3"), new Uint8Array(36))).toEqual([0, 1, 2]);
  expect(await planes(imagej("slices=3"), new Uint8Array(36))).toEqual([0, 1, 2]);
  expect(await planes(imagej("unit=micron"))).toEqual([0]);
});

test("ImageJ time frames are taken as slices with a note", async () => {
  const { pages, notes } = await list(imagej("images=3", "frames=3"), new Uint8Array(36));
  expect(pages).toHaveLength(3);
  expect(notes.join()).toMatch(/3 time frames are taken as z slices/);
});

test("tifffile's truncated shape is listed plane by plane", async () => {
  const data = new Uint8Array(36);
  expect(await planes('{"shape": [3, 3, 4], "truncated": true}', data)).toEqual([0, 1, 2]);
  expect(await planes('{"shape": [3, 1, 3, 4, 1], "truncated": true}', data)).toEqual([0, 1, 2]);
  expect(await planes('{"shape": [3, 4]}')).toEqual([0]);
  // Copied from another image by some program: not about this page.
  expect(await planes('{"shape": [3, 5, 9]}')).toEqual([0]);
});

test("OME-XML of one channel and one time is taken by its pages", async () => {
  expect(await planes(ome('SizeC="1" SizeT="1" SizeZ="1"', '<TiffData IFD="0" FirstZ="0"/>'))).toEqual([0]);
  expect(
    await planes(ome('SizeZ="9"', '<TiffData IFD="0" FirstZ="4"><UUID FileName="a.tif">u</UUID></TiffData>')),
  ).toEqual([0]);
});

test.each([
  [imagej("images=6", "channels=2", "slices=3"), /ImageJ stack with channels=2/],
  [imagej("images=6", "slices=3", "frames=2"), /ImageJ stack with slices=3 and frames=2/],
  [imagej("images=40", "slices=40"), /40 planes of 12 bytes end beyond the end of the file .* truncated/],
  [imagej("images=999999999999"), /999999999999 planes .* beyond the end of the file/],
  [ome('SizeC="3" SizeT="1" SizeZ="1"'), /OME-TIFF with SizeC=3/],
  [ome('SizeC="1" SizeT="4" SizeZ="1"'), /OME-TIFF with SizeT=4/],
  [ome('SizeZ="6"'), /OME SizeZ=6, but the file has 1 pages: planes are missing/],
  [ome('SizeZ="1"', '<TiffData IFD="0" FirstZ="1"/>'), /OME-TIFF stores slice 1 as page 0/],
  [`${ome("")}${ome("")}`, /OME-TIFF with 2 images/],
  ['{"shape": [5, 3, 4]}', /tifffile shape 5,3,4, but the file has 1 pages/],
  ['{"shape": [2, 5, 3, 4]}', /tifffile shape 2,5,3,4 has more than one stack/],
  ['{"shape": [90, 3, 4], "truncated": true}', /90 planes of 12 bytes end beyond the end/],
])("%s is refused", async (description, message) => {
  await expect(list(description)).rejects.toThrow(message);
});

test("a file of overviews only has no page to read", async () => {
  await expect(list("", undefined, { 254: 1 })).rejects.toThrow(
    /no full-resolution page \(NewSubfileType 254\)/,
  );
  await expect(list("", undefined, { 255: 2 })).rejects.toThrow(/no full-resolution page/);
});

test("more planes than can be counted, or of no size, are refused", async () => {
  const many = "9".repeat(400);
  await expect(list(imagej(`images=${many}`))).rejects.toThrow(/Infinity planes of 12 bytes end beyond/);
  const flat = new Uint8Array(12);
  await expect(list(imagej("images=4294967296"), flat, { 256: 0 })).rejects.toThrow(
    /planes of 1 bytes end beyond/,
  );
  await expect(list('{"shape": [4294967296, 3, 4], "truncated": true}', flat, { 258: 0 })).rejects.toThrow(
    /planes of 1 bytes end beyond/,
  );
});

test("a shape that is no list of sizes is not tifffile's", async () => {
  const odd = [
    '[{"toString": 1, "valueOf": 1}]',
    '[[{"toString": 1}]]',
    '{"toString": 1}',
    "[2.5, 3, 4]",
    '["5", 3, 4]',
  ];
  for (const shape of odd) expect(await planes(`{"shape": ${shape}, "truncated": true}`)).toEqual([0]);
});

test("a description is read in a time that grows as it does", { timeout: 20_000 }, async () => {
  const long = 2_000_000;
  const data = new Uint8Array(12);
  const describe = (text: string) => list(text, data);
  await describe(`<OME ${"<Pixels ".repeat(long / 8)}`);
  await describe(`<OME ${"<TiffData ".repeat(long / 10)}`);
  await describe(`{"shape": [3, 4]}${"\0".repeat(long)}x`);
});
