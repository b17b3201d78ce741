import type { Vec3 } from "../../lib/format/vec.ts";
import { memoryStore } from "../../lib/store/memory.ts";
import type { Store } from "../../lib/store/store.ts";

/** How the samples of declared slices are said to be stored. */
export type Declared = {
  readonly size: Vec3;
  readonly bits: 32 | 64;
  /** Side of a square tile, or rows of a strip. */
  readonly tile?: number;
  readonly rows?: number;
  /** Deflate, to a tenth. */
  readonly compressed?: boolean;
};

/**
 * The input of a volume that is only declared: BigTIFF slices of which the header, the directory and its tables are
 * there, and no sample, beside an `info`. A read of a sample fails.
 */
export function declaredInput(volume: Declared): Store {
  const { size } = volume;
  const { bytes, length } = headerOf(volume);
  const info = {
    type: "segmentation",
    data_type: `uint${volume.bits}`,
    scales: [{ size, resolution: [8, 8, 8], voxel_offset: [0, 0, 0] }],
  };
  const text = new TextEncoder().encode(JSON.stringify(info));
  const isSlice = (key: string) => /^z\d+\.tif$/.test(key);
  return {
    ...memoryStore(),
    async head(key) {
      if (key === "info") return { size: text.byteLength };
      return isSlice(key) ? { size: length, etag: key } : undefined;
    },
    async get(key, range) {
      if (key === "info") return { bytes: text };
      if (!isSlice(key) || range === undefined) return undefined;
      if (range.offset + range.length > bytes.byteLength && range.offset < length - bytes.byteLength) {
        // What is asked for beyond the tables, because headers are read by windows, is zeros.
        const window = new Uint8Array(Math.min(range.length, 2 ** 21));
        window.set(bytes.subarray(range.offset, range.offset + window.byteLength));
        if (window.byteLength < range.length) throw new Error(`${key}: samples were asked for`);
        return { bytes: window };
      }
      return { bytes: bytes.slice(range.offset, range.offset + range.length) };
    },
    async *entries() {
      yield { key: "info", size: text.byteLength, etag: "info" };
      for (let z = 0; z < size[2]; z++) {
        const key = `z${String(z).padStart(6, "0")}.tif`;
        yield { key, size: length, etag: key };
      }
    },
  };
}

type Field = { readonly tag: number; readonly type: 3 | 4 | 16; readonly values: ArrayLike<number> };
const typeBytes = { 3: 2, 4: 4, 16: 8 } as const;

/** All bytes before the samples, and those of the whole file. BigTIFF design: 8-byte offsets and counts, little-endian. */
function headerOf({ size: [width, height], bits, tile, rows = 1, compressed = false }: Declared) {
  const strip = tile === undefined ? { width, height: rows } : { width: tile, height: tile };
  const count = Math.ceil(width / strip.width) * Math.ceil(height / strip.height);
  const full = (strip.width * strip.height * bits) / 8;
  const last = tile === undefined ? (strip.width * (height - (count - 1) * rows) * bits) / 8 : full;
  const stored = (bytes: number) => (compressed ? Math.ceil(bytes / 10) : bytes);
  const counts = Float64Array.from({ length: count }, (_, i) => stored(i === count - 1 ? last : full));
  const offsets = new Float64Array(count);
  const one = (tag: number, value: number): Field => ({ tag, type: 4, values: [value] });
  const places: Field[] =
    tile === undefined
      ? [{ tag: 273, type: 16, values: offsets }, one(278, rows), { tag: 279, type: 16, values: counts }]
      : [
          one(322, tile),
          one(323, tile),
          { tag: 324, type: 16, values: offsets },
          { tag: 325, type: 4, values: counts },
        ];
  const fields = [
    ...[
      one(256, width),
      one(257, height),
      one(258, bits),
      one(259, compressed ? 8 : 1),
      one(262, 1),
      one(277, 1),
    ],
    ...places,
  ];
  const tables = 16 + 8 + 20 * fields.length + 8;
  const bytesOf = ({ type, values }: Field) => typeBytes[type] * values.length;
  const length = tables + fields.reduce((sum, field) => sum + (bytesOf(field) > 8 ? bytesOf(field) : 0), 0);
  let at = length;
  for (const [i, bytes] of counts.entries()) {
    offsets[i] = at;
    at += bytes;
  }
  return { bytes: written(fields, { tables, length }), length: at };
}

function written(
  fields: readonly Field[],
  { tables, length }: { tables: number; length: number },
): Uint8Array {
  const view = new DataView(new ArrayBuffer(length));
  const put = (at: number, value: number, bytes: number) => {
    if (bytes === 2) view.setUint16(at, value, true);
    else if (bytes === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
  };
  put(0, 0x4949, 2);
  put(2, 43, 2);
  put(4, 8, 2);
  put(8, 16, 8);
  put(16, fields.length, 8);
  let table = tables;
  fields.forEach(({ tag, type, values }, i) => {
    const entry = 24 + 20 * i;
    const bytes = typeBytes[type];
    put(entry, tag, 2);
    put(entry + 2, type, 2);
    put(entry + 4, values.length, 8);
    let at = entry + 12;
    if (bytes * values.length > 8) {
      put(at, table, 8);
      at = table;
      table += bytes * values.length;
    }
    for (let v = 0; v < values.length; v++) put(at + v * bytes, values[v] as number, bytes);
  });
  return new Uint8Array(view.buffer);
}
