import type { Vec3 } from "../../../lib/format/vec.ts";
import { casesOf } from "../make.ts";
import { type IdAt, infoOf, plainId, slicesOf, volumeOf } from "../volume.ts";

/** Volumes at the edges of what a volume can be. */
const { list, ok } = casesOf("shape");
export const shapes = list;

function shape(name: string, size: Vec3, idAt: IdAt = plainId, encoding = "raw"): void {
  const volume = volumeOf("uint32", idAt, size);
  ok(name, { volume, files: slicesOf(volume), info: infoOf(volume, { encoding }) });
}

shape("one voxel", [1, 1, 1], () => 5n);
shape("one voxel of background", [1, 1, 1], () => 0n);
shape("one slice", [45, 34, 1]);
shape("one row", [50, 1, 3], (x) => BigInt(x >> 3));
shape("one column", [1, 50, 3], (_, y) => BigInt(y >> 3), "compressed_segmentation");
shape("nothing but background", [45, 34, 6], () => 0n);
shape("one label everywhere", [45, 34, 6], () => 9n);
shape("one voxel more than chunks", [65, 129, 3], (x, y, z) => BigInt((x >> 4) * 100 + (y >> 5) * 10 + z));
shape(
  "more chunks than one, compressed",
  [130, 131, 5],
  (x, y) => BigInt((x ^ y) >> 3),
  "compressed_segmentation",
);
