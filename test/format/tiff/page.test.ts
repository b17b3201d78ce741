import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { InputError } from "../../../lib/format/error.ts";
import { listPages, openPage, readRegion } from "../../../lib/format/tiff.ts";
import { type Build, buildTiff, defaultData } from "../../fixture/tiff/build.ts";
import { memorySource } from "../../fixture/tiff/source.ts";

/** Samples of the only page, or the refusal. */
async function read(build: Build): Promise<Uint8Array | string> {
  const { source } = memorySource(buildTiff(build), "s.tif");
  try {
    const page = await openPage(source, (await listPages(source)).pages[0]!);
    const out = new Uint8Array(page.width * page.height * (page.sampleType === "uint16" ? 2 : 1));
    await readRegion(page, { x0: 0, y0: 0, x1: page.width, y1: page.height }, out);
    return out;
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return String(error);
  }
}

test("the plain file reads, with absent tags at their defaults", async () => {
  expect(await read({})).toEqual(defaultData);
  expect(await read({ tags: { 259: undefined, 262: undefined, 277: undefined, 278: undefined } })).toEqual(
    defaultData,
  );
  // BitsPerSample is 1 when absent: 3 rows of one byte.
  const bits = { tags: { 258: undefined }, data: Uint8Array.from([0b10010000, 0b01101111, 0b11110000]) };
  expect(await read(bits)).toEqual(Uint8Array.from([1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1]));
});

test.each([
  [{ 277: 3, 258: [8, 8, 8] }, /SamplesPerPixel \(277\) is 3 \(RGB/],
  [{ 258: [8, 8] }, /BitsPerSample \(258\) has 2 values/],
  [{ 258: 12 }, /BitsPerSample \(258\) is 12 .* bits per sample/],
  [{ 258: 7777 }, /BitsPerSample \(258\) is 7777/],
  [{ 339: 3, 258: 32 }, /SampleFormat \(339\) is 3 \(float\)/],
  [{ 339: 4 }, /SampleFormat \(339\) is 4 \(void\)/],
  [{ 339: 6, 258: 64 }, /SampleFormat \(339\) is 6 \(complex float\)/],
  [{ 339: 9 }, /SampleFormat \(339\) is 9 \(unknown\)/],
  [{ 339: 2, 258: 1 }, /BitsPerSample \(258\) is 1 \(signed\)/],
  [{ 262: 2 }, /PhotometricInterpretation \(262\) is 2 \(RGB\)/],
  [{ 262: 6 }, /PhotometricInterpretation \(262\) is 6 \(YCbCr\)/],
  [{ 262: 34892 }, /PhotometricInterpretation \(262\) is 34892/],
  [{ 274: 4 }, /Orientation \(274\) is 4 .* orientation 1/],
  [{ 266: 2 }, /FillOrder \(266\) is 2/],
  [{ 32997: 3 }, /ImageDepth \(32997\) is 3/],
  [{ 259: 7 }, /Compression \(259\) is 7 \(JPEG: lossy/],
  [{ 259: 6 }, /Compression \(259\) is 6 \(JPEG, old style: lossy/],
  [{ 259: 34925 }, /Compression \(259\) is 34925 \(LZMA\) .*compression deflate/],
  [{ 259: 65001 }, /Compression \(259\) is 65001 \(unknown\)/],
  [{ 259: 8, 317: 3 }, /Predictor \(317\) is 3 \(floating point\)/],
  [{ 259: 8, 317: 7 }, /Predictor \(317\) is 7 \(unknown\)/],
  [{ 317: 2 }, /Predictor \(317\) is 2 with compression none/],
  [{ 259: 32773, 317: 2 }, /Predictor \(317\) is 2 with compression PackBits/],
  [{ 259: 8, 258: 1, 317: 2 }, /Predictor \(317\) is 2 with compression deflate and bool1/],
  [{ 256: undefined }, /ImageWidth \(256\) is missing/],
  [{ 257: undefined }, /ImageLength \(257\) is missing/],
  [{ 256: 0 }, /size, is 0 x 3/],
  [{ 257: 0 }, /size, is 4 x 0/],
  [{ 278: 0 }, /RowsPerStrip \(278\) is 0/],
  [{ 322: 16, 323: 0 }, /TileWidth \(322\) x TileLength \(323\) is 16 x 0/],
  [{ 322: 16 }, /TileLength \(323\) is missing/],
  [{ 322: 16, 323: 16 }, /TileOffsets \(324\) is missing; the size of the image needs 1/],
  [{ 273: undefined }, /StripOffsets \(273\) is missing/],
  [{ 279: undefined }, /StripByteCounts \(279\) is missing/],
  [{ 278: 1 }, /StripOffsets \(273\) has 1 values; the size of the image needs 3/],
  [{ 273: [8, 9] }, /StripOffsets \(273\) has 2 values; the size of the image needs 1/],
  [{ 273: 10 ** 7 }, /strip 0 \(bytes 10000000 to 10000012\) ends beyond the end of the file .* truncated/],
  [{ 279: 2 ** 32 - 1 }, /strip 0 .* ends beyond the end of the file/],
  [{ 279: 11 }, /strip 0 .* has 11 bytes; the size 4 x 3 uint8 needs 12/],
  [{ 279: 13 }, /strip 0 .* has 13 bytes; the size 4 x 3 uint8 needs 12/],
  [
    { 259: 8, 256: 10 ** 5, 257: 10 ** 5, 278: 10 ** 5 },
    /size 100000 x 100000 uint8 needs 10000000000 after deflate/,
  ],
  [{ 256: 2 ** 31 - 1, 257: 2 ** 31 - 1, 278: 2 ** 31 - 1 }, /size 2147483647 x 2147483647/],
])("%j is refused", async (tags, message) => {
  const error = await read({ tags });
  expect(error).toMatch(message);
  expect(error).toMatch(/^InputError: s\.tif: .*\(image file directory at byte \d+\)/);
});

test("a MetaMorph stack, which hides its planes, is refused", async () => {
  expect(await read({ tags: { 33629: [1, 1, 2, 1, 3, 1] } })).toMatch(
    /UIC2Tag \(33629\) tells a MetaMorph stack of 6/,
  );
  expect(await read({ tags: { 33629: 1 } })).toEqual(defaultData);
});

test("compressed strips that are damaged, short or too long are refused, naming the strip", async () => {
  const deflated = (data: Uint8Array) => read({ tags: { 259: 8 }, data });
  const good = deflateSync(defaultData);
  expect(await deflated(good)).toEqual(defaultData);
  expect(await deflated(deflateSync(defaultData.subarray(1)))).toMatch(
    /strip 0 \(bytes 8 to \d+, deflate\) is short: .* 11 bytes, not 12/,
  );
  expect(await deflated(deflateSync(Buffer.alloc(1e6)))).toMatch(
    /strip 0 .* does not decode: the data go on beyond the 12/,
  );
  expect(await deflated(good.subarray(0, -2))).toMatch(/strip 0 .* does not decode: unexpected end of file/);
  const sum = Uint8Array.from(good);
  sum[sum.length - 1]! ^= 1;
  expect(await deflated(sum)).toMatch(/strip 0 .* does not decode: incorrect data check/);
  const zstd = await read({ tags: { 259: 50000 }, data: good });
  expect(zstd).toMatch(/strip 0 .*zstd\) does not decode/);
  const lzw = await read({ tags: { 259: 5 }, data: Uint8Array.from([0, 1, 2, 3]) });
  expect(lzw).toMatch(/strip 0 .*LZW\) does not decode: old-style LZW/);
});
