import { expect, test } from "vitest";
import { InputError } from "../../../lib/format/error.ts";
import { listPages, openPage } from "../../../lib/format/tiff.ts";
import { buildTiff } from "../../fixture/tiff/build.ts";
import { memorySource } from "../../fixture/tiff/source.ts";

/** Lists and opens; the first entry of the directory stands 2 bytes after `at`, each is 12 bytes long. */
async function refusal(bytes: Uint8Array): Promise<string> {
  const { source } = memorySource(bytes, "s.tif");
  const error = await listPages(source)
    .then(({ pages }) => openPage(source, pages[0]!))
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(InputError);
  return String(error);
}

function patched(at: (view: DataView, ifd: number) => void): Uint8Array {
  const bytes = buildTiff();
  const view = new DataView(bytes.buffer);
  at(view, view.getUint32(4, true));
  return bytes;
}

test("a file without image, and directories outside the file", async () => {
  expect(await refusal(patched((v) => v.setUint32(4, 0, true)))).toMatch(
    /holds no image: its first IFD offset is 0/,
  );
  expect(await refusal(patched((v) => v.setUint32(4, 10 ** 6, true)))).toMatch(/beyond the end of the file/);
  expect(await refusal(patched((v, ifd) => v.setUint16(ifd, 60_000, true)))).toMatch(
    /beyond the end of the file/,
  );
});

test("a tag cannot make us fetch or allocate more than the file holds", async () => {
  const claim = (view: DataView, ifd: number) => {
    // Entry 5 is StripOffsets (273).
    expect(view.getUint16(ifd + 2 + 5 * 12, true)).toBe(273);
    view.setUint32(ifd + 2 + 5 * 12 + 4, 2 ** 32 - 1, true);
  };
  expect(await refusal(patched(claim))).toMatch(/StripOffsets \(273\) claims 4294967295 values/);
});

test("tags that we do not use may be as strange as they like", async () => {
  const bytes = buildTiff({ tags: { 65000: 1, 65001: 2 } });
  const view = new DataView(bytes.buffer);
  const last = view.getUint32(4, true) + 2 + 10 * 12;
  expect(view.getUint16(last, true)).toBe(65001);
  view.setUint16(last + 2, 999, true);
  view.setUint32(last + 4, 2 ** 32 - 1, true);
  const { source } = memorySource(bytes);
  const { pages } = await listPages(source);
  expect((await openPage(source, pages[0]!)).width).toBe(4);
});

test("a tag of a type that holds no integers is refused by its name", async () => {
  const text = (view: DataView, ifd: number) => view.setUint16(ifd + 2 + 2, 2, true);
  expect(await refusal(patched(text))).toMatch(/ImageWidth \(256\) has field type 2/);
  const double = (view: DataView, ifd: number) => view.setUint16(ifd + 2 + 2, 12, true);
  expect(await refusal(patched(double))).toMatch(/ImageWidth \(256\) has field type 12/);
});

test("a chain of pages that comes back is refused", async () => {
  const cycle = (view: DataView, ifd: number) => view.setUint32(view.byteLength - 4, ifd, true);
  expect(await refusal(patched(cycle))).toMatch(/cycle: the next IFD is at byte 20 again/);
});

test("a tag that is there twice is refused: programs differ in which of the two they take", async () => {
  // Entry 2 becomes a second ImageWidth.
  const twice = (view: DataView, ifd: number) => view.setUint16(ifd + 2 + 2 * 12, 256, true);
  expect(await refusal(patched(twice))).toMatch(/ImageWidth \(256\) is there twice/);
});

test("a tag of one value is not guessed from several, in either byte order", async () => {
  for (const littleEndian of [true, false]) {
    const bytes = buildTiff({ littleEndian, tags: { 317: [1, 2] } });
    expect(await refusal(bytes)).toMatch(/Predictor \(317\) has 2 values in place of one/);
  }
});

/** `pages` directories, `step` bytes apart, all with as many entries; the first entry is `claim`. */
function chain(
  pages: number,
  step: number,
  entries: number,
  claim?: { tag: number; count: number },
): Uint8Array {
  const bytes = new Uint8Array(100_000);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0, 8]);
  for (let p = 8; p < 8 + pages * step; p += step) {
    view.setUint16(p, entries, true);
    if (claim !== undefined) {
      view.setUint16(p + 2, claim.tag, true);
      view.setUint16(p + 4, 4, true);
      view.setUint32(p + 6, claim.count, true);
    }
    view.setUint32(p + 2 + 12 * entries, p + step, true);
  }
  return bytes;
}

test("directories that lie upon each other, or on the same values, take no time of the square of the file", async () => {
  expect(await refusal(chain(100, 40, 4000))).toMatch(/lie upon each other/);
  expect(await refusal(chain(2000, 18, 1, { tag: 273, count: 24_000 }))).toMatch(/lie upon each other/);
});
