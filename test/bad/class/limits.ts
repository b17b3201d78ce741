import { deflateSync, zstdCompressSync } from "node:zlib";
import type { Vec3 } from "../../../lib/format/vec.ts";
import { casesOf, usual, victim, withFiles } from "../make.ts";
import { type Entry, type Page, writeTiff } from "../tiff.ts";
import { infoOf, pageOf, slicesOf } from "../volume.ts";

/** Small files that claim to be huge. None may cost more memory or time than a small file. */
const { list, refused } = casesOf("limits");
export const limits = list;

const [width, height] = usual.size;
const bad = (name: string, says: RegExp, more: Partial<Page>, big = false) =>
  refused(name, says, { files: withFiles({ [victim]: writeTiff([pageOf(usual, 3, more)], { big }) }) });
const raw = (type: number, count: bigint, value: bigint): Entry => ({ type, count, value });

bad("2^31 - 1 squared", /2147483647/, { tags: { 256: 2 ** 31 - 1, 257: 2 ** 31 - 1, 278: 2 ** 31 - 1 } });
bad("2^32 - 1 squared, tiled", /needs/, {
  tags: { 256: 2 ** 32 - 1, 257: 2 ** 32 - 1, 322: 16, 323: 16, 324: 8, 325: 100 },
});
/** A slice of one strip, whose tags claim whatever size. */
const claiming = (size: Vec3, compression: number, strip: Uint8Array, description = "") =>
  writeTiff([
    {
      ...{ width: 1, height: 1, bits: 8, values: [0], compression },
      damage: () => strip,
      tags: { 256: size[0], 257: size[1], 278: size[1], ...(description && { 270: description }) },
    },
  ]);
const claim = (name: string, says: RegExp, [size, compression, strip]: [Vec3, number, Uint8Array]) =>
  refused(name, says, {
    files: { "z0.tif": claiming(size, compression, strip) },
    info: infoOf({ ...usual, size, dataType: "uint8" }),
    at: "z0.tif",
  });
const wide: Vec3 = [100_000, 100_000, 1];
const zeros = (bytes: number) => new Uint8Array(bytes);
claim("100,000 squared in a kilobyte", /100000/, [wide, 8, deflateSync(zeros(1_000_000))]);
claim("100,000 squared, uncompressed, in 64 bytes", /100000/, [wide, 1, zeros(64)]);
claim("100,000 squared in one strip of zstd", /100000|strip 0/, [wide, 50_000, zeros(400_000)]);
claim("100,000 squared in one strip of LZW", /100000|strip 0/, [wide, 5, zeros(2_600_000)]);
refused("wider than positions are exact", /scales\[0\]\.size.*524288/, {
  files: { "z0.tif": claiming([2 ** 20, 4, 1], 1, zeros(2 ** 22)) },
  info: infoOf({ ...usual, size: [2 ** 20, 4, 1], dataType: "uint8" }),
  at: "info",
});
refused("256 MiB of zeros, honestly, beside small slices", /size.*16384/, {
  files: withFiles({
    [victim]: claiming([16_384, 16_384, 1], 8, deflateSync(zeros(2 ** 28), { level: 1 })),
  }),
});
const samples = (strip: Uint8Array, more: number) => Buffer.concat([strip, zeros(more)]);
const plain = writeTiff([pageOf(usual, 3)]).subarray(8, 8 + width * height * 2);
bad("a strip of deflate that goes on for 64 MiB", /strip 0.*beyond/, {
  compression: 8,
  damage: () => deflateSync(samples(plain, 2 ** 26)),
});
bad("a strip of zstd that goes on for a GiB", /strip 0.*(beyond|decode)/, {
  compression: 50_000,
  damage: () => repeated(plain, 2 ** 30),
});
bad("a strip of LZW that goes on", /strip 0.*beyond/, {
  compression: 5,
  damage: (strip) => over(strip),
});
bad("a strip of PackBits that goes on", /strip 0.*beyond/, {
  compression: 32_773,
  damage: (strip) => Buffer.concat([strip, Buffer.from([0x81, 7]), Buffer.from([0x81, 7])]),
});

