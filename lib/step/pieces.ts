import { type BlockEntry, decodeEntries } from "../format/entry.ts";
import type { Pile } from "../kernel/pile.ts";
import { packKey } from "../plan/pipeline.ts";
import { inLanes } from "../store/lanes.ts";
import type { Store } from "../store/store.ts";
import type { GatheredSegment } from "./gather.ts";
import { readRange } from "./part.ts";

/** Bytes of surfaces that are read together. */
const mostBytes = 2 ** 23;

/** Cuts segments, in their order, into runs whose surfaces are read together: one that is larger is alone. */
export function* together(
  segments: readonly GatheredSegment[],
  most = mostBytes,
): Generator<GatheredSegment[]> {
  let run: GatheredSegment[] = [];
  let bytes = 0;
  for (const segment of segments) {
    if (run.length > 0 && bytes + segment.bytes > most) {
      yield run;
      run = [];
      bytes = 0;
    }
    run.push(segment);
    bytes += segment.bytes;
  }
  if (run.length > 0) yield run;
}

/** The surfaces of some entries, in their order: of each its encoded pieces one after another (see pack.ts). */
export type Surfaces = (entries: Iterable<BlockEntry>) => Uint8Array[];

/**
 * Reads the surfaces of some segments: those that lie side by side in a pack, as of a bucket they do, by one request.
 *
 * @param pile that they lie in
 */
export async function readSurfaces(
  work: Store,
  entries: Iterable<BlockEntry>,
  pile: Pile,
): Promise<Surfaces> {
  const ranges = rangesOf(entries);
  const read = await inLanes(ranges, ({ block, offset, length }) =>
    readRange(work, packKey(block), { offset, length, into: pile.take(length) }),
  );
  const byBlock = new Map<number, { offset: number; bytes: Uint8Array }[]>();
  for (const [i, { block, offset }] of ranges.entries()) {
    const bytes = read[i] as Uint8Array;
    const known = byBlock.get(block);
    if (known === undefined) byBlock.set(block, [{ offset, bytes }]);
    else known.push({ offset, bytes });
  }
  const bytesOf = ({ block, at, bytes: length }: BlockEntry) => {
    const range = byBlock.get(block)?.find(({ offset, bytes }) => offset <= at && at < offset + bytes.length);
    if (range === undefined) throw new Error(`the surface at byte ${at} of ${packKey(block)} was not read`);
    return range.bytes.subarray(at - range.offset, at - range.offset + length);
  };
  return (some) =>
    Array.from(some)
      .filter(({ bytes }) => bytes > 0)
      .map(bytesOf);
}

type PackRange = { block: number; offset: number; length: number };

function rangesOf(entries: Iterable<BlockEntry>): PackRange[] {
  const places = Array.from(entries, ({ block, at, bytes }) => ({ block, offset: at, length: bytes }))
    .filter(({ length }) => length > 0)
    .sort((a, b) => a.block - b.block || a.offset - b.offset);
  const ranges: PackRange[] = [];
  for (const place of places) {
    const last = ranges.at(-1);
    if (last?.block === place.block && last.offset + last.length === place.offset)
      last.length += place.length;
    else ranges.push({ ...place });
  }
  return ranges;
}

/** The entries of some segments, one after another. */
export function* entriesOfAll(segments: readonly GatheredSegment[]): Generator<BlockEntry> {
  for (const segment of segments) yield* decodeEntries(segment.entries);
}
