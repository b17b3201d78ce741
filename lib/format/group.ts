import { bucketOf, recordWords, wordsOf } from "./bucket.ts";
import { entryWords } from "./entry.ts";

/** The records of a block's pack, as words. */
export type BlockRecords = { readonly block: number; readonly records: Uint32Array };

/** Words of the table per bucket: its first entry, the one after its last, whether a further part follows. */
const rowWords = 3;

/**
 * What some packs know of their segments, our own format of the work store, little-endian words: a table of the
 * buckets, then the entries bucket by bucket, of each by block and by id. So a bucket is two range reads of each group
 * of blocks, where it would be two of each block.
 *
 * @param packs by ascending block
 * @param more whether a further part of the same group follows
 */
export function encodeGroup(packs: readonly BlockRecords[], buckets: number, more: boolean): Uint8Array {
  const counts = new Uint32Array(buckets + 1);
  eachRecord(packs, buckets, (bucket) => {
    counts[bucket + 1]!++;
  });
  for (let b = 1; b <= buckets; b++) counts[b]! += counts[b - 1]!;
  const table = rowWords * buckets;
  const words = new Uint32Array(table + entryWords * counts[buckets]!);
  for (let b = 0; b < buckets; b++) words.set([counts[b]!, counts[b + 1]!, more ? 1 : 0], b * rowWords);
  eachRecord(packs, buckets, (bucket, block, record) => {
    const at = table + counts[bucket]!++ * entryWords;
    words[at] = block;
    words.set(record, at + 1);
  });
  return new Uint8Array(words.buffer);
}

function eachRecord(
  packs: readonly BlockRecords[],
  buckets: number,
  take: (bucket: number, block: number, record: Uint32Array) => void,
): void {
  for (const { block, records } of packs) {
    for (let at = 0; at < records.length; at += recordWords) {
      const bucket = bucketOf(records[at]!, records[at + 1]!, buckets);
      take(bucket, block, records.subarray(at, at + recordWords));
    }
  }
}

/** Bytes of a group that tell where a bucket's entries lie. */
export function rowRange(bucket: number): { offset: number; length: number } {
  return { offset: bucket * rowWords * 4, length: rowWords * 4 };
}

/** Bytes of a bucket's entries, from the bytes of `rowRange`, and whether a further part follows. */
export function entryRange(
  row: Uint8Array,
  buckets: number,
): { offset: number; length: number; more: boolean } {
  const [first, end, more] = wordsOf(row);
  const offset = 4 * (rowWords * buckets + first! * entryWords);
  return { offset, length: 4 * (end! - first!) * entryWords, more: more === 1 };
}
