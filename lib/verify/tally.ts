import type { Entry } from "./census.ts";

/** Words of an entry: id 2, scale, box 6, one unused; then voxels and three sums as float64. */
const words = 10;
const bytesOf = 4 * words + 8 * 4;

/**
 * What an item found of each id, our own format of the work store: for each bucket and the end the number of its first
 * entry (uint32), padded to a multiple of 8; then the entries, bucket by bucket. A bucket is one or two reads of a range.
 */
export function encodeTally(
  entries: Iterable<Entry>,
  { buckets, bucketOf }: { buckets: number; bucketOf: (lo: number, hi: number) => number },
): Uint8Array {
  const kept = [...entries].map((entry) => ({ entry, bucket: bucketOf(entry.lo, entry.hi) }));
  kept.sort((one, other) => one.bucket - other.bucket);
  const start = startOf(buckets);
  const bytes = new Uint8Array(start + bytesOf * kept.length);
  const index = new Uint32Array(bytes.buffer, 0, buckets + 1);
  kept.forEach(({ entry, bucket }, i) => {
    index[bucket + 1]!++;
    const at = start + i * bytesOf;
    const { lo, hi, scale, box, voxels, sums } = entry;
    new Int32Array(bytes.buffer, at, words).set([lo | 0, hi | 0, scale, ...Array.from(box)]);
    new Float64Array(bytes.buffer, at + 4 * words, 4).set([voxels, ...Array.from(sums)]);
  });
  for (let bucket = 1; bucket <= buckets; bucket++) index[bucket]! += index[bucket - 1]!;
  return bytes;
}

function startOf(buckets: number): number {
  return Math.ceil((4 * (buckets + 1)) / 8) * 8;
}

/** Bytes of a tally to read first: the index is among them, and of most tallies all of it. */
export function tallyHead(buckets: number): { offset: number; length: number } {
  return { offset: 0, length: startOf(buckets) + 2 ** 16 };
}

/** Bytes of a bucket's entries, from those of `tallyHead`. */
export function tallyRange(
  head: Uint8Array,
  { bucket, buckets }: { bucket: number; buckets: number },
): { offset: number; length: number } {
  const [first, end] = new Uint32Array(head.slice(4 * bucket, 4 * bucket + 8).buffer);
  return { offset: startOf(buckets) + first! * bytesOf, length: (end! - first!) * bytesOf };
}

export function decodeTally(bytes: Uint8Array): Entry[] {
  const { buffer } = new Uint8Array(bytes);
  return Array.from({ length: bytes.length / bytesOf }, (_, i) => {
    const numbers = new Int32Array(buffer, i * bytesOf, words);
    const floats = new Float64Array(buffer, i * bytesOf + 4 * words, 4);
    return {
      lo: numbers[0]! >>> 0,
      hi: numbers[1]! >>> 0,
      scale: numbers[2]!,
      voxels: floats[0]!,
      box: numbers.subarray(3, 9),
      sums: floats.subarray(1, 4),
    };
  });
}
