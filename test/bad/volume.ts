import type { DataType } from "../../lib/format/type.ts";
import type { Vec3 } from "../../lib/format/vec.ts";
import type { Volume } from "./case.ts";
import { type Form, type Page, writeTiff } from "./tiff.ts";

/** No two axes are alike, and none is a multiple of a tile, a byte of bits or a block of chunks. */
export const usualSize: Vec3 = [45, 34, 6];

/** Some nested and touching things; each slice differs from the next, and no mirror image is the same. */
export function plainId(x: number, y: number, z: number): bigint {
  if (x > 36 && y < 9) return BigInt(40 + (z % 3));
  if ((x - 14 - z) ** 2 + (y - 20) ** 2 < 30) return 201n;
  if ((x - 15) ** 2 + (y - 18) ** 2 < 150 - 9 * z) return 3n;
  return x > 2 * z + 24 && y > 12 ? 8n : 0n;
}

export type IdAt = (x: number, y: number, z: number) => bigint;

export function volumeOf(dataType: DataType, idAt: IdAt = plainId, size: Vec3 = usualSize): Volume {
  const [width, height, depth] = size;
  const ids = new BigUint64Array(width * height * depth);
  for (let i = 0; i < ids.length; i++) {
    const y = Math.floor(i / width) % height;
    ids[i] = idAt(i % width, y, Math.floor(i / width / height));
  }
  return { size, dataType, ids };
}

/** Slice z as a page, in samples as wide as the volume's type unless told otherwise. */
export function pageOf({ size, dataType, ids }: Volume, z: number, more: Partial<Page> = {}): Page {
  const [width, height] = size;
  const values = [...ids.subarray(z * width * height, (z + 1) * width * height)];
  const bits = Number(dataType.slice(4)) as Page["bits"];
  return { width, height, bits, values, ...more };
}

export type Look = {
  readonly page?: Partial<Page>;
  readonly form?: Form;
  readonly name?: (z: number) => string;
};

export const usualName = (z: number) => `label_${String(z).padStart(3, "0")}.tif`;

/** The slices of a volume as files, one page each. */
export function slicesOf(volume: Volume, look: Look = {}): Map<string, Uint8Array> {
  const { page, form, name = usualName } = look;
  const slices = new Map<string, Uint8Array>();
  for (let z = 0; z < volume.size[2]; z++) slices.set(name(z), writeTiff([pageOf(volume, z, page)], form));
  return slices;
}

/** All pages in one file. */
export function stackFile(volume: Volume, { page, form }: Look = {}): Uint8Array {
  const pages = Array.from({ length: volume.size[2] }, (_, z) => pageOf(volume, z, page));
  return writeTiff(pages, form);
}

/** The guide's basic info of a volume, with changes; a field that is undefined is left out. */
export function infoOf(
  { size, dataType }: Volume,
  more: Record<string, unknown> = {},
  scale: Record<string, unknown> = {},
): Uint8Array {
  const info = {
    type: "segmentation",
    data_type: dataType,
    num_channels: 1,
    encoding: "raw",
    mesh: "mesh",
    scales: [{ size, resolution: [8, 8, 40], voxel_offset: [0, 0, 0], ...scale }],
    ...more,
  };
  return new TextEncoder().encode(JSON.stringify(info));
}

export const text = (value: string) => new TextEncoder().encode(value);
