import type { Bits } from "../make/folder.ts";
import { type Storage, storages } from "../make/tiff.ts";
import type { VolumeName } from "../make/volume.ts";
import { kernelRow } from "./kernel.ts";
import type { RowPlan } from "./row.ts";

/** What ratios are asked of each way to store slices; of zstd nothing. */
const limits: Record<Storage, { least?: number; aim?: number }> = {
  raw: { least: 0.9, aim: 1.5 },
  deflate: { least: 0.5, aim: 1 },
  "deflate-predictor": { least: 0.5, aim: 1 },
  lzw: { least: 1.5, aim: 3 },
  "lzw-predictor": { least: 1.5, aim: 3 },
  packbits: { least: 1.5, aim: 3 },
  zstd: {},
};

const widths: readonly Bits[] = [64, 32, 16, 8];

/** TIFF slices to voxels: every way to store them, every width, 16 slices each. */
export function tiffRows(volume: VolumeName, suffix: string): RowPlan[] {
  return (Object.keys(storages) as Storage[]).flatMap((storage) =>
    widths.map((bits) =>
      kernelRow({
        name: `tiff-${storage}-u${bits}${suffix}`,
        stage: `TIFF to voxels, ${storage}, uint${bits}`,
        against: "tifffile + imagecodecs",
        ...limits[storage],
        ours: "tiff",
        peer: "tiff",
        folder: (setting) => setting.stored(volume, storage, bits),
        same: true,
      }),
    ),
  );
}
