import { copyBytes } from "../../kernel/stage.ts";
import { InputError } from "../error.ts";

/** Random access to one TIFF file. `read` may return fewer bytes only at the end of the file. */
export type TiffSource = {
  /** File name or object key as the user knows it. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes of the windows that headers are read by at first, for who wants nothing but headers; else see below. */
  readonly window?: number;
  /** The answer may lie in `into`, memory of `length` bytes that may be used for it, or anywhere else. */
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
};

/** A TIFF whose 8 or 16 byte header has been read. */
export type TiffFile = {
  readonly source: TiffSource;
  readonly littleEndian: boolean;
  /** 64-bit offsets (magic 43) in place of 32-bit ones (magic 42). */
  readonly bigTiff: boolean;
  /** Byte offset of the first image file directory. */
  readonly firstIfd: number;
  /** Exactly these bytes, for headers and tags: near requests share one read. Not for samples. */
  bytes(offset: number, length: number): Promise<Uint8Array>;
};

/**
 * Bytes of a window: of small files less, of which headers would else be most of what is read. Whoever asks for more
 * than start and end has many pages to walk: then it grows.
 */
const windowShare = 1 / 256;
const [leastWindow, mostWindow] = [2048, 65536];
/** Some writers put tag values a little before the directory that names them: so much of a window lies there. */
const backShare = 1 / 4;
const opened = new WeakMap<TiffSource, Promise<TiffFile>>();

/**
 * Reads the header (TIFF 6.0 section 2; BigTIFF design). A second call for the same source is free.
 *
 * @throws InputError when the file is no TIFF, saying what it looks like
 */
export function openFile(source: TiffSource): Promise<TiffFile> {
  let file = opened.get(source);
  if (file === undefined) {
    file = readHeader(source);
    opened.set(source, file);
    file.catch(() => opened.delete(source));
  }
  return file;
}

async function readHeader(source: TiffSource): Promise<TiffFile> {
  const bytes = windowed(source);
  const head = await bytes(0, Math.min(16, source.size));
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const littleEndian = head[0] === 0x49;
  const magic = head.length >= 8 && head[0] === head[1] ? view.getUint16(2, littleEndian) : 0;
  const known = (head[0] === 0x49 || head[0] === 0x4d) && (magic === 42 || magic === 43);
  if (!known || (magic === 43 && head.length < 16)) throw notTiff(source, head);
  if (magic === 42) {
    return { source, littleEndian, bigTiff: false, firstIfd: view.getUint32(4, littleEndian), bytes };
  }
  if (view.getUint16(4, littleEndian) !== 8) {
    throw new InputError({
      file: source.name,
      found: `BigTIFF header with offsets of ${view.getUint16(4, littleEndian)} bytes in place of 8`,
      advice: "Save the slice again as TIFF",
    });
  }
  return { source, littleEndian, bigTiff: true, firstIfd: Number(view.getBigUint64(8, littleEndian)), bytes };
}

/** Keeps the last two windows read, so that a header, its directory and its tag values cost one or two reads. */
function windowed(source: TiffSource): TiffFile["bytes"] {
  const kept: { start: number; data: Uint8Array }[] = [];
  const share = Math.max(leastWindow, Math.ceil(source.size * windowShare));
  let window = Math.min(mostWindow, source.window ?? share);
  return async (offset, length) => {
    const end = offset + length;
    if (!(offset >= 0 && end <= source.size)) throw truncated(source, offset, end);
    const hit = kept.find((w) => offset >= w.start && end <= w.start + w.data.length);
    if (hit !== undefined) return hit.data.subarray(offset - hit.start, end - hit.start);
    const start = Math.max(0, Math.min(offset - Math.floor(window * backShare), source.size - window));
    const stop = Math.min(source.size, Math.max(end, start + window));
    const data = new Uint8Array(stop - start);
    await readInto(source, start, data);
    if (kept.length === 2) window = Math.min(mostWindow, 2 * window);
    kept.unshift({ start, data });
    kept.length = Math.min(kept.length, 2);
    return data.subarray(offset - start, end - start);
  };
}

/**
 * Fills `into` with the bytes from `offset` on.
 *
 * @throws InputError when the source holds fewer bytes than its size promised
 */
export async function readInto(source: TiffSource, offset: number, into: Uint8Array): Promise<void> {
  const data = await source.read(offset, into.length, into);
  if (data.length !== into.length) throw truncated(source, offset, offset + into.length);
  if (data.buffer !== into.buffer || data.byteOffset !== into.byteOffset) copyBytes(data, into);
}

function truncated(source: TiffSource, from: number, to: number): InputError {
  return new InputError({
    file: source.name,
    found: `bytes ${from} to ${to} are needed, beyond the end of the file (${source.size} bytes): it is truncated or damaged`,
    advice: "Copy or save the file again",
  });
}

/** First bytes, in hexadecimal, of what is often found under the name of a TIFF. */
const looks: readonly (readonly [RegExp, string])[] = [
  [/^89504e47/, "a PNG image"],
  [/^ffd8ff/, "a JPEG image"],
  [/^47494638/, "a GIF image"],
  [/^1f8b/, "a gzip file"],
  [/^504b0304/, "a ZIP archive"],
  [/^89484446/, "an HDF5 file"],
  [/^(efbbbf)?(0a|0d|20)*3c/, "an HTML or XML page (a saved error message?)"],
  [/^(efbbbf)?(0a|0d|20)*[57]b/, "JSON"],
];

function notTiff(source: TiffSource, head: Uint8Array): InputError {
  const hex = [...head.subarray(0, 8)].map((b) => b.toString(16).padStart(2, "0")).join("");
  const look = looks.find(([pattern]) => pattern.test(hex))?.[1];
  const start =
    look === undefined
      ? `it starts with the bytes ${hex} (magic 42 or 43 expected)`
      : `it looks like ${look}`;
  return new InputError({
    file: source.name,
    found: source.size === 0 ? "the file is empty, not a TIFF" : `not a TIFF: ${start}`,
    advice: "Replace it by a TIFF slice",
  });
}
