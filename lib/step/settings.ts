import type { Encoding } from "../format/codec.ts";
import type { Vec3 } from "../format/vec.ts";
import type { Options } from "../plan/plan.ts";

/** What a run is asked to do, beside its input. */
export type Settings = Options & {
  /** Nanometres per voxel, where there is no `info` or to be checked against it. */
  readonly resolution?: Vec3;
  readonly encoding?: Encoding;
  /** The one input file that is the whole stack; else all slices of the input are. */
  readonly stack?: string;
  /** Prefix of all that `info` points to; empty on one machine. */
  readonly version: string;
};

/** What is done unless someone says otherwise. */
export const usualSettings: Settings = {
  chunk: 128,
  downsampling: "majority",
  meshError: 0.3,
  mesh: true,
  verify: true,
  images: [],
  version: "",
};
