import { zstdDecompressSync } from "node:zlib";
import { copyBytes } from "../../kernel/stage.ts";
import { decodeDeflate } from "./inflate.ts";
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
   * Decodes a strip of `out.length` bytes and answers how many there were: fewer mean that the data ended early.
   * Absent where strips are stored as they are. @throws Error on damaged data and on data for more than `out`
   */
  readonly decode?: (input: Uint8Array, out: Uint8Array) => number;
};

const none: Compression = { name: "none", ratio: 1, differences: false };
const deflate: Compression = { name: "deflate", ratio: 1032, differences: true, decode: decodeDeflate };
const lzw: Compression = { name: "LZW", ratio: 4096, differences: true, decode: decodeLzw };
const packbits: Compression = { name: "PackBits", ratio: 64, differences: false, decode: decodePackbits };
// A block of 4 bytes (RLE) may stand for 128 KiB, RFC 8878 section 3.1.1.2.
const zstd: Compression = { name: "zstd", ratio: 32768, differences: true, decode: decodeZstd };

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

/** By zlib's default pieces of 16 KiB and their concatenation it would take longer than by one exact piece. */
function decodeZstd(input: Uint8Array, out: Uint8Array): number {
  try {
    const data = zstdDecompressSync(input, {
      chunkSize: Math.max(64, out.length),
      maxOutputLength: out.length,
    });
    copyBytes(data, out);
    return data.length;
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_BUFFER_TOO_LARGE") throw error;
    throw new Error(`the data go on beyond the ${out.length} bytes of the strip`, { cause: error });
  }
}
