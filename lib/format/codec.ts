import type { LabelTable } from "./label.ts";
import { raw } from "./raw.ts";
import { segmentation } from "./segmentation.ts";
import type { DataType } from "./type.ts";
import type { Vec3 } from "./vec.ts";
import type { LabelView } from "./view.ts";

/** Chunk encodings that keep every id (`encoding` in `info`). */
export type Encoding = "raw" | "compressed_segmentation";

export type ChunkFormat = {
  readonly dataType: DataType;
  /** `compressed_segmentation_block_size`; unused by `raw`. */
  readonly block: Vec3;
};

/** What an encoding does with a chunk. The labels of both directions are those of `table`. */
export type Codec = {
  encode(view: LabelView, table: LabelTable, format: ChunkFormat): Uint8Array;
  decode(bytes: Uint8Array, table: LabelTable, format: ChunkFormat & { target: LabelView }): void;
};

export const codecs: Record<Encoding, Codec> = { raw, compressed_segmentation: segmentation };
