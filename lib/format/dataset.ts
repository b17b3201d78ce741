import type { Encoding } from "./codec.ts";
import type { DataType } from "./type.ts";
import type { Vec3 } from "./vec.ts";

/** `info` of a published volume (precomputed specification, "info JSON file"). */
export type VolumeInfo = {
  readonly "@type": "neuroglancer_multiscale_volume";
  readonly type: "segmentation";
  readonly data_type: DataType;
  readonly num_channels: 1;
  readonly scales: readonly VolumeScale[];
  readonly mesh?: string;
  readonly segment_properties: string;
};

export type VolumeScale = {
  readonly key: string;
  readonly size: Vec3;
  readonly resolution: Vec3;
  readonly voxel_offset: Vec3;
  readonly chunk_sizes: readonly [Vec3];
  readonly encoding: Encoding;
  readonly compressed_segmentation_block_size?: Vec3;
};

/** `majority`: 0 is a label like any other. `majority-sparse`: 0 wins only where there is nothing else. */
export type Downsampling = "majority" | "majority-sparse";
