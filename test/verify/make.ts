import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Vec3 } from "../../lib/format/vec.ts";
import { type ConvertOptions, convert } from "../../lib/local/convert.ts";
import { encodeSlice } from "../../lib/local/slice.ts";

export type IdAt = (x: number, y: number, z: number) => bigint;

export type Volume = {
  readonly size: Vec3;
  readonly idAt: IdAt;
  /** Of `info` beside the usual ones. */
  readonly info?: Record<string, unknown>;
  readonly scale?: Record<string, unknown>;
};

/** Ids that meet in a word, in float64, or as signed numbers. */
const ids = [0n, 0n, 7n, 2n ** 32n + 7n, 2n ** 53n + 1n, 2n ** 53n, 2n ** 63n + 5n, 2n ** 64n - 1n, 12n];

/** Cells of these ids around points on a crooked grid, with some dust in them. */
export function cells(side: number): IdAt {
  return (x, y, z) => {
    if (mix(x, y, z) % 61 === 0) return ids[mix(z, x, y) % ids.length] as bigint;
    const [i, j, k] = [x + (z >> 1), y + (x >> 2), z + (y >> 3)].map((v) => Math.floor(v / side));
    return ids[mix(i as number, j as number, k as number) % ids.length] as bigint;
  };
}

function mix(x: number, y: number, z: number): number {
  let h = Math.imul(x + 11, 0x9e3779b1) ^ Math.imul(y + 7, 0x85ebca6b) ^ Math.imul(z + 3, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}

/** Slices and `info` in a folder. */
export async function writeInput(folder: string, volume: Volume): Promise<void> {
  const { size, idAt, info = {}, scale = {} } = volume;
  const [width, height, depth] = size;
  await mkdir(folder, { recursive: true });
  for (let z = 0; z < depth; z++) {
    const slice = new BigUint64Array(width * height);
    for (let i = 0; i < slice.length; i++) slice[i] = idAt(i % width, Math.floor(i / width), z);
    const bytes = encodeSlice({ words: new Uint32Array(slice.buffer), width, height, deflate: z % 2 === 0 });
    await writeFile(path.join(folder, `s${z}.tif`), bytes);
  }
  const basic = {
    type: "segmentation",
    data_type: "uint64",
    num_channels: 1,
    ...info,
    scales: [{ size, resolution: [8, 8, 16], ...scale }],
  };
  await writeFile(path.join(folder, "info"), JSON.stringify(basic));
}

/** A dataset of a volume, made by `convert`. */
export async function makeDataset(
  folders: { input: string; output: string },
  volume: Volume,
  options: Partial<ConvertOptions> = {},
): Promise<void> {
  await writeInput(folders.input, volume);
  await convert({ ...folders, chunk: 16, threads: 1, ...options });
}
