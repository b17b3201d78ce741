import type { Vec3 } from "../format/vec.ts";

/** What `info` says of a volume, as far as it could be understood; more types and encodings than we write. */
export type Volume = {
  readonly type: "image" | "segmentation";
  readonly dataType: string;
  readonly channels: number;
  readonly scales: readonly Scale[];
  /** Directories, relative to `info`. */
  readonly mesh?: string;
  readonly skeletons?: string;
  readonly properties?: string;
};

export type Scale = {
  /** Its place in `info`. */
  readonly index: number;
  readonly key: string;
  readonly size: Vec3;
  /** Nanometres per voxel. */
  readonly resolution: Vec3;
  readonly voxelOffset: Vec3;
  readonly chunkSizes: readonly Vec3[];
  readonly encoding: string;
  /** Of compressed_segmentation. */
  readonly block?: Vec3;
  readonly sharding?: Sharding;
};

/** `neuroglancer_uint64_sharded_v1` (precomputed specification, "sharded format"). */
export type Sharding = {
  readonly preshift: number;
  readonly hash: "identity" | "murmurhash3_x86_128";
  readonly minishardBits: number;
  readonly shardBits: number;
  readonly indexGzip: boolean;
  readonly dataGzip: boolean;
};

/** Bytes of a voxel by `data_type`. */
export const itemSize: Readonly<Record<string, number>> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  uint64: 8,
};

/** Data types that an encoding can hold; all of them for `raw` (precomputed specification, "chunk encoding"). */
export const encodings: Readonly<Record<string, readonly string[]>> = {
  raw: Object.keys(itemSize),
  compressed_segmentation: ["uint32", "uint64"],
  compresso: ["uint8", "uint16", "uint32", "uint64"],
  png: ["uint8", "uint16"],
  jpeg: ["uint8"],
  jxl: ["uint8"],
};
