import { deflateSync, zstdCompressSync } from "node:zlib";
import { encodeLzw, encodePackbits } from "./squeeze.ts";

/** One image of a file. Whatever is wrong with it is said by `tags` and `next`; the rest is right. */
export type Page = {
  readonly width: number;
  readonly height: number;
  readonly bits: 1 | 8 | 12 | 16 | 32 | 64;
  /** SampleFormat: 1 unsigned, 2 signed, 3 floating point. */
  readonly format?: 1 | 2 | 3;
  /** Samples of one pixel, beside each other. */
  readonly channels?: number;
  /** Row after row. */
  readonly values: readonly (number | bigint)[];
  /** Rows of a strip, else all; or the size of a tile. */
  readonly rows?: number;
  readonly tile?: readonly [number, number];
  /** Values of the Compression tag that this writer knows: 1, 5, 8, 32773, 50000. */
  readonly compression?: number;
  readonly predictor?: 1 | 2;
  /** Takes the place of the encoded bytes of strip or tile `index`. */
  readonly damage?: (strip: Uint8Array, index: number) => Uint8Array;
  /** Values of single tags over the right ones; undefined leaves a tag out. */
  readonly tags?: Tags;
  /** Where the next directory is said to be, in place of where it is. */
  readonly next?: "self" | "first" | number;
};

/** LONG (LONG8 in a BigTIFF), ASCII for text, or an entry whose type, count and value are any. */
export type Tags = Readonly<Record<number, number | readonly number[] | string | Entry | undefined>>;
export type Entry = { readonly type: number; readonly count: bigint; readonly value: bigint };

export type Form = { readonly little?: boolean; readonly big?: boolean };

/**
 * A TIFF (6.0; BigTIFF with `big`) for tests, with all that the reader must read and much that it must refuse. It
 * shares no line with the program, and every directory comes after its image, as libtiff has it.
 */
export function writeTiff(pages: readonly Page[], { little = true, big = false }: Form = {}): Uint8Array {
  const encoded = pages.map((page) => ({
    page,
    strips: cut(page, little).map((strip, i) => page.damage?.(strip, i) ?? strip),
  }));
  const file = new Uint8Array(64 + encoded.reduce((sum, { page, strips }) => sum + roomOf(page, strips), 0));
  const view = new DataView(file.buffer);
  const word = big ? 8 : 4;
  const put = (at: number, value: bigint, bytes: number) => putNumber(view, at, { value, bytes, little });
  file.set(little ? [0x49, 0x49] : [0x4d, 0x4d]);
  put(2, big ? 43n : 42n, 2);
  if (big) put(4, 8n, 2);
  let link = big ? 8 : 4;
  let end = big ? 16 : 8;
  let first = 0;
  for (const { page, strips } of encoded) {
    const offsets = strips.map((strip) => {
      file.set(strip, end);
      end += strip.length + (strip.length % 2);
      return end - strip.length - (strip.length % 2);
    });
    const counts = strips.map((strip) => strip.length);
    const entries = Object.entries({ ...usualTags(page, offsets, counts), ...page.tags }).flatMap(
      ([tag, value]) => (value === undefined ? [] : [{ tag: Number(tag), ...entryOf(value, big) }]),
    );
    for (const entry of entries.filter((one) => one.data.length > word)) {
      file.set(entry.bytes(little), end);
      entry.value = BigInt(end);
      end += entry.data.length + (entry.data.length % 2);
    }
    put(link, BigInt(end), word);
    first ||= end;
    const ifd = end;
    put(end, BigInt(entries.length), big ? 8 : 2);
    end += big ? 8 : 2;
    for (const { tag, type, count, value, data, bytes } of entries) {
      put(end, BigInt(tag), 2);
      put(end + 2, BigInt(type), 2);
      put(end + 4, count, word);
      if (value !== undefined) put(end + 4 + word, value, word);
      else if (data.length <= word) file.set(bytes(little), end + 4 + word);
      end += 4 + 2 * word;
    }
    link = end;
    if (page.next !== undefined) {
      const target = page.next === "self" ? ifd : page.next === "first" ? first : page.next;
      put(link, BigInt(target), word);
      return file.slice(0, end + word);
    }
    end += word;
  }
  return file.slice(0, end);
}

function usualTags(page: Page, offsets: number[], counts: number[]): Tags {
  const { width, height, bits, format = 1, channels = 1, compression = 1, predictor = 1, tile } = page;
  const places = tile
    ? { 322: tile[0], 323: tile[1], 324: offsets, 325: counts }
    : { 273: offsets, 278: page.rows ?? height, 279: counts };
  return {
    256: width,
    257: height,
    258: channels === 1 ? bits : Array.from({ length: channels }, () => bits),
    259: compression,
    262: channels === 1 ? 1 : 2,
    277: channels,
    ...(predictor > 1 && { 317: predictor }),
    ...places,
    339: format,
  };
}

