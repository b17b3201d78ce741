import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { bytesPerSample, listPages, openPage, readRegion, type TiffPage } from "../../lib/format/tiff.ts";
import { buildTiff, defaultData } from "../fixture/tiff/build.ts";
import { labels } from "../fixture/tiff/labels.ts";
import { fixture, memorySource } from "../fixture/tiff/source.ts";

type Row = { file: string; type: string; pages: number; formula: string; note: string };
const list = path.join(import.meta.dirname, "../fixture/tiff/list.json");
const rows: Row[] = JSON.parse(readFileSync(list, "utf8"));

async function open(name: string, index = 0) {
  const { source, reads } = fixture(name);
  const { pages } = await listPages(source);
  return { page: await openPage(source, pages[index]!), reads };
}

async function readAll(page: TiffPage): Promise<Uint8Array> {
  const out = new Uint8Array(page.width * page.height * bytesPerSample(page.sampleType));
  await readRegion(page, { x0: 0, y0: 0, x1: page.width, y1: page.height }, out);
  return out;
}

/** A small linear congruential generator: the same regions in every run. */
function chance(start: number) {
  let state = start;
  return (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test.each(rows)("$file: every page holds the samples of the formula", async (row) => {
  const { source } = fixture(row.file);
  const { pages, notes } = await listPages(source);
  expect(pages).toHaveLength(row.pages);
  for (const [z, ref] of pages.entries()) {
    const page = await openPage(source, JSON.parse(JSON.stringify(ref)));
    const expected = labels(row, z);
    expect([page.width, page.height, page.sampleType]).toEqual([expected.width, expected.height, row.type]);
    expect(Buffer.compare(await readAll(page), expected.samples), `page ${z}`).toBe(0);
    const said = [...notes, ...page.notes].join("; ");
    if (row.note === "") expect(said).toBe("");
    else expect(said).toContain(row.note);
  }
});

test.each(rows)("$file: any region equals that part of the page", async (row) => {
  const { page } = await open(row.file);
  const { width, height, bytes, samples } = labels(row, 0);
  const random = chance(row.file.length);
  for (let i = 0; i < 30; i++) {
    const x0 = random(width);
    const y0 = random(height);
    const x1 = x0 + 1 + random(width - x0);
    const y1 = y0 + 1 + random(height - y0);
    const out = new Uint8Array((x1 - x0) * (y1 - y0) * bytes);
    await readRegion(page, { x0, y0, x1, y1 }, out);
    const cut = Array.from({ length: y1 - y0 }, (_, y) =>
      samples.subarray(((y0 + y) * width + x0) * bytes, ((y0 + y) * width + x1) * bytes),
    );
    expect(Buffer.compare(out, Buffer.concat(cut)), `${x0},${y0} to ${x1},${y1}`).toBe(0);
  }
});

test("a region of an uncompressed strip reads only its rows", async () => {
  const { page, reads } = await open("strip-rows-huge.tif");
  reads.length = 0;
  await readRegion(page, { x0: 3, y0: 4, x1: 9, y1: 6 }, new Uint8Array(2 * 6 * 2));
  const first = (page.offsets[0] ?? 0) + (4 * 37 + 3) * 2;
  expect(reads).toEqual([{ offset: first, length: (37 + 6) * 2 }]);
});

test("a region reads only the strips or tiles it needs, neighbours with one request", async () => {
  const strips = await open("le-classic-deflate-u64.tif");
  strips.reads.length = 0;
  await readRegion(strips.page, { x0: 0, y0: 5, x1: 37, y1: 14 }, new Uint8Array(37 * 9 * 8));
  const { offsets, byteCounts } = strips.page;
  expect(strips.reads).toEqual([{ offset: offsets[1], length: offsets[2]! + byteCounts[2]! - offsets[1]! }]);
  const tiles = await open("tile.tif");
  tiles.reads.length = 0;
  await readRegion(tiles.page, { x0: 16, y0: 16, x1: 17, y1: 18 }, new Uint8Array(2));
  expect(tiles.reads).toEqual([{ offset: tiles.page.offsets[4], length: 16 + 1 }]);
});

test("listing and opening a small file cost one read together", async () => {
  const { reads } = await open("type-uint16.tif");
  expect(reads).toHaveLength(1);
});

test("a page is opened straight from its directory, at the end of a large file, in two reads", async () => {
  const data = new Uint8Array(90_000).fill(7);
  const { source, reads } = memorySource(buildTiff({ tags: { 256: 300, 257: 300, 278: 300 }, data }));
  const { pages } = await listPages(source);
  expect(reads).toHaveLength(2);
  const again = memorySource(buildTiff({ tags: { 256: 300, 257: 300, 278: 300 }, data }));
  await openPage(again.source, pages[0]!);
  expect(again.reads).toHaveLength(2);
  expect(again.reads.every(({ length }) => length <= 65536)).toBe(true);
});

test("the bytes of the source are left as they were", async () => {
  const bytes = Buffer.from(buildTiff({ tags: { 65000: 5 } }));
  const before = Buffer.from(bytes);
  const { source } = memorySource(bytes);
  const { pages } = await listPages(source);
  await readAll(await openPage(source, pages[0]!));
  expect(bytes.equals(before)).toBe(true);
});

test("big-endian tag values of several strips are read as such", async () => {
  const tags = { 278: 1, 273: [8, 12, 16], 279: [4, 4, 4] };
  const { source } = memorySource(buildTiff({ tags, littleEndian: false }));
  const page = await openPage(source, (await listPages(source)).pages[0]!);
  expect([...(page.offsets as number[])]).toEqual([8, 12, 16]);
  expect(await readAll(page)).toEqual(defaultData);
});

test("a region outside the page and a wrong buffer are programming errors", async () => {
  const { page } = await open("type-uint8.tif");
  const out = new Uint8Array(38);
  await expect(readRegion(page, { x0: 0, y0: 0, x1: 38, y1: 1 }, out)).rejects.toThrow(/not inside 37 x 23/);
  await expect(readRegion(page, { x0: 0, y0: 0, x1: 37, y1: 1 }, out)).rejects.toThrow(/other than 38 bytes/);
});

test("a source that ends early is told as truncated", async () => {
  const bytes = buildTiff();
  const read = async (offset: number, length: number) =>
    bytes.subarray(offset, Math.min(10, offset + length));
  await expect(listPages({ name: "s.tif", size: bytes.length, read })).rejects.toThrow(/s\.tif: .*truncated/);
});
