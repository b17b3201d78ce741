import { gunzipSync } from "fflate";
import type { Volume } from "./case.ts";

/** A file of a dataset, decoded, or undefined if it is not there. */
export type Fetch = (key: string) => Promise<Uint8Array | undefined>;

/**
 * Scale 0 of a published dataset, read by the specification alone (precomputed volumes; compressed_segmentation),
 * without a line of the program: slow, and free of its mistakes.
 *
 * @throws Error if something that `info` promises is not there
 */
export async function readDataset(fetch: Fetch): Promise<{ volume: Volume; segments: string[] }> {
  const info = JSON.parse(await text(fetch, "info"));
  const [scale] = info.scales;
  const [width, height, depth] = scale.size as [number, number, number];
  const ids = new BigUint64Array(width * height * depth);
  for (const x of starts(scale, 0))
    for (const y of starts(scale, 1))
      for (const z of starts(scale, 2)) {
        const lo = [x, y, z];
        const hi = lo.map((from, d) => Math.min(from + scale.chunk_sizes[0][d], scale.size[d]));
        const name = lo.map((from, d) => `${from + offset(scale, d)}-${hi[d]! + offset(scale, d)}`).join("_");
        const bytes = await need(fetch, `${scale.key}/${name}`);
        const at = voxelReader(info, scale, { bytes, shape: hi.map((to, d) => to - lo[d]!) });
        for (let k = z; k < hi[2]!; k++)
          for (let j = y; j < hi[1]!; j++)
            for (let i = x; i < hi[0]!; i++) ids[(k * height + j) * width + i] = at(i - x, j - y, k - z);
      }
  const table = JSON.parse(await text(fetch, `${info.segment_properties}/info`));
  if (info.mesh !== undefined) await need(fetch, `${info.mesh}/info`);
  for (const id of info.mesh === undefined ? [] : table.inline.ids) {
    const { fragments } = JSON.parse(await text(fetch, `${info.mesh}/${id}:0`));
    for (const fragment of fragments) await need(fetch, `${info.mesh}/${fragment}`);
  }
  return {
    volume: { size: [width, height, depth], dataType: info.data_type, ids },
    segments: table.inline.ids,
  };
}

/** What a file holds: gzipped ones are told by their first bytes. */
export function plain(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
}

type Scale = Record<string, number[] & number[][]>;
type Chunk = { bytes: Uint8Array; shape: number[] };
type At = (x: number, y: number, z: number) => bigint;

function starts({ size, chunk_sizes: chunks }: Scale, d: number): number[] {
  const step = chunks![0]![d]!;
  return Array.from({ length: Math.ceil(size![d]! / step) }, (_, i) => i * step);
}

function offset({ voxel_offset: at }: Scale, d: number): number {
  return at![d]!;
}

function voxelReader(info: { data_type: string }, scale: Scale & { encoding?: unknown }, chunk: Chunk): At {
  const size = Number(info.data_type.slice(4)) / 8;
  const view = new DataView(chunk.bytes.buffer, chunk.bytes.byteOffset, chunk.bytes.byteLength);
  const [width, height] = chunk.shape as [number, number];
  if ((scale.encoding as unknown) === "raw") {
    const expected = chunk.shape.reduce((a, b) => a * b) * size;
    if (expected !== chunk.bytes.length)
      throw new Error(`a chunk has ${chunk.bytes.length} bytes, not ${expected}`);
    return (x, y, z) => number(view, ((z * height + y) * width + x) * size, size);
  }
  const block = scale["compressed_segmentation_block_size"] as number[];
  const grid = chunk.shape.map((length, d) => Math.ceil(length / block[d]!));
  const base = view.getUint32(0, true) * 4;
  return (x, y, z) => {
    const [bx, by, bz] = [x, y, z].map((v, d) => Math.floor(v / block[d]!)) as [number, number, number];
    const header = base + ((bz * grid[1]! + by) * grid[0]! + bx) * 8;
    const word = view.getUint32(header, true);
    const bits = word >>> 24;
    const inner = (((z % block[2]!) * block[1]! + (y % block[1]!)) * block[0]! + (x % block[0]!)) * bits;
    const values = base + view.getUint32(header + 4, true) * 4;
    const packed = bits === 0 ? 0 : view.getUint32(values + Math.floor(inner / 32) * 4, true);
    const index = bits === 0 ? 0 : bits === 32 ? packed : (packed >>> (inner % 32)) & (2 ** bits - 1);
    return number(view, base + (word & 0xffffff) * 4 + index * size, size);
  };
}

function number(view: DataView, at: number, size: number): bigint {
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(view.getUint8(at + i));
  return value;
}

async function need(fetch: Fetch, key: string): Promise<Uint8Array> {
  const bytes = await fetch(key);
  if (bytes === undefined) throw new Error(`${key} is not there`);
  return bytes;
}

async function text(fetch: Fetch, key: string): Promise<string> {
  return new TextDecoder().decode(await need(fetch, key));
}
