import { mapVec, product, type Vec3 } from "../format/vec.ts";
import type { Voxels } from "./chunk.ts";

type Shape = {
  readonly shape: Vec3;
  readonly channels: number;
  readonly block: Vec3;
  readonly isWide: boolean;
};

/**
 * Reads a `compressed_segmentation` chunk (neuroglancer, compressed_segmentation/README.md) by the specification alone, not
 * by the code that writes ours: all channels are checked, the first is returned.
 *
 * @throws Error in words if it is no whole chunk of this shape
 */
export function readSegmentation(bytes: Uint8Array, { shape, channels, block, isWide }: Shape): Voxels {
  if (bytes.length === 0 || bytes.length % 4 !== 0)
    throw new Error(`${bytes.length} bytes are not whole 32-bit words`);
  const words = new Uint32Array(bytes.slice().buffer);
  const grid = mapVec((d) => Math.ceil(shape[d] / block[d]));
  let first: Voxels | undefined;
  for (let channel = 0; channel < channels; channel++) {
    const start = words[channel] ?? 0;
    if (start < channels || start + 2 * product(grid) > words.length)
      throw new Error(
        `channel ${channel} starts at word ${start} of ${words.length}: no room for ${product(grid)} block headers`,
      );
    const voxels: Voxels = {
      shape,
      lo: new Uint32Array(product(shape)),
      ...(isWide && { hi: new Uint32Array(product(shape)) }),
    };
    for (let b = 0; b < product(grid); b++) {
      const at: Vec3 = [b % grid[0], Math.floor(b / grid[0]) % grid[1], Math.floor(b / (grid[0] * grid[1]))];
      readBlock(
        { words, start, block },
        { header: start + 2 * b, at: mapVec((d) => at[d] * block[d]) },
        voxels,
      );
    }
    first ??= voxels;
  }
  if (first === undefined) throw new Error("it has no channel");
  return first;
}

type Channel = { readonly words: Uint32Array; readonly start: number; readonly block: Vec3 };

function readBlock(
  { words, start, block }: Channel,
  { header, at }: { readonly header: number; readonly at: Vec3 },
  { shape, lo, hi }: Voxels,
): void {
  const bits = (words[header] ?? 0) >>> 24;
  const table = start + ((words[header] ?? 0) & 0xffffff);
  const values = start + (words[header + 1] ?? 0);
  const place = `the block at voxel ${at.join(", ")}`;
  if (![0, 1, 2, 4, 8, 16, 32].includes(bits)) throw new Error(`${place} has ${bits} bits per value`);
  if (bits > 0 && values + Math.ceil((bits * product(block)) / 32) > words.length)
    throw new Error(`${place} has its values behind the end`);
  const mask = bits === 32 ? 0xffffffff : 2 ** bits - 1;
  const width = hi === undefined ? 1 : 2;
  const to = mapVec((d) => Math.min(block[d], shape[d] - at[d]));
  for (let z = 0; z < to[2]; z++)
    for (let y = 0; y < to[1]; y++) {
      let bit = bits * block[0] * (y + block[1] * z);
      let i = at[0] + shape[0] * (at[1] + y + shape[1] * (at[2] + z));
      for (let x = 0; x < to[0]; x++, i++, bit += bits) {
        const index = bits === 0 ? 0 : (((words[values + (bit >>> 5)] ?? 0) >>> (bit & 31)) & mask) >>> 0;
        const entry = table + index * width;
        if (entry + width > words.length) throw new Error(`${place} has an id behind the end`);
        lo[i] = words[entry] ?? 0;
        if (hi !== undefined) hi[i] = words[entry + 1] ?? 0;
      }
    }
}
