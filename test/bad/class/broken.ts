import { deflateSync } from "node:zlib";
import { casesOf, usual, usualSlices, victim, withFiles } from "../make.ts";
import { encodePng } from "../png.ts";
import { type Page, writeTiff } from "../tiff.ts";
import { infoOf, pageOf, slicesOf, text, usualName } from "../volume.ts";

/** Files that are cut, damaged or no TIFF at all: one slice of six, unless told otherwise. */
const { list, ok, refused } = casesOf("broken");
export const broken = list;

const slice = usualSlices.get(victim)!;
const [width, height] = usual.size;
const bytesOf = width * height * 2;
const bad = (name: string, says: RegExp, bytes: Uint8Array) =>
  refused(name, says, { files: withFiles({ [victim]: bytes }) });
const page = (more: Partial<Page>) => writeTiff([pageOf(usual, 3, more)]);
const tagged = (name: string, says: RegExp, tags: Page["tags"]) => bad(name, says, page({ tags: tags! }));
const patched = (at: number, ...values: number[]) => over(slice, at, values);
function over(bytes: Uint8Array, at: number, values: readonly number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}
/** Middle bytes of the encoded strip written over. */
const hit = (strip: Uint8Array) => {
  const at = Math.floor(strip.length / 3);
  return over(
    strip,
    at,
    Array.from({ length: 12 }, (_, i) => 255 - ((i * 41) % 97)),
  );
};

bad("an empty file", /empty/, new Uint8Array(0));
bad("text", /not a TIFF/, text("not found\n"));
bad("a PNG", /PNG/, encodePng(width, height));
bad("a page of HTML", /HTML/, text("<!doctype html><title>403 Forbidden</title>"));
bad("an error in XML", /XML/, text('\ufeff<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>'));
bad("gzip", /gzip/, Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]));
bad("JSON", /JSON/, text('{"error": "expired"}'));
bad("zeros", /not a TIFF/, new Uint8Array(4096));
bad("four bytes", /not a TIFF|truncated/, slice.slice(0, 4));
bad("a header and nothing else", /truncated/, slice.slice(0, 8));
bad("the first half", /truncated/, slice.slice(0, slice.length / 2));
bad("all but the last byte", /truncated/, slice.slice(0, -1));
bad("all but the last byte of the last strip", /strip 0.*beyond the end/, moved(slice, 1));
bad("magic 41", /not a TIFF/, patched(2, 41));
bad("two byte orders", /not a TIFF/, patched(0, 0x49, 0x4d));
bad("a first directory beyond the end", /truncated/, patched(4, 0, 0, 255, 255));
bad("a first directory at 0", /IFD offset is 0/, patched(4, 0, 0, 0, 0));
bad("a directory of 65535 entries", /truncated/, patched(ifdOf(slice), 255, 255));
tagged("a strip beyond the end", /strip 0.*beyond the end/, { 273: 10_000_000 });
tagged("a strip at the last byte of 32 bits", /strip 0.*beyond the end/, { 273: 2 ** 32 - 1 });
tagged("a strip that is said to be short", /strip 0.*100 bytes.*needs/, { 279: 100 });
tagged("a strip of 4 GiB", /strip 0.*beyond the end/, { 279: 2 ** 32 - 1 });
tagged("two strips where one is needed", /StripOffsets.*2 values/, { 273: [8, 2000], 279: [1000, 2060] });
tagged("no StripOffsets", /StripOffsets.*missing/, { 273: undefined });
tagged("no StripByteCounts", /StripByteCounts.*missing/, { 279: undefined });
tagged("no ImageWidth", /ImageWidth/, { 256: undefined });
tagged("no ImageLength", /ImageLength/, { 257: undefined });
tagged("BitsPerSample 7777", /BitsPerSample.*7777/, { 258: 7777 });
tagged("BitsPerSample 0", /BitsPerSample.*0/, { 258: 0 });
tagged("BitsPerSample 24", /BitsPerSample.*24/, { 258: 24 });
tagged("a compression that nobody knows", /Compression.*65001/, { 259: 65_001 });
tagged("a compression of 32 bits", /Compression.*4294967295/, { 259: 2 ** 32 - 1 });
tagged("RowsPerStrip 0", /RowsPerStrip.*0/, { 278: 0 });
tagged("0 x 0", /size/, { 256: 0, 257: 0 });
tagged("a width as a fraction", /ImageWidth.*type 5/, { 256: { type: 5, count: 1n, value: 8n } });
tagged("a width of field type 99", /ImageWidth.*type 99/, { 256: { type: 99, count: 1n, value: 45n } });
tagged("an empty width", /ImageWidth/, { 256: { type: 4, count: 0n, value: 45n } });
tagged("sample format 9", /SampleFormat.*9/, { 339: 9 });
tagged("predictor 77", /Predictor.*77/, { 317: 77 });
const tile = { 322: 0, 323: 0, 324: 8, 325: bytesOf };
tagged("tiles of 0 x 0", /TileWidth/, tile);
tagged("tiles of 2^31 x 2^31", /tile 0|limit|size/, { ...tile, 322: 2 ** 31, 323: 2 ** 31 });
bad("LZW, overwritten", /strip 0.*(LZW|decode)/, page({ compression: 5, damage: hit }));
bad(
  "LZW, cut",
  /strip 0.*short/,
  page({ compression: 5, damage: (strip) => strip.slice(0, strip.length / 2) }),
);
bad(
  "LZW of the old kind",
  /old-style LZW/,
  page({ compression: 5, damage: (strip) => over(strip, 0, [0, 1]) }),
);
bad("deflate, overwritten", /strip 0.*(decode|deflate)/, page({ compression: 8, damage: hit }));
bad(
  "deflate, its checksum wrong",
  /strip 0.*decode.*check/,
  page({
    compression: 8,
    damage: (strip) => over(strip, strip.length - 1, [strip.at(-1)! ^ 1]),
  }),
);
bad(
  "deflate, cut",
  /strip 0.*(decode|short)/,
  page({
    compression: 8,
    damage: (strip) => strip.slice(0, strip.length - 20),
  }),
);
bad(
  "deflate of too few bytes",
  /strip 0.*short.*1000/,
  page({
    compression: 8,
    damage: () => deflateSync(new Uint8Array(1000)),
  }),
);
bad(
  "deflate of one byte too many",
  /strip 0.*beyond/,
  page({
    compression: 8,
    damage: () => deflateSync(new Uint8Array(bytesOf + 1)),
  }),
);
bad("zstd, overwritten", /strip 0.*(decode|zstd)/, page({ compression: 50_000, damage: hit }));
bad(
  "PackBits, cut",
  /strip 0.*(short|end)/,
  page({
    compression: 32_773,
    damage: (strip) => strip.slice(0, strip.length / 2),
  }),
);
bad(
  "PackBits beyond the strip",
  /strip 0.*beyond/,
  page({
    compression: 32_773,
    damage: (strip) => Uint8Array.from([...strip, 5, 1, 2, 3, 4, 5, 6]),
  }),
);
bad(
  "the last of five strips, overwritten",
  /strip 4.*(decode|short)/,
  page({
    compression: 8,
    rows: 8,
    damage: (strip, i) => (i === 4 ? hit(strip) : strip),
  }),
);
bad(
  "a tile, overwritten",
  /tile 2.*(decode|short)/,
  page({
    compression: 5,
    tile: [16, 16],
    damage: (strip, i) => (i === 2 ? hit(strip) : strip),
  }),
);

