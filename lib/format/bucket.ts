import { fresh, type Take } from "../kernel/pile.ts";
import { copyBytes } from "../kernel/stage.ts";
import { hashId } from "./label.ts";

/** What a block knows of one segment; boxes are local voxels of scale 0: lo x, y, z, hi x, y, z. */
export type SegmentPart = {
  readonly lo: number;
  readonly hi: number;
  readonly voxels: number;
  readonly box: readonly number[];
  /** Sums of the x, y and z of its voxels, local voxels of scale 0; whole numbers. */
  readonly sums: readonly number[];
  readonly triangles: number;
  /** The pieces of its surface inside the block (see pack.ts). */
  readonly pieces: readonly Uint8Array[];
};

/** Words of a record: id 2, voxels, box 6, triangles, place and length of the surface, sums 6. */
export const recordWords = 18;

/**
 * The pack of one block, our own format of the work store, little-endian words: the number of records; the records,
 * bucket by bucket and by id; from a multiple of 8 on the surfaces in the same order, so that those of a bucket lie side
 * by side.
 *
 * @param take gives memory for it
 */
export function encodePack(parts: readonly SegmentPart[], buckets: number, take: Take = fresh): Uint8Array {
  const sorted = parts
    .map((part) => ({ part, bucket: bucketOf(part.lo, part.hi, buckets), bytes: bytesOf(part) }))
    .sort((a, b) => a.bucket - b.bucket || a.part.hi - b.part.hi || a.part.lo - b.part.lo);
  const start = Math.ceil((1 + recordWords * sorted.length) / 2) * 8;
  const size = sorted.reduce((sum, { bytes }) => sum + bytes, start);
  if (size >= 2 ** 32) throw new Error(`the surfaces of one block take ${size} bytes: beyond 4 GiB`);
  const pack = take(size);
  const words = new Uint32Array(pack.buffer, pack.byteOffset, start / 4);
  words[words.length - 1] = 0;
  words[0] = sorted.length;
  let at = start;
  sorted.forEach(({ part, bytes }, record) => {
    const { lo, hi, voxels, box, sums, triangles } = part;
    const fields = [lo, hi, voxels, ...box, triangles, at, bytes, ...sums.flatMap(splitSum)];
    words.set(fields, 1 + record * recordWords);
    for (const piece of part.pieces) {
      copyBytes(piece, pack.subarray(at));
      at += piece.byteLength;
    }
  });
  return pack;
}

function bytesOf({ pieces }: SegmentPart): number {
  return pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** Which bucket an id belongs to. */
export function bucketOf(lo: number, hi: number, buckets: number): number {
  return hashId(lo, hi) % buckets;
}

/** Bytes of a pack before its surfaces, from its first four. */
export function headLength(start: Uint8Array): number {
  return 4 * (1 + wordsOf(start.subarray(0, 4))[0]! * recordWords);
}

/** The words of a pack's records, from the bytes before its surfaces. */
export function decodeHead(head: Uint8Array): Uint32Array {
  return wordsOf(head).subarray(1);
}

/** A whole number below 2^53 as two words. */
function splitSum(sum: number): [number, number] {
  return [sum % 2 ** 32, Math.floor(sum / 2 ** 32)];
}

/** A copy: ranges may start at any byte. (`slice` of a Node Buffer would be a view.) */
export function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(new Uint8Array(bytes).buffer);
}