type Written = {
  type: number;
  count: bigint;
  value?: bigint;
  data: readonly number[];
  bytes: (little: boolean) => Uint8Array;
};

function entryOf(value: number | readonly number[] | string | Entry, big: boolean): Written {
  if (typeof value === "object" && "type" in value)
    return { ...value, data: [], bytes: () => new Uint8Array(0) };
  const size = typeof value === "string" ? 1 : big ? 8 : 4;
  const list =
    typeof value === "string"
      ? [...new TextEncoder().encode(value), 0]
      : typeof value === "number"
        ? [value]
        : value;
  const bytes = (little: boolean) => {
    const out = new Uint8Array(list.length * size);
    const view = new DataView(out.buffer);
    for (const [i, one] of list.entries())
      putNumber(view, i * size, { value: BigInt(one), bytes: size, little });
    return out;
  };
  const type = typeof value === "string" ? 2 : big ? 16 : 4;
  return { type, count: BigInt(list.length), data: Array(list.length * size).fill(0), bytes };
}

/** The encoded strips or tiles of a page; a tile at the edge is filled up with 255, which no reader may see. */
function cut(page: Page, little: boolean): Uint8Array[] {
  const { width, height, channels = 1, tile } = page;
  const [across, down] = tile ?? [width, Math.max(1, page.rows ?? height)];
  const strips: Uint8Array[] = [];
  for (let y0 = 0; y0 < height; y0 += down) {
    for (let x0 = 0; x0 < width; x0 += across) {
      const rows: (number | bigint)[][] = [];
      for (let y = y0; y < (tile ? y0 + down : Math.min(height, y0 + down)); y++) {
        const inside = (x: number) => x < width && y < height;
        const row = Array.from({ length: across * channels }, (_, i) => {
          const x = x0 + Math.floor(i / channels);
          return inside(x) ? page.values[(y * width + x) * channels + (i % channels)]! : 255;
        });
        rows.push(row);
      }
      strips.push(squeeze(page, samples(page, rows, little)));
    }
  }
  return strips;
}

function samples(page: Page, rows: readonly (number | bigint)[][], little: boolean): Uint8Array {
  const { bits, format = 1 } = page;
  const rowBytes = Math.ceil(((rows[0]?.length ?? 0) * bits) / 8);
  const out = new Uint8Array(rowBytes * rows.length);
  const view = new DataView(out.buffer);
  for (const [r, row] of rows.entries()) {
    for (const [i, one] of row.entries()) {
      const at = r * rowBytes + Math.floor((i * bits) / 8);
      if (format === 3) view.setFloat32(at, Number(one), little);
      else if (bits === 1) out[at]! |= Number(one) << (7 - (i % 8));
      else if (bits === 12) putTwelve(out, at, { value: Number(one), second: i % 2 === 1 });
      else {
        const left = page.predictor === 2 && i > 0 ? BigInt(row[i - 1]!) : 0n;
        const value = BigInt.asUintN(bits, BigInt(one) - left);
        putNumber(view, at, { value, bytes: bits / 8, little });
      }
    }
  }
  return out;
}

function putTwelve(out: Uint8Array, at: number, { value, second }: { value: number; second: boolean }): void {
  out[at]! |= second ? value >> 8 : value >> 4;
  out[at + 1]! |= second ? value & 255 : (value & 15) << 4;
}

function squeeze({ compression = 1 }: Page, bytes: Uint8Array): Uint8Array {
  if (compression === 5) return encodeLzw(bytes);
  if (compression === 8 || compression === 32946) return deflateSync(bytes);
  if (compression === 32773) return encodePackbits(bytes);
  if (compression === 50000) return zstdCompressSync(bytes);
  return bytes;
}

type Numeral = { readonly value: bigint; readonly bytes: number; readonly little: boolean };

function putNumber(view: DataView, at: number, { value, bytes, little }: Numeral): void {
  for (let i = 0; i < bytes; i++) {
    const shift = BigInt(8 * (little ? i : bytes - 1 - i));
    view.setUint8(at + i, Number((value >> shift) & 255n));
  }
}

/** More than a page can take: its strips, a few words for each, and what other tags hold. */
function roomOf({ tags = {} }: Page, strips: readonly Uint8Array[]): number {
  const lists = Object.values(tags).map((one) =>
    typeof one === "string" || Array.isArray(one) ? one.length * 8 : 8,
  );
  return [...lists, ...strips.map((strip) => strip.length + 32)].reduce((a, b) => a + b, 1024);
}
