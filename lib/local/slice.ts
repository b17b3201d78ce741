import { deflateSync } from "node:zlib";

/** Rows of a strip. */
const stripRows = 64;

type Slice = {
  /** Ids as low and high words in turn, x fastest: 2 * width * height words. */
  readonly words: Uint32Array;
  readonly width: number;
  readonly height: number;
  readonly deflate: boolean;
};

/**
 * One slice of uint64 labels as a TIFF file: classic, little-endian, one sample, strips of 64 rows,
 * uncompressed or deflate (TIFF 6.0, sections 2 and 8; Adobe's deflate, compression 8).
 */
export function encodeSlice({ words, width, height, deflate }: Slice): Uint8Array {
  const strips: Uint8Array[] = [];
  for (let row = 0; row < height; row += stripRows) {
    const strip = stripBytes(words, row * width * 2, Math.min(height, row + stripRows) * width * 2);
    strips.push(deflate ? deflateSync(strip) : strip);
  }
  const counts = strips.map((strip) => strip.length);
  const offsets: number[] = [];
  let end = headerSize;
  for (const count of counts) {
    offsets.push(end);
    // Offsets are even, as TIFF 6.0 asks of values.
    end += count + (count % 2);
  }
  const directory = encodeDirectory(end, [
    [256, [width]],
    [257, [height]],
    [258, [64]],
    [259, [deflate ? 8 : 1]],
    [262, [1]],
    [273, offsets],
    [277, [1]],
    [278, [stripRows]],
    [279, counts],
    [339, [1]],
  ]);
  const file = new Uint8Array(end + directory.length);
  file.set([0x49, 0x49, 42, 0]);
  new DataView(file.buffer).setUint32(4, end, true);
  for (const [i, strip] of strips.entries()) file.set(strip, offsets[i]);
  file.set(directory, end);
  return file;
}

const headerSize = 8;

/** The image directory at file offset `at`, every value a LONG; lists lie behind it. */
function encodeDirectory(
  at: number,
  entries: readonly [tag: number, values: readonly number[]][],
): Uint8Array {
  const size = 2 + entries.length * 12 + 4;
  const lists = entries.reduce((sum, [, values]) => sum + (values.length > 1 ? values.length * 4 : 0), 0);
  const bytes = new Uint8Array(size + lists);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, entries.length, true);
  let list = size;
  for (const [i, [tag, values]] of entries.entries()) {
    const entry = 2 + i * 12;
    view.setUint16(entry, tag, true);
    view.setUint16(entry + 2, 4, true);
    view.setUint32(entry + 4, values.length, true);
    if (values.length > 1) view.setUint32(entry + 8, at + list, true);
    let to = values.length > 1 ? list : entry + 8;
    for (const value of values) {
      view.setUint32(to, value, true);
      to += 4;
    }
    if (values.length > 1) list = to;
  }
  return bytes;
}

function stripBytes(words: Uint32Array, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array((to - from) * 4);
  const view = new DataView(bytes.buffer);
  for (let i = from; i < to; i++) view.setUint32((i - from) * 4, words[i] ?? 0, true);
  return bytes;
}
