import { recordWords, type SegmentPart } from "./bucket.ts";

/** A segment's record in the pack of one block; its surface lies at these bytes of the pack. */
export type BlockEntry = Omit<SegmentPart, "pieces"> & {
  readonly block: number;
  readonly at: number;
  readonly bytes: number;
};

/** Words of an entry: the block, then the record of its pack. */
export const entryWords = 1 + recordWords;

/** The entries in some words one by one. */
export function* decodeEntries(words: Uint32Array): Generator<BlockEntry> {
  for (let i = 0; i < words.length; i += entryWords) {
    yield {
      block: words[i]!,
      lo: words[i + 1]!,
      hi: words[i + 2]!,
      voxels: words[i + 3]!,
      box: Array.from(new Int32Array(words.slice(i + 4, i + 10).buffer)),
      triangles: words[i + 10]!,
      at: words[i + 11]!,
      bytes: words[i + 12]!,
      sums: [13, 15, 17].map((d) => words[i + d]! + words[i + d + 1]! * 2 ** 32),
    };
  }
}

/** The entries of one segment, as words: as objects those of a segment in all blocks would take gigabytes. */
export type SegmentEntries = { readonly lo: number; readonly hi: number; readonly words: Uint32Array };

/** Sorts entries by ascending id; those of one id stay in their order. */
export function bySegment(words: Uint32Array): SegmentEntries[] {
  const count = words.length / entryWords;
  const lo = (entry: number) => words[entry * entryWords + 1]!;
  const hi = (entry: number) => words[entry * entryWords + 2]!;
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort(
    (a, b) => hi(a) - hi(b) || lo(a) - lo(b) || a - b,
  );
  const segments: SegmentEntries[] = [];
  for (let from = 0, to = 0; from < count; from = to) {
    const first = order[from]!;
    const isSame = (entry: number) => lo(entry) === lo(first) && hi(entry) === hi(first);
    while (to < count && isSame(order[to]!)) to++;
    const own = new Uint32Array((to - from) * entryWords);
    for (let i = from; i < to; i++) {
      const at = order[i]! * entryWords;
      own.set(words.subarray(at, at + entryWords), (i - from) * entryWords);
    }
    segments.push({ lo: lo(first), hi: hi(first), words: own });
  }
  return segments;
}

/** What all blocks have of one segment. */
export type SegmentSum = {
  readonly voxels: number;
  readonly triangles: number;
  /** Bytes of its surfaces. */
  readonly bytes: number;
  /** Local voxels of scale 0: lo x, y, z, hi x, y, z. */
  readonly box: readonly number[];
  /** Mean of the middles of its voxels, local voxels of scale 0. */
  readonly centroid: readonly number[];
};

export function sumEntries(words: Uint32Array): SegmentSum {
  const sum = { voxels: 0, triangles: 0, bytes: 0 };
  const none = Number.POSITIVE_INFINITY;
  const box = [none, none, none, -none, -none, -none];
  const sums = [0, 0, 0];
  for (const entry of decodeEntries(words)) {
    sum.voxels += entry.voxels;
    sum.triangles += entry.triangles;
    sum.bytes += entry.bytes;
    // A block may have some surface of a segment and none of its voxels.
    if (entry.voxels === 0) continue;
    for (let d = 0; d < 3; d++) sums[d]! += entry.sums[d]!;
    for (let d = 0; d < 6; d++) box[d] = (d < 3 ? Math.min : Math.max)(box[d]!, entry.box[d]!);
  }
  return { ...sum, box, centroid: sums.map((along) => along / sum.voxels + 0.5) };
}
