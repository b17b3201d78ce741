import { inflateSync, zstdDecompressSync } from "node:zlib";
import { decodeLzw } from "./lzw.ts";
import { decodePackbits } from "./packbits.ts";
import { tagValue } from "./pixel.ts";
import type { Directory } from "./tag.ts";

/** A lossless codec of strips and tiles. */
export type Compression = {
  readonly name: string;
  /** No byte of input can become more bytes than this, whatever the data: what claims more is refused unread. */
  readonly ratio: number;
  /** Horizontal differencing (predictor 2) is defined for it: readers agree on deflate, LZW and zstd only. */
  readonly differences: boolean;
  /**
   * Decodes a strip of `length` bytes; a shorter answer means that the data ended early. The answer may be
   * memory that the next call uses again. @throws Error on damaged data and on data for more than `length`
   */
  decode(input: Uint8Array, length: number): Uint8Array;
};

const none: Compression = { name: "none", ratio: 1, differences: false, decode: (input) => input };
const deflate: Compression = { name: "deflate", ratio: 1032, differences: true, decode: inflate };
const lzw: Compression = { name: "LZW", ratio: 4096, differences: true, decode: scratched(decodeLzw) };
const packbits: Compression = {
  name: "PackBits",
  ratio: 64,
  differences: false,
  decode: scratched(decodePackbits),
};
// A block of 4 bytes (RLE) may stand for 128 KiB, RFC 8878 section 3.1.1.2.
const zstd: Compression = { name: "zstd", ratio: 32768, differences: true, decode: unzstd };

/** Values of Compression (259): TIFF 6.0, its supplements, and the registered private ones. */
const codecs: ReadonlyMap<number, Compression> = new Map([
  [1, none],
  [5, lzw],
  [8, deflate],
  [32773, packbits],
  [32946, deflate],
  [50000, zstd],
]);

const refused: Readonly<Record<number, string>> = {
  2: "CCITT RLE",
  3: "CCITT fax 3",
  4: "CCITT fax 4",
  6: "JPEG, old style: lossy, it changes ids",
  7: "JPEG: lossy, it changes ids",
  33003: "JPEG 2000",
  33005: "JPEG 2000",
  33007: "JPEG: lossy, it changes ids",
  34712: "JPEG 2000",
  34887: "LERC",
  34892: "JPEG: lossy, it changes ids",
  34925: "LZMA",
  50001: "WebP",
  50002: "JPEG XL",
  52546: "JPEG XL",
};

/** @throws InputError for a compression that is lossy or not known */
export function readCompression(dir: Directory): { code: number; codec: Compression } {
  const code = tagValue(dir, 259, 1);
  const codec = codecs.get(code);
  if (codec === undefined) {
    const name = refused[code] ?? "unknown";
    throw dir.fault(
      `Compression (259) is ${code} (${name})`,
      "Save it with compression deflate, zstd, LZW, PackBits or none",
    );
  }
  return { code, codec };
}

/** zlib's default pieces of 16 KiB and their concatenation would cost more than inflating: one exact piece. */
function exact(length: number) {
  return { chunkSize: Math.max(64, length), maxOutputLength: length };
}

function inflate(input: Uint8Array, length: number): Uint8Array {
  return bounded(() => inflateSync(input, exact(length)), length);
}

function unzstd(input: Uint8Array, length: number): Uint8Array {
  return bounded(() => zstdDecompressSync(input, exact(length)), length);
}

function bounded(decode: () => Uint8Array, length: number): Uint8Array {
  try {
    return decode();
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_BUFFER_TOO_LARGE") throw error;
    throw new Error(`the data go on beyond the ${length} bytes of the strip`, { cause: error });
  }
}

let scratch = new Uint8Array(0);

/** Fresh memory costs more than these codecs: all strips are decoded into the same. */
function scratched(decode: (input: Uint8Array, out: Uint8Array) => number): Compression["decode"] {
  return (input, length) => {
    if (scratch.length < length) scratch = new Uint8Array(length);
    return scratch.subarray(0, decode(input, scratch.subarray(0, length)));
  };
}
