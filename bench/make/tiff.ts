import { deflateSync, zstdCompressSync } from "node:zlib";
import { encodeLzw } from "./lzw.ts";
import { encodePackbits } from "./packbits.ts";

/** How slices are stored, and the values of Compression (259) and Predictor (317) for it. */
export const storages = {
  raw: { compression: 1, predictor: 1 },
  deflate: { compression: 8, predictor: 1 },
  "deflate-predictor": { compression: 8, predictor: 2 },
  lzw: { compression: 5, predictor: 1 },
  "lzw-predictor": { compression: 5, predictor: 2 },
  packbits: { compression: 32773, predictor: 1 },
  zstd: { compression: 50000, predictor: 1 },
} as const;

export type Storage = keyof typeof storages;
export type Samples = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

/** Rows of a strip. */
const stripRows = 64;
const headerSize = 8;

/** One slice of unsigned samples, x fastest, as a TIFF file: classic, little-endian, strips of 64 rows. */
export function encodeTiff(
  samples: Samples,
  { width, height, storage }: { width: number; height: number; storage: Storage },
): Uint8Array {
  const strips: Uint8Array[] = [];
  for (let row = 0; row < height; row += stripRows) {
    const part = samples.subarray(row * width, Math.min(height, row + stripRows) * width);
    strips.push(packStrip(part, width, storage));
  }
  const offsets: number[] = [];
  let at = headerSize;
  for (const { length } of strips) {
    offsets.push(at);
    // Strips of raw samples follow each other without a gap, so that readers may take them at once.
    at += length + (storage === "raw" ? 0 : length % 2);
  }
  const { compression, predictor } = storages[storage];
  const directory = encodeDirectory(at + (at % 2), [
    [256, [width]],
    [257, [height]],
    [258, [8 * samples.BYTES_PER_ELEMENT]],
    [259, [compression]],
    [262, [1]],
    [273, offsets],
    [277, [1]],
    [278, [stripRows]],
    [279, strips.map(({ length }) => length)],
    [317, [predictor]],
    [339, [1]],
  ]);
  const file = new Uint8Array(at + (at % 2) + directory.length);
  file.set([0x49, 0x49, 42, 0]);
  new DataView(file.buffer).setUint32(4, at + (at % 2), true);
  strips.forEach((strip, i) => {
    file.set(strip, offsets[i]);
  });
  file.set(directory, file.length - directory.length);
  return file;
}

function packStrip(samples: Samples, width: number, storage: Storage): Uint8Array {
  const values = storages[storage].predictor === 2 ? differences(samples, width) : samples;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  switch (storages[storage].compression) {
    case 8:
      return deflateSync(bytes);
    case 5:
      return encodeLzw(bytes);
    case 32773:
      return encodePackbits(bytes, width * samples.BYTES_PER_ELEMENT);
    case 50000:
      return zstdCompressSync(bytes);
    default:
      return bytes;
  }
}

/** Horizontal differencing (TIFF 6.0 section 14), modulo the samples' range. */
function differences(samples: Samples, width: number): Samples {
  const out = samples.slice();
  for (let row = 0; row < out.length; row += width) {
    for (let i = row + width - 1; i > row; i--) {
      if (out instanceof BigUint64Array) out[i] = out[i]! - out[i - 1]!;
      else out[i] = out[i]! - out[i - 1]!;
    }
  }
  return out;
}

/** The image directory at file offset `at`, every value a LONG; lists lie behind it. */
function encodeDirectory(
  at: number,
  entries: readonly [tag: number, values: readonly number[]][],
): Uint8Array {
  const size = 2 + entries.length * 12 + 4;
  const lists = entries.reduce((sum, [, values]) => sum + (values.length > 1 ? values.length * 4 : 0), 0);
  const view = new DataView(new ArrayBuffer(size + lists));
  view.setUint16(0, entries.length, true);
  let list = size;
  entries.forEach(([tag, values], i) => {
    const entry = 2 + i * 12;
    view.setUint16(entry, tag, true);
    view.setUint16(entry + 2, 4, true);
    view.setUint32(entry + 4, values.length, true);
    const place = values.length > 1 ? list : entry + 8;
    if (values.length > 1) {
      view.setUint32(entry + 8, at + list, true);
      list += 4 * values.length;
    }
    values.forEach((value, n) => {
      view.setUint32(place + 4 * n, value, true);
    });
  });
  return new Uint8Array(view.buffer);
}
