import type { VolumeName } from "../make/volume.ts";
import { type KernelRow, kernelRow } from "./kernel.ts";
import type { RowPlan } from "./row.ts";

export type Volumes = { readonly guide: VolumeName; readonly dense: VolumeName; readonly noise: VolumeName };

const encoder = { against: "compressed-segmentation (C++)", peer: "encode", same: true } as const;
const bothDense = "both from dense uint32 labels";
const peerIds = "the peer from the uint64 ids, ours from dense labels (see renumber-encode)";

/** Stages in memory other than the decoding of TIFF. */
export function shortRows({ guide, dense, noise }: Volumes): RowPlan[] {
  const rows: [VolumeName, Omit<KernelRow, "folder">][] = [];
  for (const [volume, name] of [
    [guide, "guide"],
    [dense, "dense"],
  ] as const) {
    const limits = { least: 2, aim: 4 };
    const stage = `compressed_segmentation, ${name}`;
    rows.push([
      volume,
      { name: `encode-${name}`, stage, ...encoder, ours: "encode", ...limits, notes: [peerIds] },
    ]);
    const whole = { stage: `renumber + ${stage}`, ours: "renumber-encode", ...encoder } as const;
    rows.push([volume, { name: `renumber-encode-${name}`, ...whole, notes: ["both from the uint64 ids"] }]);
    for (const factor of ["221", "222"] as const) rows.push(...majorityRows(volume, name, factor));
    const gzip = { stage: `gzip of the chunks, ${name}`, against: "zlib level 6 (Python)" };
    rows.push([volume, { name: `gzip-${name}`, ...gzip, ours: "gzip", peer: "gzip", same: false }]);
  }
  const stage = "compressed_segmentation, uniform noise";
  rows.push([noise, { name: "encode-noise", stage, ...encoder, ours: "encode", aim: 1, notes: [peerIds] }]);
  return rows.map(([volume, row]) => kernelRow({ ...row, folder: (setting) => setting.folder(volume) }));
}

function majorityRows(
  volume: VolumeName,
  name: string,
  factor: "221" | "222",
): [VolumeName, Omit<KernelRow, "folder">][] {
  const stage = `majority ${factor.split("").join("x")}, ${name}`;
  const ours = `majority-${factor}` as const;
  const tinybrain = { peer: `tinybrain-${factor}`, against: "tinybrain", same: false, least: 1.2, aim: 2 };
  const tensorstore = {
    peer: `tensorstore-${factor}`,
    against: "tensorstore mode",
    same: true,
    least: 4,
    aim: 8,
  };
  const options = { dense: true };
  const ties = "its rule for ties is another one, so results are not compared";
  return [
    [
      volume,
      { name: `${ours}-${name}-tinybrain`, stage, ours, ...tinybrain, options, notes: [bothDense, ties] },
    ],
    [volume, { name: `${ours}-${name}-tinybrain-u64`, stage, ours, ...tinybrain, notes: [peerIds, ties] }],
    [
      volume,
      { name: `${ours}-${name}-tensorstore`, stage, ours, ...tensorstore, options, notes: [bothDense] },
    ],
    [volume, { name: `${ours}-${name}-tensorstore-u64`, stage, ours, ...tensorstore, notes: [peerIds] }],
  ];
}
