import { inflateSync } from "node:zlib";
import { decodeDeflate } from "../../../lib/format/tiff/inflate.ts";
import { decodeLzw } from "../../../lib/format/tiff/lzw.ts";
import { decodePackbits } from "../../../lib/format/tiff/packbits.ts";
import { swapBytes, unpredict } from "../../../lib/format/tiff/predictor.ts";
import type { Chance } from "../chance.ts";
import { mutateBytes } from "../mutate.ts";
import { isPlainError, must, showBytes, type Target } from "../target.ts";
import { packStrip } from "./pack.ts";
import { unLzw, unPack } from "./reference.ts";

/** Of what goes on beyond the strip LZW may have padding: zero bits, which read as code 0. */
const codecs = [
  { name: "LZW", code: 5, decode: decodeLzw, reference: unLzw, padding: 2 },
  { name: "PackBits", code: 32773, decode: decodePackbits, reference: unPack, padding: 0 },
  { name: "deflate", code: 8, decode: decodeDeflate, reference: unDeflate, padding: 0 },
];

/** Strips of every codec that is our own, right and damaged, against the decoders of the reference. */
export const tiffCodecs: Target = {
  name: "tiff-codecs",
  weight: 3,
  refuses: isPlainError,
  prepare(chance) {
    const { name, code, decode, reference, padding } = chance.one(codecs);
    const plain = runs(chance);
    const packed = packStrip(chance, code, plain);
    const stream = chance.once(5) ? packed : mutateBytes(chance, packed);
    const room = chance.once(3) ? chance.below(2 * plain.length + 2) : plain.length;
    return {
      right: stream === packed && room === plain.length,
      run() {
        const out = new Uint8Array(room);
        const length = decode(stream, out);
        const meant = stream === packed ? plain : reference(stream);
        const same = Buffer.compare(out.subarray(0, length), meant.subarray(0, length)) === 0;
        must(same && length <= meant.length, () => `${length} bytes, not those of ${meant.length}`);
        must(meant.length <= room + padding, () => `${meant.length} bytes are cut to ${room}`);
        must(length === Math.min(room, meant.length), () => `${length} of ${meant.length} bytes in ${room}`);
      },
      bound: () => 2 ** 20 + 600 * (stream.length + room) + 64 * plain.length,
      show: () => `${name} for ${room}: ${showBytes(stream)}`,
    };
  },
};

/** What zlib refuses has no bytes, and must not have been read. */
function unDeflate(stream: Uint8Array): Uint8Array {
  try {
    return inflateSync(stream, { maxOutputLength: 2 ** 20 });
  } catch (error) {
    must(false, () => `zlib refuses what was read: ${(error as Error).message}`);
    throw error;
  }
}

function runs(chance: Chance): Uint8Array {
  const out = new Uint8Array(chance.below(chance.once(10) ? 20_000 : 400));
  const stay = chance.one([1, 4, 40, 1000]);
  let value = 0;
  for (let i = 0; i < out.length; i++) {
    if (chance.once(stay)) value = chance.word();
    out[i] = value;
  }
  return out;
}

/** Horizontal differencing undone, against sums of big integers. */
export const tiffPredictor: Target = {
  name: "tiff-predictor",
  weight: 1,
  refuses: () => false,
  prepare(chance) {
    const bytes = chance.one([1, 2, 4, 8] as const);
    const [width, rows] = [1 + chance.below(9), 1 + chance.below(4)];
    const data = Uint8Array.from({ length: width * rows * bytes }, () =>
      chance.one([0, 1, 127, 255, chance.word() & 255]),
    );
    return {
      run() {
        const out = new Uint8Array(data);
        unpredict(out, width, bytes);
        const [got, given] = [samplesOf(out, bytes), samplesOf(data, bytes)];
        let left = 0n;
        for (let i = 0; i < given.length; i++) {
          left = BigInt.asUintN(8 * bytes, given[i]! + (i % width === 0 ? 0n : left));
          must(got[i] === left, () => `sample ${i} is ${got[i]}, not ${left}`);
        }
        swapBytes(out, bytes);
        swapBytes(out, bytes);
        must(
          samplesOf(out, bytes).every((value, i) => value === got[i]),
          () => "swapped twice is not the same",
        );
      },
      bound: () => 2 ** 20 + 1024 * data.length,
      show: () => `${width} x ${rows} samples of ${bytes}: ${showBytes(data)}`,
    };
  },
};

function samplesOf(data: Uint8Array, bytes: number): bigint[] {
  return Array.from({ length: data.length / bytes }, (_, i) =>
    data.subarray(i * bytes, (i + 1) * bytes).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n),
  );
}
