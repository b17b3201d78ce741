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
  /** The surface inside the block (see pack.ts); empty without one. */
  readonly piece: Uint8Array;
};

/** A part whose surface still lies in the store, at these bytes of the pack. */
export type SegmentEntry = Omit<SegmentPart, "piece"> & { readonly at: number; readonly bytes: number };

/** Words of a record: id 2, voxels, box 6, sums 6, triangles, place and length of the surface. */
const recordWords = 18;

/**
 * The pack of one block, our own format of the work store, little-endian words: for each bucket and the end
 * the number of its first record; then all records, bucket by bucket and by id; then the surfaces in the
 * same order. So a bucket is three range reads of each pack, however many segments there are.
 */
export function encodePack(parts: readonly SegmentPart[], buckets: number): Uint8Array {
  const sorted = parts
    .map((part) => ({ part, bucket: bucketOf(part.lo, part.hi, buckets) }))
    .sort((a, b) => a.bucket - b.bucket || a.part.hi - b.part.hi || a.part.lo - b.part.lo);
  const start = 4 * (buckets + 1 + recordWords * sorted.length);
  const size = sorted.reduce((sum, { part }) => sum + part.piece.byteLength, start);
  if (size >= 2 ** 32) throw new Error(`the surfaces of one block take ${size} bytes: beyond 4 GiB`);
  const pack = new Uint8Array(size);
  const words = new Uint32Array(pack.buffer, 0, start / 4);
  let at = start;
  sorted.forEach(({ part, bucket }, record) => {
    words[bucket + 1]!++;
    const { lo, hi, voxels, box, sums, triangles, piece } = part;
    const fields = [lo, hi, voxels, ...box, ...sums.flatMap(splitSum), triangles, at, piece.byteLength];
    words.set(fields, buckets + 1 + record * recordWords);
    pack.set(piece, at);
    at += piece.byteLength;
  });
  for (let b = 1; b <= buckets; b++) words[b]! += words[b - 1]!;
  return pack;
}

/** Which bucket an id belongs to. */
export function bucketOf(lo: number, hi: number, buckets: number): number {
  return hashId(lo, hi) % buckets;
}

/** Bytes of a pack that tell where a bucket's records lie. */
export function indexRange(bucket: number): { offset: number; length: number } {
  return { offset: bucket * 4, length: 8 };
}

/** Bytes of a bucket's records, from the bytes of `indexRange`. */
export function recordRange(index: Uint8Array, buckets: number): { offset: number; length: number } {
  const [first, end] = wordsOf(index);
  return { offset: 4 * (buckets + 1 + first! * recordWords), length: 4 * (end! - first!) * recordWords };
}

export function decodeRecords(bytes: Uint8Array): SegmentEntry[] {
  const words = wordsOf(bytes);
  return Array.from({ length: words.length / recordWords }, (_, i) => {
    const record = words.subarray(i * recordWords, (i + 1) * recordWords);
    return {
      lo: record[0]!,
      hi: record[1]!,
      voxels: record[2]!,
      box: Array.from(new Int32Array(record.slice(3, 9).buffer)),
      sums: [9, 11, 13].map((at) => record[at]! + record[at + 1]! * 2 ** 32),
      triangles: record[15]!,
      at: record[16]!,
      bytes: record[17]!,
    };
  });
}

/** A whole number below 2^53 as two words. */
function splitSum(sum: number): [number, number] {
  return [sum % 2 ** 32, Math.floor(sum / 2 ** 32)];
}

/** A copy: ranges may start at any byte. (`slice` of a Node Buffer would be a view.) */
function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(new Uint8Array(bytes).buffer);
}
