import { type Census, createCensus, fitCensus } from "./census.ts";
import { createPalette, numberOf, type Palette } from "./palette.ts";

/** What voxels say of each id, by scale. */
export type Tally = { readonly palette: Palette; readonly censuses: Map<number, Census> };

/** Words of an entry: id 2, scale, box 6, one unused; then voxels and three sums as float64. */
const entryWords = 18;
/** Bytes of an entry. */
export const entryBytes = 4 * entryWords;
const boxAt = 3;
/** In float64. */
const floatsAt = 5;

export function createTally(): Tally {
  return { palette: createPalette(), censuses: new Map() };
}

/** What was counted, our own format of the work store: an entry for each id that a scale has, scale by scale. */
export function encodeTally({ palette, censuses }: Tally): Uint8Array {
  let count = 0;
  for (const { voxels } of censuses.values()) {
    for (let i = 0; i < voxels.length; i++) if (voxels[i] !== 0) count++;
  }
  const words = new Int32Array(entryWords * count);
  const floats = new Float64Array(words.buffer);
  let at = 0;
  for (const [scale, { voxels, boxes, sums }] of censuses) {
    for (let i = 0; i < voxels.length; i++) {
      if (voxels[i] === 0) continue;
      words[at] = palette.lo[i]!;
      words[at + 1] = palette.hi[i]!;
      words[at + 2] = scale;
      for (let d = 0; d < 6; d++) words[at + boxAt + d] = boxes[6 * i + d]!;
      const floatAt = at / 2 + floatsAt;
      floats[floatAt] = voxels[i]!;
      for (let d = 0; d < 3; d++) floats[floatAt + 1 + d] = sums[3 * i + d]!;
      at += entryWords;
    }
  }
  return new Uint8Array(words.buffer);
}

/**
 * Adds entries of what was counted elsewhere.
 *
 * @throws Error if the last one is cut: nothing may get lost without a word
 */
export function addTally({ palette, censuses }: Tally, bytes: Uint8Array): void {
  if (bytes.length % entryBytes !== 0) throw new Error(`a tally has ${bytes.length} bytes, no whole entries`);
  // A copy: ranges may start at any byte.
  const { buffer } = new Uint8Array(bytes);
  const words = new Int32Array(buffer);
  const floats = new Float64Array(buffer);
  let scale = -1;
  let census = createCensus();
  for (let at = 0; at < words.length; at += entryWords) {
    if (words[at + 2] !== scale) {
      scale = words[at + 2]!;
      census = censuses.get(scale) ?? createCensus();
      censuses.set(scale, census);
    }
    const number = numberOf(palette, words[at]! >>> 0, words[at + 1]! >>> 0);
    fitCensus(census, palette.count);
    const { voxels, boxes, sums } = census;
    const floatAt = at / 2 + floatsAt;
    voxels[number]! += floats[floatAt]!;
    for (let d = 0; d < 3; d++) {
      sums[3 * number + d]! += floats[floatAt + 1 + d]!;
      const [lo, hi] = [6 * number + d, 6 * number + 3 + d];
      boxes[lo] = Math.min(boxes[lo]!, words[at + boxAt + d]!);
      boxes[hi] = Math.max(boxes[hi]!, words[at + boxAt + 3 + d]!);
    }
  }
}

/**
 * Sorts entries by bucket, each bucket's in their order: for each bucket and the end the number of its first entry
 * (uint32), padded to a multiple of 8; then the entries. A bucket is two reads of a range.
 */
export function sortTally(
  bytes: Uint8Array,
  { buckets, bucketOf }: { buckets: number; bucketOf: (lo: number, hi: number) => number },
): Uint8Array {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const start = startOf(buckets) / 4;
  const sorted = new Uint32Array(start + words.length);
  const index = sorted.subarray(0, buckets + 1);
  for (let at = 0; at < words.length; at += entryWords) index[bucketOf(words[at]!, words[at + 1]!) + 1]!++;
  for (let bucket = 1; bucket <= buckets; bucket++) index[bucket]! += index[bucket - 1]!;
  const next = index.slice();
  for (let at = 0; at < words.length; at += entryWords) {
    const to = start + entryWords * next[bucketOf(words[at]!, words[at + 1]!)]!++;
    for (let word = 0; word < entryWords; word++) sorted[to + word] = words[at + word]!;
  }
  return new Uint8Array(sorted.buffer);
}

function startOf(buckets: number): number {
  return Math.ceil((4 * (buckets + 1)) / 8) * 8;
}

/** Bytes of a sorted tally that tell where a bucket's entries lie. */
export function tallyRow(bucket: number): { offset: number; length: number } {
  return { offset: 4 * bucket, length: 8 };
}

/** Bytes of a bucket's entries, from those of `tallyRow`. */
export function tallyRange(row: Uint8Array, buckets: number): { offset: number; length: number } {
  const [first, end] = new Uint32Array(new Uint8Array(row).buffer);
  return { offset: startOf(buckets) + first! * entryBytes, length: (end! - first!) * entryBytes };
}
