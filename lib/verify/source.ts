import { type Digest, startDigest, stepA, stepB } from "./hash.ts";
import { gridOf, type Layout } from "./layout.ts";
import { createPalette, idOf, numberOf, type Palette } from "./palette.ts";
import { wordsOf } from "./raw.ts";

/** What is kept of a source that is read slice by slice: a hash for each chunk of scale 0, and the voxels per id. */
export type SourceSums = {
  readonly layout: Layout;
  readonly digests: { readonly a: Int32Array; readonly b: Int32Array };
  readonly palette: Palette;
  voxels: Float64Array;
};

export function startSource(layout: Layout): SourceSums {
  const [x, y, z] = gridOf(layout.scales[0]);
  const { a, b } = startDigest();
  const lanes = () => new Int32Array(x * y * z);
  const digests = { a: lanes().fill(a), b: lanes().fill(b) };
  return { layout, digests, palette: createPalette(), voxels: new Float64Array(256) };
}

/**
 * Adds a slice; they must come in the order of z.
 *
 * @param bytes samples of the slice, little-endian, row by row
 * @param bits of a sample: 8, 16, 32 or 64
 */
export function addSlice(
  sums: SourceSums,
  bytes: Uint8Array,
  { bits, z }: { bits: number; z: number },
): void {
  const { layout, digests, palette } = sums;
  const [full] = layout.scales;
  const [width, height] = full.size;
  const grid = gridOf(full);
  const { words, step } = wordsOf(bytes, bits);
  for (let y = 0; y < height; y++) {
    const first = grid[0] * (Math.floor(y / full.chunk[1]) + grid[1] * Math.floor(z / full.chunk[2]));
    for (let c = 0; c < grid[0]; c++) {
      const from = c * full.chunk[0];
      const length = Math.min(full.chunk[0], width - from);
      let [a, b] = [digests.a[first + c]!, digests.b[first + c]!];
      let at = (y * width + from) * step;
      let x = 0;
      while (x < length) {
        const lo = words[at]!;
        const hi = step === 2 ? words[at + 1]! : 0;
        const start = x;
        do {
          x++;
          at += step;
        } while (x < length && words[at] === lo && (step === 1 || words[at + 1] === hi));
        const number = numberOf(palette, lo, hi);
        if (number >= sums.voxels.length) sums.voxels = doubled(sums.voxels);
        sums.voxels[number]! += x - start;
        a = stepA(a, palette.a[number]!, start);
        b = stepB(b, palette.b[number]!, start);
      }
      digests.a[first + c] = a;
      digests.b[first + c] = b;
    }
  }
}

/** The hash of the source where a chunk of scale 0 lies. */
export function sourceDigest({ digests }: SourceSums, chunk: number): Digest {
  return { a: digests.a[chunk]! >>> 0, b: digests.b[chunk]! >>> 0 };
}

/** Voxels of each id that has some. */
export function sourceVoxels({ palette, voxels }: SourceSums): Map<string, number> {
  const found = new Map<string, number>();
  for (let i = 0; i < palette.count; i++) if (voxels[i]! > 0) found.set(idOf(palette, i), voxels[i]!);
  return found;
}

function doubled(numbers: Float64Array): Float64Array {
  const more = new Float64Array(2 * numbers.length);
  more.set(numbers);
  return more;
}
