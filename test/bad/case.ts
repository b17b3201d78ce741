import type { DataType } from "../../lib/format/type.ts";
import type { Vec3 } from "../../lib/format/vec.ts";

export type Group =
  | "encoding"
  | "shape"
  | "pixels"
  | "stack"
  | "names"
  | "broken"
  | "several"
  | "info"
  | "limits";

/** What scale 0 must hold, voxel for voxel: x fastest, z slowest. */
export type Volume = { readonly size: Vec3; readonly dataType: DataType; readonly ids: BigUint64Array };

/** What must be said: every file that is at fault by its name, and the cause in words that fit `says`. */
export type Refusal = { readonly files: readonly string[]; readonly says: RegExp };

/**
 * An input and what must come of it: a volume, or a refusal. Where both are given either is right; a dataset with
 * other voxels never is.
 */
export type Case = {
  readonly group: Group;
  readonly name: string;
  /** What a user would upload, `info` among it. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly volume?: Omit<Volume, "dataType"> & { readonly dataType?: DataType | undefined };
  readonly refusal?: Refusal;
  /** In the cloud there is no end of an upload: some that is refused locally waits there, and says what for. */
  readonly waits?: RegExp;
};