const pair = { ...usual, size: [width, height, 2] as const, ids: usual.ids.subarray(0, width * height * 2) };
const two = (next: Page["next"][]) => writeTiff([0, 1].map((z) => ({ ...pageOf(pair, z), next: next[z]! })));
const stack = (name: string, says: RegExp, bytes: Uint8Array) =>
  refused(name, says, { volume: pair, files: { "all.tif": bytes }, at: "all.tif" });
stack("a second page that leads back to the first", /cycle/, two([undefined, "first"]));
stack("a first page that leads to itself", /cycle/, two(["self", undefined]));
stack("a next page beyond the end", /truncated/, two([undefined, 4_000_000]));
stack("a next page in the middle of samples", /./, two([undefined, 11]));
refused("every slice is empty", /empty/, {
  files: new Map([...usualSlices.keys()].map((name) => [name, new Uint8Array(0)])),
  at: [...usualSlices.keys()],
});
refused("every slice is one file of text", /not a TIFF/, {
  files: slicesOfText(),
  at: [usualName(0), usualName(5)],
});
ok("a strip that ends with the file", { files: withFiles({ [victim]: moved(slice, 0) }) });
refused("labels.csv with a line without an id", /line 2.*not an id/, {
  files: withFiles({ "labels.csv": text("id,label\nseven,soma\n") }),
  at: "labels.csv",
});
refused("labels.csv with an id twice", /line 3.*twice/, {
  files: withFiles({ "labels.csv": text("id,label\n7,soma\n7,axon\n") }),
  at: "labels.csv",
});
refused("an option that is none", /chunks is not an option/, {
  files: withFiles({ "neuropress.json": text('{"chunks": 64}') }),
  at: "neuropress.json",
});
refused("options that are no JSON", /not JSON/, {
  files: withFiles({ "neuropress.json": text("chunk: 64") }),
  info: infoOf(usual),
  at: "neuropress.json",
});

function slicesOfText(): Map<string, Uint8Array> {
  return new Map([...slicesOf(usual).keys()].map((name) => [name, text(`${name} is in the archive\n`)]));
}

function ifdOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
}

/** The directory of a slice first and its samples last, without the last bytes of them. */
function moved(bytes: Uint8Array, less: number): Uint8Array {
  const directory = bytes.slice(ifdOf(bytes));
  const out = new Uint8Array(8 + directory.length + bytesOf);
  out.set(bytes.subarray(0, 8));
  out.set(directory, 8);
  out.set(bytes.subarray(8, 8 + bytesOf), 8 + directory.length);
  const at = new DataView(out.buffer);
  at.setUint32(4, 8, true);
  for (let i = 0; i < at.getUint16(8, true); i++) {
    const entry = 10 + 12 * i;
    if (at.getUint16(entry, true) === 273) at.setUint32(entry + 8, 8 + directory.length, true);
  }
  return out.slice(0, out.length - less);
}
