import type { Bits } from "../make/folder.ts";
import { type Storage, storages } from "../make/tiff.ts";
import type { VolumeName } from "../make/volume.ts";
import { type KernelRow, kernelRow } from "./kernel.ts";
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
const ways = Object.keys(storages) as Storage[];
const widths: readonly Bits[] = [64, 32, 16, 8];

type Slices = { readonly volume: VolumeName; readonly suffix: string };

/** TIFF slices to voxels: every way to store them, every width, 16 slices each. */
export function tiffRows(slices: Slices): RowPlan[] {
  const against = "tifffile.imread";
  return ways.flatMap((storage) =>
    widths.map((bits) => tiffRow(slices, { storage, bits }, { against, ...limits[storage] })),
  );
}

/** What a caller of tifffile gains who gives it the memory, as ours has it: for information. */
export function reusedRows({ volume, suffix }: Slices): RowPlan[] {
  const against = "tifffile into one array";
  const slices = { volume, suffix: `-reused${suffix}` };
  return (["raw", "deflate"] as const).flatMap((storage) =>
    widths.map((bits) => tiffRow(slices, { storage, bits }, { against, options: { reuse: true } })),
  );
}

function tiffRow(
  { volume, suffix }: Slices,
  { storage, bits }: { storage: Storage; bits: Bits },
  row: Pick<KernelRow, "against" | "least" | "aim" | "options">,
): RowPlan {
  return kernelRow({
    name: `tiff-${storage}-u${bits}${suffix}`,
    stage: `TIFF to voxels, ${storage}, uint${bits}${suffix.endsWith("-dense") ? ", dense" : ""}`,
    ours: "tiff",
    peer: "tiff",
    folder: (setting) => setting.stored(volume, storage, bits),
    same: true,
    ...row,
  });
}
