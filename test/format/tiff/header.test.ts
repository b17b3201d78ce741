import { expect, test } from "vitest";
import { InputError } from "../../../lib/format/error.ts";
import { openFile } from "../../../lib/format/tiff/header.ts";
import { memorySource } from "../../fixture/tiff/source.ts";

const open = (hex: string) =>
  openFile(memorySource(Buffer.from(hex.replaceAll(" ", ""), "hex"), "a.tif").source);

test("classic and BigTIFF headers in both byte orders", async () => {
  expect(await open("4949 2a00 08000000")).toMatchObject({ littleEndian: true, bigTiff: false, firstIfd: 8 });
  expect(await open("4d4d 002a 00000108")).toMatchObject({
    littleEndian: false,
    bigTiff: false,
    firstIfd: 264,
  });
  const big = { littleEndian: true, bigTiff: true, firstIfd: 2 ** 32 + 16 };
  expect(await open("4949 2b00 0800 0000 1000000001000000")).toMatchObject(big);
  expect(await open("4d4d 002b 0008 0000 0000000100000010")).toMatchObject({ ...big, littleEndian: false });
});

test.each([
  ["", /the file is empty/],
  ["89504e47 0d0a1a0a 0000", /looks like a PNG image/],
  ["ffd8ffe0 00104a46 4946", /looks like a JPEG image/],
  ["1f8b0800 00000000", /looks like a gzip file/],
  [Buffer.from("\n<?xml version='1.0'?>").toString("hex"), /looks like an HTML or XML page/],
  [Buffer.from('{"type": "segm').toString("hex"), /looks like JSON/],
  ["4949 2900 08000000", /4949290008000000 \(magic 42 or 43/],
  ["4949 2a00", /49492a00/],
  ["494d 2a00 08000000", /494d2a00/],
  ["4949 2b00 08000000", /49492b00/],
  ["4949 2b00 0400 0000 1000000000000000", /offsets of 4 bytes in place of 8/],
])("%s is refused", async (hex, message) => {
  const error = await open(hex).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(InputError);
  expect(String(error)).toMatch(message);
  expect(String(error)).toContain("a.tif: ");
});

test("near requests share a read, far ones do not, and nothing is read beyond the end", async () => {
  const bytes = new Uint8Array(300_000);
  bytes.set([0x49, 0x49, 42, 0, 8]);
  const { source, reads } = memorySource(bytes);
  const file = await openFile(source);
  expect(await openFile(source)).toBe(file);
  await file.bytes(1_900, 100);
  expect(reads).toHaveLength(1);
  await file.bytes(200_000, 10);
  await file.bytes(200_500, 10);
  await file.bytes(199_700, 10);
  await file.bytes(0, 10);
  expect(reads).toHaveLength(2);
  await expect(file.bytes(299_999, 2)).rejects.toThrow(/beyond the end of the file \(300000 bytes\)/);
  await expect(file.bytes(2 ** 60, 8)).rejects.toThrow(/beyond the end/);
  expect(reads).toHaveLength(2);
});

test.each([
  [10_000, 2048],
  [2_560_000, 10_000],
  [100_000_000, 65_536],
])(
  "of a file of %i bytes a window is %i, and grows with the walk through many pages",
  async (size, window) => {
    const bytes = new Uint8Array(size);
    bytes.set([0x49, 0x49, 42, 0, 8]);
    const { source, reads } = memorySource(bytes);
    const file = await openFile(source);
    await file.bytes(size - 10, 10);
    expect(reads.map(({ length }) => length)).toEqual([window, window]);
    for (let at = window; at < size - window; at += window) await file.bytes(at, 8);
    expect(Math.max(...reads.map(({ length }) => length))).toBeLessThanOrEqual(65_536);
    expect(reads.length).toBeLessThan(Math.max(12, size / 32_768));
  },
);
