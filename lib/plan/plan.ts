import type { Downsampling, VolumeInfo } from "../format/dataset.ts";
import type { Vec3 } from "../format/vec.ts";

import type { ScalePlan } from "./scale.ts";

/** One z of the volume: a page of an input file (see `PageRef`). */
export type SliceRef = { readonly file: number; readonly ifd: number; readonly plane: number };

export type InputFile = { readonly name: string; readonly size: number; readonly etag?: string };

/** What the user may choose; the rest follows from the input. */
export type Options = {
  /** Chunk size to aim at, a power of two. */
  readonly chunk: number;
  readonly downsampling: Downsampling;
  /** Bound of the simplification in voxels; 0 keeps the full-resolution surface. */
  readonly meshError: number;
  readonly mesh: boolean;
  /** Read everything back and judge it before it is published. */
  readonly verify: boolean;
  /** Sources of further layers, under the labels. */
  readonly images: readonly string[];
};

/** All that the stages need to know, and the same for every item: `plan.json` of the work store. */
export type Plan = {
  readonly program: string;
  readonly options: Options;
  readonly files: readonly InputFile[];
  /** The file of the segments' names, if there is one. */
  readonly names?: InputFile;
  readonly ignored: readonly string[];
  readonly slices: readonly SliceRef[];
  readonly notes: readonly string[];
  readonly info: VolumeInfo;
  readonly scales: readonly ScalePlan[];
  readonly voxelOffset: Vec3;
  /** Bits of the largest id that may occur: those of `data_type`, one less than the samples' if they are signed. */
  readonly idBits: number;
  /** Blocks of scale 0, and the voxels of one that the volume's end does not cut (see block.ts). */
  readonly blocks: number;
  readonly blockSize: Vec3;
  /** Groups of packs, and buckets of segments, of the mesh stage. */
  readonly groups: number;
  readonly buckets: number;
  /** Parts in which the volume is verified; 0 if it is not. */
  readonly parts: number;
};
