import { type Fault, InputError } from "../format/error.ts";
import { infoFault, mostAlong } from "../format/info.ts";
import { product, type Vec3 } from "../format/vec.ts";

/** Chunks of scale 0: each is a PUT, and so many are 2,700 dollars of them. */
const mostChunks = 2 ** 29;
/** Voxels: work lists are made in the memory of one function, and batches do not grow beyond what one can do. */
const mostVoxels = 2 ** 50;
/** Segments of a volume: their table is made in the memory of one function, and a viewer reads it whole. */
export const mostSegments = 2 ** 20;

/** @throws InputError if a volume is larger than can be planned */
export function checkExtent(size: Vec3, { chunkSize, chunks }: { chunkSize: Vec3; chunks: number }): void {
  const volume = `a volume of size ${size.join(" x ")}`;
  const refuse = (found: string, advice: string) => {
    throw new InputError(infoFault(`${volume} ${found}`, advice));
  };
  if (size.some((along) => along > mostAlong)) {
    refuse(`is longer than ${mostAlong} voxels`, "Convert it in parts");
  }
  if (product(size) > mostVoxels) refuse(`has more than ${mostVoxels} voxels`, "Convert it in parts");
  if (chunks > mostChunks) {
    const found = `has ${chunks} chunks of ${chunkSize.join(" x ")} voxels, and may have ${mostChunks}`;
    refuse(found, "Choose a larger chunk, or convert it in parts");
  }
}

/** Voxels that the plan may read to know which of uint32 and uint64 holds all ids: it has a quarter of an hour. */
const mostLookedAt = 2 ** 33;

/** @throws InputError if the type of a volume would have to be found out by reading too many voxels */
export function checkLookedAt(size: Vec3): void {
  if (product(size) <= mostLookedAt) return;
  const found = `does not say data_type, and the volume is too large (${size.join(" x ")}) to look at all ids for it`;
  throw new InputError(infoFault(found, 'Add "data_type": "uint64", or "uint32" if all ids fit it'));
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
