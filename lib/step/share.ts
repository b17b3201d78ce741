import type { TiffSource } from "../format/tiff.ts";
import type { Store } from "../store/store.ts";

/**
 * What blocks of one volume that are read one after another have in common: open files with their headers, small
 * files whole, and the slices that two blocks above each other both need.
 */
export type Share = {
  /** The source of a file, opened once. */
  source(name: string, open: () => TiffSource): TiffSource;
  /** Samples of a window of a slice, if they were kept. */
  kept(window: string): Uint8Array | undefined;
  /** Keeps a copy of samples for the next block. */
  keep(window: string, samples: Uint8Array): void;
};

/** A file up to this size is fetched whole: one request costs what it costs, however little it brings. */
const wholeBytes = 2 ** 20;
/** What a source of a larger file holds: two windows with headers. */
const headerBytes = 2 ** 17;
const mostSourceBytes = 96 * 2 ** 20;
const mostSampleBytes = 32 * 2 ** 20;

const shares = new WeakMap<Store, Share>();

/** From now on what is read of this input is shared between blocks: about 128 MiB at most. */
export function shareReads(input: Store): void {
  const sources = bounded<TiffSource>(mostSourceBytes, ({ size }) =>
    size <= wholeBytes ? size : headerBytes,
  );
  const samples = bounded<Uint8Array>(mostSampleBytes, ({ byteLength }) => byteLength);
  shares.set(input, {
    source(name, open) {
      const known = sources.get(name);
      if (known !== undefined) return known;
      const source = inOne(open());
      sources.set(name, source);
      return source;
    },
    kept: (window) => samples.get(window),
    keep: (window, bytes) => samples.set(window, bytes.slice()),
  });
}

/** What is shared of an input, if anything is. */
export function shareOf(input: Store): Share | undefined {
  return shares.get(input);
}

/** A small file as a source that asks for it once. */
function inOne(source: TiffSource): TiffSource {
  const { size } = source;
  if (size > wholeBytes) return source;
  let whole: Promise<Uint8Array> | undefined;
  return {
    ...source,
    async read(offset, length) {
      const asked = whole ?? source.read(0, size);
      whole = asked;
      // A failed read is asked again by whoever comes next.
      asked.catch(() => {
        whole = undefined;
      });
      return (await asked).subarray(offset, offset + length);
    },
  };
}

type Bounded<V> = { get(key: string): V | undefined; set(key: string, value: V): void };

/** Keeps the latest values, as many as fit. */
function bounded<V>(most: number, sizeOf: (value: V) => number): Bounded<V> {
  const values = new Map<string, V>();
  let bytes = 0;
  return {
    get: (key) => values.get(key),
    set(key, value) {
      if (values.has(key)) return;
      values.set(key, value);
      bytes += sizeOf(value);
      for (const [oldest, old] of values) {
        if (bytes <= most) break;
        values.delete(oldest);
        bytes -= sizeOf(old);
      }
    },
  };
}
