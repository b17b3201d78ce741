import { type Fault, InputError } from "../format/error.ts";
import { infoFault, mostAlong } from "../format/info.ts";
import type { Vec3 } from "../format/vec.ts";

/** Chunks of scale 0: the work lists are made in the memory of one function (1769 MB). */
const mostChunks = 2 ** 22;
/** Segments of a volume: their table is made in the memory of one function, and a viewer reads it whole. */
export const mostSegments = 2 ** 20;

/** @throws InputError if a volume is larger than can be planned */
export function checkExtent(size: Vec3, { chunkSize, chunks }: { chunkSize: Vec3; chunks: number }): void {
  const volume = `a volume of size ${size.join(" x ")}`;
  const found =
    chunks > mostChunks
      ? `${volume} has ${chunks} chunks of ${chunkSize.join(" x ")} voxels, and may have ${mostChunks}`
      : `${volume} is longer than ${mostAlong} voxels`;
  if (chunks <= mostChunks && size.every((along) => along <= mostAlong)) return;
  throw new InputError(infoFault(found, "Choose a larger chunk, or convert it in parts"));
}

/** @throws InputError if there are more files of slices than a volume has slices */
export function checkSliceCount(count: number): void {
  if (count <= mostAlong) return;
  const most = `a volume has at most ${mostAlong} slices`;
  throw new InputError({ file: "input", found: `there are ${count} TIFFs, and ${most}` });
}

/** The fault of having more segments than there may be. */
export function tooManySegments(): Fault {
  return {
    file: "slices",
    found: `hold more than ${mostSegments} different ids`,
    advice: "Are these labels? Join what belongs together, or convert the volume in parts",
  };
}

/**
 * Refuses a bucket that has so many segments that the volume has too many: ids are spread over the buckets by
 * chance, so no bucket is far from its share.
 *
 * @throws InputError
 */
export function checkBucket(segments: number, buckets: number): void {
  const share = mostSegments / buckets;
  if (segments > share + 8 * Math.sqrt(share)) throw new InputError(tooManySegments());
}
