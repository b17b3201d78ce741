import { unzlibSync } from "fflate";
import { must } from "../target.ts";

/**
 * A second reader of TIFF samples, written from the specification alone: slow, whole pages only, and lenient,
 * since it only says what the voxels are where ours says that there are some.
 *
 * @returns the samples as ours delivers them; undefined where it cannot tell (zstd)
 */
export function referencePage(file: Uint8Array, ref: { ifd: number; plane: number }): Uint8Array | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const little = file[0] === 0x49;
  const big = view.getUint16(2, little) === 43;
  const tags = readTags(view, { little, big, ifd: ref.ifd });
  const value = (tag: number, absent: bigint) => Number(tags.get(tag)?.[0] ?? absent);
  const image = { width: value(256, 0n), height: value(257, 0n), bits: value(258, 1n), little };
  const tiled = tags.has(322);
  const across = tiled ? value(322, 0n) : image.width;
  const down = tiled ? value(323, 0n) : Math.min(value(278, BigInt(image.height)), image.height);
  const offsets = tags.get(tiled ? 324 : 273)!.map(Number);
  const counts = tags.get(tiled ? 325 : 279)!.map(Number);
  const shift = ref.plane * (offsets.at(-1)! + counts.at(-1)! - offsets[0]!);
  const bytes = image.bits === 1 ? 1 : image.bits / 8;
  const out = new Uint8Array(image.width * image.height * bytes);
  const perRow = Math.ceil(image.width / across);
  for (let i = 0; i < offsets.length; i++) {
    const [x, y] = [(i % perRow) * across, Math.floor(i / perRow) * down];
    const rows = tiled ? down : Math.min(down, image.height - y);
    const stored = file.subarray(offsets[i]! + shift, offsets[i]! + shift + counts[i]!);
    const data = decode(value(259, 1n), stored);
    if (data === undefined) return undefined;
    const strip = { data, across, rows, x, y, predictor: value(317, 1n) };
    placeStrip(out, strip, image);
  }
  return out;
}

const meaningful = [256, 257, 258, 259, 273, 278, 279, 317, 322, 323, 324, 325];
const sizes: Record<number, number> = { 1: 1, 2: 1, 3: 2, 4: 4, 7: 1, 13: 4, 16: 8, 18: 8 };

type Where = { little: boolean; big: boolean; ifd: number };

function readTags(view: DataView, { little, big, ifd }: Where): Map<number, bigint[]> {
  const word = (at: number) => (big ? view.getBigUint64(at, little) : BigInt(view.getUint32(at, little)));
  const entries = big ? Number(view.getBigUint64(ifd, little)) : view.getUint16(ifd, little);
  const tags = new Map<number, bigint[]>();
  for (let i = 0, p = ifd + (big ? 8 : 2); i < entries; i++, p += big ? 20 : 12) {
    const size = sizes[view.getUint16(p + 2, little)] ?? 0;
    const count = Number(word(p + 4));
    const inline = p + (big ? 12 : 8);
    const at = size * count <= (big ? 8 : 4) ? inline : Number(word(inline));
    if (size === 0 || at + size * count > view.byteLength) continue;
    const read = (q: number) => {
      if (size === 8) return view.getBigUint64(q, little);
      return BigInt(
        size === 4 ? view.getUint32(q, little) : size === 2 ? view.getUint16(q, little) : view.getUint8(q),
      );
    };
    const tag = view.getUint16(p, little);
    if (meaningful.includes(tag)) must(!tags.has(tag), () => `tag ${tag} is there twice and was read`);
    tags.set(
      tag,
      Array.from({ length: count }, (_, k) => read(at + k * size)),
    );
  }
  return tags;
}

function decode(compression: number, stored: Uint8Array): Uint8Array | undefined {
  if (compression === 1) return stored;
  if (compression === 8 || compression === 32946) return unzlibSync(stored);
  if (compression === 5) return unLzw(stored);
  return compression === 32773 ? unPack(stored) : undefined;
}

type Strip = { data: Uint8Array; across: number; rows: number; x: number; y: number; predictor: number };
type Image = { width: number; height: number; bits: number; little: boolean };

function placeStrip(out: Uint8Array, { data, across, rows, x, y, predictor }: Strip, image: Image): void {
  const { width, height, bits, little } = image;
  const bytes = bits === 1 ? 1 : bits / 8;
  const stride = bits === 1 ? Math.ceil(across / 8) : across * bytes;
  for (let r = 0; r < rows && y + r < height; r++) {
    let left = 0n;
    for (let c = 0; c < across && x + c < width; c++) {
      const to = ((y + r) * width + x + c) * bytes;
      if (bits === 1) {
        out[to] = (data[r * stride + (c >> 3)]! >> (7 - (c & 7))) & 1;
        continue;
      }
      let sample = 0n;
      for (let b = 0; b < bytes; b++) {
        const byte = data[r * stride + c * bytes + (little ? bytes - 1 - b : b)]!;
        sample = (sample << 8n) | BigInt(byte);
      }
      if (predictor === 2) sample = BigInt.asUintN(bits, sample + left);
      left = sample;
      for (let b = 0; b < bytes; b++) out[to + b] = Number((sample >> BigInt(8 * b)) & 255n);
    }
  }
}

/** LZW with a table of strings, as section 13 tells it. */
export function unLzw(stored: Uint8Array): Uint8Array {
  const out: number[] = [];
  let table: number[][] = [];
  let width = 9;
  let before: number[] | undefined;
  const start = () => {
    table = Array.from({ length: 258 }, (_, i) => (i < 256 ? [i] : []));
    width = 9;
    before = undefined;
  };
  start();
  for (let bit = 0; bit + width <= stored.length * 8; ) {
    let code = 0;
    for (let b = 0; b < width; b++, bit++) code = (code << 1) | ((stored[bit >> 3]! >> (7 - (bit & 7))) & 1);
    if (code === 257) break;
    if (code === 256) {
      start();
      continue;
    }
    const text: number[] = table[code] ?? [...before!, before![0]!];
    if (before !== undefined && table.length < 4096) table.push([...before, text[0]!]);
    if (table.length === (1 << width) - 1 && width < 12) width++;
    for (const byte of text) out.push(byte);
    before = text;
  }
  return Uint8Array.from(out);
}

/** PackBits, as section 9 tells it. */
export function unPack(stored: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let i = 0; i < stored.length; ) {
    const n = (stored[i++]! << 24) >> 24;
    // A run that ends before its time is none.
    if (i + (n >= 0 ? n : 0) >= stored.length && n !== -128) break;
    if (n >= 0) for (let k = 0; k <= n; k++) out.push(stored[i++]!);
    else if (n > -128) {
      for (let k = 0; k <= -n; k++) out.push(stored[i]!);
      i++;
    }
  }
  return Uint8Array.from(out);
}