bad("2^32 - 1 strips", /StripOffsets/, { tags: { 273: raw(4, 2n ** 32n - 1n, 8n) } });
bad("2^64 - 1 strips", /StripOffsets/, { tags: { 273: raw(16, 2n ** 64n - 1n, 8n) } }, true);
bad("2^61 strips, whose bytes are 2^64", /StripOffsets/, { tags: { 273: raw(16, 2n ** 61n, 8n) } }, true);
bad("a strip at 2^64 - 1", /beyond 2\^53/, { tags: { 273: raw(16, 1n, 2n ** 64n - 1n) } }, true);
bad("a strip of 2^64 - 1 bytes", /beyond 2\^53/, { tags: { 279: raw(16, 1n, 2n ** 64n - 1n) } }, true);
bad("a width of 2^64 - 1", /beyond 2\^53/, { tags: { 256: raw(16, 1n, 2n ** 64n - 1n) } }, true);
bad(
  "a width of 2^63 above a right one",
  /beyond 2\^53/,
  { tags: { 256: raw(16, 1n, 2n ** 63n + 45n) } },
  true,
);
bad(
  "a description of 2^64 - 1 letters",
  /ImageDescription/,
  { tags: { 270: raw(2, 2n ** 64n - 1n, 8n) } },
  true,
);
const big = writeTiff([pageOf(usual, 3)], { big: true });
const patched = (name: string, says: RegExp, at: number, value: bigint) => {
  const bytes = big.slice();
  new DataView(bytes.buffer).setBigUint64(at, value, true);
  refused(name, says, { files: withFiles({ [victim]: bytes }) });
};
const ifd = Number(new DataView(big.buffer).getBigUint64(8, true));
patched("a first directory at 2^64 - 1", /truncated/, 8, 2n ** 64n - 1n);
patched("a first directory at 2^63", /truncated/, 8, 2n ** 63n);
patched("2^64 - 1 entries", /truncated/, ifd, 2n ** 64n - 1n);
patched("2^60 entries", /truncated/, ifd, 2n ** 60n);

claim("69 gigavoxels of one slice, whose first strip is no zstd", /strip 0.*decode/, [
  [2 ** 19, 2 ** 17, 1],
  50_000,
  zeros(2_200_000),
]);
const many = 1_000_000;
refused("a million slices in info, six there", /1000000/, {
  info: infoOf({ ...usual, size: [width, height, many] }),
  at: "info",
});
const planes = (count: number) => `ImageJ=1.54f\nimages=${count}\n`;
refused("a million ImageJ planes, one there", /1000000 planes.*beyond the end/, {
  files: { "all.tif": writeTiff([pageOf(usual, 0, { tags: { 270: planes(many) } })]) },
  at: "all.tif",
});
refused("a million planes of one voxel, all there", /1000000/, {
  files: { "all.tif": claiming([1, 1, 1], 1, zeros(many), planes(many)).slice() },
  info: infoOf({ ...usual, size: [1, 1, 6], dataType: "uint8" }),
  at: "all.tif",
});
refused("10^300 planes", /planes|images/, {
  files: slicesOf(usual, { page: { tags: { 270: `ImageJ=1.54f\nimages=1${"0".repeat(300)}\n` } } }),
  at: victim,
});

/** A zstd frame that is the samples and then a GiB of zeros: RLE blocks of 128 KiB in four bytes each. */
function repeated(start: Uint8Array, bytes: number): Uint8Array {
  const blocks: number[] = [];
  const size = 2 ** 17;
  for (let left = bytes; left > 0; left -= size) {
    const header = (left <= size ? 1 : 0) | (1 << 1) | (size << 3);
    blocks.push(header & 255, (header >> 8) & 255, header >> 16, 0);
  }
  const first = zstdCompressSync(start);
  // Magic, then a frame without checksum and content size whose window is 128 KiB, RFC 8878 section 3.1.1.1.
  return Uint8Array.from([...first, 0x28, 0xb5, 0x2f, 0xfd, 0, 0x38, ...blocks]);
}

/** The end code taken away and the strip once more behind it: what follows must not be taken for padding. */
function over(strip: Uint8Array): Uint8Array {
  return Buffer.concat([strip.subarray(0, -2), Buffer.from(strip).fill(0x55)]);
}
