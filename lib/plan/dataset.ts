import type { Encoding } from "../format/codec.ts";
import type { VolumeInfo, VolumeScale } from "../format/dataset.ts";
import { InputError } from "../format/error.ts";
import { type BasicInfo, infoFault } from "../format/info.ts";
import type { DataType } from "../format/type.ts";
import type { ScalePlan } from "./scale.ts";

export type DatasetOptions = {
  /** Overrides the encoding of the basic `info`. */
  readonly encoding?: Encoding;
  readonly mesh: boolean;
  /** Prefix of everything that `info` points to; empty on one machine. */
  readonly version: string;
};

/**
 * The `info` to publish: the basic one with its scales laid out. Names below `version` are relative to
 * `info`, so that putting `info` is what publishes a dataset.
 */
export function describeDataset(
  basic: BasicInfo,
  dataType: DataType,
  scales: readonly ScalePlan[],
  { encoding: wanted, mesh, version }: DatasetOptions,
): VolumeInfo {
  const encoding = wanted ?? basic.encoding ?? defaultEncoding(basic.dataType ?? dataType);
  const type = encoding === "compressed_segmentation" ? widened(dataType) : dataType;
  const below = (name: string) => (version === "" ? name : `${version}/${name}`);
  const layout = (scale: ScalePlan): VolumeScale => ({
    ...basic.scaleExtra,
    key: below(scale.key),
    size: scale.size,
    resolution: scale.resolution,
    voxel_offset: scale.voxelOffset,
    chunk_sizes: [scale.chunkSize],
    encoding,
    ...(encoding === "compressed_segmentation" && { compressed_segmentation_block_size: basic.block }),
  });
  const [top] = (basic.mesh ?? "").split("/");
  if (scales.some(({ key }) => key === top)) {
    const found = `mesh "${basic.mesh}" is in the place of a scale`;
    throw new InputError(infoFault(found, "Use another name, such as mesh"));
  }
  return {
    "@type": "neuroglancer_multiscale_volume",
    ...basic.extra,
    type: "segmentation",
    data_type: type,
    num_channels: 1,
    scales: scales.map(layout),
    ...(mesh && { mesh: below(basic.mesh ?? "mesh") }),
    segment_properties: below("segment_properties"),
  };
}

/** The format has compressed_segmentation for 32 and 64 bit only; a declared narrow type is kept as it is. */
function defaultEncoding(dataType: DataType): Encoding {
  return dataType === "uint32" || dataType === "uint64" ? "compressed_segmentation" : "raw";
}

function widened(dataType: DataType): DataType {
  return dataType === "uint8" || dataType === "uint16" ? "uint32" : dataType;
}
