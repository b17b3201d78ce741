import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { InputError } from "../../../lib/format/error.ts";
import { rowBytes, stripRows } from "../../../lib/format/tiff/strip.ts";
import {
  bytesPerSample,
  listPages,
  openPage,
  type Region,
  readRegion,
  type TiffPage,
} from "../../../lib/format/tiff.ts";
import { memorySource } from "../../fixture/tiff/source.ts";
import type { Chance } from "../chance.ts";
import { mutateBytes } from "../mutate.ts";
import { type Execution, must, showBytes, type Target } from "../target.ts";
import { damage } from "./damage.ts";
import { describe } from "./describe.ts";
import { makeModel, type Page } from "./model.ts";
import { referencePage } from "./reference.ts";
import { writeTiff } from "./write.ts";

const isRefusal = (error: unknown) => error instanceof InputError;

/** Right TIFFs of every kind we promise to read: all of them must be read, and as they were meant. */
export const tiffRight: Target = {
  name: "tiff-right",
  weight: 2,
  refuses: () => false,
  prepare(chance) {
    const { form, directories, data, pages } = makeModel(chance);
    return readingOf(chance, writeTiff(form, directories, data), pages);
  },
};

/** The same with faults in directories, then perhaps in any bytes. */
export const tiffDamaged: Target = {
  name: "tiff-damaged",
  weight: 5,
  refuses: isRefusal,
  prepare(chance) {
    const { form, directories, data } = makeModel(chance);
    const size = data.length + 8;
    const harmed = chance.once(4) ? mutateBytes(chance, data) : data;
    const bytes = writeTiff(form, chance.once(5) ? directories : damage(chance, directories, size), harmed);
    return readingOf(chance, chance.once(4) ? mutateBytes(chance, bytes) : bytes);
  },
};

/** Right stacks whose first page is described in the manner of ImageJ, OME-XML or tifffile, rightly or not. */
export const tiffDescribed: Target = {
  name: "tiff-described",
  weight: 2,
  refuses: isRefusal,
  prepare(chance) {
    const { form, directories, data } = makeModel(chance);
    const text = new Uint8Array(Buffer.from(describe(chance)));
    const [first] = directories;
    first!.entries = [
      ...first!.entries.filter(({ tag }) => tag !== 270),
      { tag: 270, type: 2, values: text },
    ];
    const some = chance.once(2) ? directories : damage(chance, directories, data.length + 8);
    return readingOf(chance, writeTiff(form, some, data));
  },
};

/** Files of other programs with faults in any bytes. */
export function tiffFiles(folders: readonly string[]): Target {
  const files = folders.flatMap((folder) => {
    const names = readdirSync(folder).filter((name) => /\.tiff?$/.test(name));
    return names.sort().map((name) => new Uint8Array(readFileSync(path.join(folder, name))));
  });
  const seeds = files.filter((bytes) => bytes.length < 16_384);
  return {
    name: "tiff-files",
    weight: 5,
    refuses: isRefusal,
    prepare: (chance) => readingOf(chance, mutateBytes(chance, chance.one(seeds), chance.one(seeds))),
  };
}

/** Larger regions are read in part only. */
const mostSamples = 1 << 20;

function readingOf(chance: Chance, bytes: Uint8Array, expected?: readonly Page[]): Execution {
  const read: Read[] = [];
  return {
    async run() {
      const { source } = memorySource(bytes);
      const { pages } = await listPages(source);
      must(expected === undefined || pages.length === expected.length, () => `${pages.length} pages`);
      for (const ref of pages.slice(0, 4)) {
        const page = await openPage(source, ref);
        read.push({ page });
        const { width, height } = page;
        const all = { x0: 0, y0: 0, x1: width, y1: height };
        const whole = width * height > mostSamples ? undefined : await samplesOf(page, all);
        const region = partOf(chance, page);
        read.push({ page, region, part: await samplesOf(page, region), ...(whole && { whole }) });
      }
    },
    check() {
      const done = read.filter(({ part }) => part !== undefined);
      for (const [i, one] of done.entries()) check(bytes, one, expected?.[i]);
    },
    bound: () => 8 * 2 ** 20 + 64 * bytes.length + read.reduce((sum, { page }) => sum + memoryOf(page), 0),
    show: () => showBytes(bytes),
  };
}

type Read = { page: TiffPage; region?: Region; whole?: Uint8Array; part?: Uint8Array };

function check(bytes: Uint8Array, { page, region, whole, part }: Read, meant: Page | undefined): void {
  if (meant !== undefined) must(isAlike(page, meant), () => `page is ${page.width} x ${page.height}`);
  if (whole === undefined || region === undefined || part === undefined) return;
  const expected = meant?.samples ?? referencePage(bytes, page.ref);
  const differs = expected?.findIndex((byte, k) => byte !== whole[k]) ?? -1;
  must(differs < 0, () => `page at ${page.ref.ifd}: byte ${differs} of its samples is ${whole[differs]}`);
  checkPart(page, { region, whole, part });
}

function isAlike(page: TiffPage, { width, height, type }: Page): boolean {
  return page.width === width && page.height === height && page.sampleType === type;
}

/** What zlib takes for each call until it is collected. */
const perStrip = 256 * 1024;

/** Bytes of the largest region that we read, and of the strips that are decoded for it. */
function memoryOf(page: TiffPage): number {
  const samples = Math.min(mostSamples, page.width * page.height) * bytesPerSample(page.sampleType);
  if (page.codec.ratio === 1) return 4 * samples;
  const declared = rowBytes(page.stripWidth, page.sampleType) * stripRows(page, page.height, 0);
  // Whatever is declared, no more than the stored bytes can become.
  const most = Array.from(page.byteCounts).reduce((a, b) => Math.max(a, b), 0) * page.codec.ratio;
  const strip = Math.min(declared, most);
  return 4 * samples + 2 * page.offsets.length * (strip + perStrip);
}

async function samplesOf(page: TiffPage, region: Region): Promise<Uint8Array> {
  const { x0, y0, x1, y1 } = region;
  const out = new Uint8Array((x1 - x0) * (y1 - y0) * bytesPerSample(page.sampleType)).fill(0xa5);
  await readRegion(page, region, out);
  return out;
}

function partOf(chance: Chance, { width, height }: TiffPage): Region {
  const [x0, y0] = [chance.below(width), chance.below(height)];
  const edge = (from: number, end: number) => from + 1 + chance.below(Math.min(64, end - from));
  return { x0, y0, x1: edge(x0, width), y1: edge(y0, height) };
}

/** Any region equals that part of the page. */
function checkPart(page: TiffPage, { region, whole, part }: Required<Omit<Read, "page">>): void {
  const bytes = bytesPerSample(page.sampleType);
  const { x0, y0, x1, y1 } = region;
  const row = (x1 - x0) * bytes;
  for (let y = y0; y < y1; y++) {
    const from = (y * page.width + x0) * bytes;
    const there = part.subarray((y - y0) * row, (y - y0 + 1) * row);
    const same = Buffer.compare(whole.subarray(from, from + row), there) === 0;
    must(same, () => `region ${x0},${y0} to ${x1},${y1}: row ${y} is not that of the page`);
  }
}
