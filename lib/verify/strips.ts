import { type Blocks, type Decoded, wordsOfBits } from "./blocks.ts";
import { type Census, fitCensus } from "./census.ts";
import { type Digest, startDigest, stepA, stepB } from "./hash.ts";
import { addBits, addBox } from "./moments.ts";
import type { Palette } from "./palette.ts";

/**
 * Counts and hashes as `countView` does, but a block of one id or two by what is known of it. All rows of a strip of
 * blocks along x have the same spans: the blocks of one id side by side, each block of two, and what is written.
 *
 * @param lo local voxel of the view's first
 * @param hashed whether a hash is asked for
 * @returns the hash of the view (see hash.ts), if it is asked for
 */
export function countBlocks(
  { view, blocks }: Required<Decoded>,
  palette: Palette,
  census: Census,
  lo: readonly number[],
  hashed: boolean,
): Digest {
  fitCensus(census, palette.count);
  const { labels, offset, strideY, strideZ, shape } = view;
  const { size, grid, bits: words } = blocks;
  const [width, height, depth] = shape;
  const { a, b } = startDigest();
  const most = grid[0] * grid[1];
  const spans: Spans = {
    strips: new Int32Array(grid[1] + 1),
    ends: new Int32Array(most),
    zeros: new Int32Array(most),
    ones: new Int32Array(most),
    starts: new Int32Array(most),
  };
  const [x0, y0, z0] = lo as [number, number, number];
  const scan: Scan = {
    labels,
    strideY,
    words,
    x0,
    census,
    palette,
    lanes: Int32Array.of(a, b),
    spans,
    hashed,
  };
  for (let slab = 0; slab < grid[2]; slab++) {
    const firstZ = slab * size[2];
    const endZ = Math.min(depth, firstZ + size[2]);
    findSpans(spans, blocks, width, slab);
    for (let strip = 0; strip < grid[1]; strip++) {
      const y = strip * size[1];
      countSpans(scan, strip, y0 + y, y0 + Math.min(height, y + size[1]), z0 + firstZ, z0 + endZ);
    }
    // Hashes follow the order of rows, slice by slice.
    for (let k = firstZ; k < endZ; k++) {
      for (let strip = 0; strip < grid[1]; strip++) {
        const first = strip * size[1];
        const rows = Math.min(height, first + size[1]) - first;
        if (isOne(spans, strip)) {
          if (hashed) hashRows(scan, strip, rows);
        } else {
          const row = offset + first * strideY + k * strideZ;
          countRows(scan, strip, rows, row, (k - firstZ) * size[1], y0 + first, z0 + k);
        }
      }
    }
  }
  const { lanes } = scan;
  return { a: lanes[0]! >>> 0, b: lanes[1]! >>> 0 };
}

type Spans = {
  /** First span of each strip of a slab, and the end. */
  readonly strips: Int32Array;
  /** Where each span ends in x. */
  readonly ends: Int32Array;
  /** As of blocks. */
  readonly zeros: Int32Array;
  readonly ones: Int32Array;
  /** Where the bits of a block of two ids start. */
  readonly starts: Int32Array;
};

type Scan = {
  readonly labels: Uint32Array;
  readonly strideY: number;
  readonly words: Uint32Array;
  readonly x0: number;
  readonly census: Census;
  readonly palette: Palette;
  readonly lanes: Int32Array;
  readonly spans: Spans;
  readonly hashed: boolean;
};

function findSpans(spans: Spans, { size, grid, zeros, ones }: Blocks, width: number, slab: number) {
  const room = wordsOfBits(size);
  let count = 0;
  let block = slab * grid[0] * grid[1];
  for (let strip = 0; strip < grid[1]; strip++) {
    spans.strips[strip] = count;
    for (let x = 0; x < grid[0]; x++, block++) {
      const single = ones[block] === 0;
      const same = x > 0 && single && ones[block - 1] === 0 && zeros[block] === zeros[block - 1];
      if (!same) {
        spans.zeros[count] = zeros[block]!;
        spans.ones[count] = ones[block]!;
        spans.starts[count] = single ? 0 : block * room;
        count++;
      }
      spans.ends[count - 1] = Math.min(width, (x + 1) * size[0]);
    }
  }
  spans.strips[grid[1]] = count;
}

/** Whether all rows of a strip are one run. */
function isOne({ strips, zeros, ones }: Spans, strip: number): boolean {
  const from = strips[strip]!;
  return strips[strip + 1] === from + 1 && zeros[from] !== 0 && ones[from] === 0;
}

/** Counts the spans of a strip that are known, each at once. */
function countSpans(
  { spans, census, words, x0 }: Scan,
  strip: number,
  y: number,
  endY: number,
  z: number,
  endZ: number,
): void {
  const { strips, ends, zeros, ones, starts } = spans;
  let x = x0;
  for (let span = strips[strip]!; span < strips[strip + 1]!; span++) {
    const end = x0 + ends[span]!;
    const zero = zeros[span]! - 1;
    if (ones[span] !== 0)
      addBits(census, zero, ones[span]! - 1, words, starts[span]!, x, y, z, endY - y, endZ - z);
    else if (zero >= 0) addBox(census, zero, x, y, z, end, endY, endZ);
    x = end;
  }
}

/** Rows that are one run each. */
function hashRows({ spans, palette, lanes }: Scan, strip: number, rows: number): void {
  const label = spans.zeros[spans.strips[strip]!]! - 1;
  const a = palette.a[label]!;
  const b = palette.b[label]!;
  let laneA = lanes[0]!;
  let laneB = lanes[1]!;
  for (let j = 0; j < rows; j++) {
    laneA = stepA(laneA, a, 0);
    laneB = stepB(laneB, b, 0);
  }
  lanes[0] = laneA;
  lanes[1] = laneB;
}

/**
 * Hashes rows whose runs are looked for, and counts what is written of them.
 *
 * @param first where the first row starts
 * @param bits rows of bits before it in a block
 */
function countRows(
  scan: Scan,
  strip: number,
  rows: number,
  first: number,
  bits: number,
  y: number,
  z: number,
): void {
  const { labels, strideY, words, x0, census, palette, lanes, spans, hashed } = scan;
  const { strips, ends, zeros, ones, starts } = spans;
  const { a, b } = palette;
  const from = strips[strip]!;
  const to = strips[strip + 1]!;
  let laneA = lanes[0]!;
  let laneB = lanes[1]!;
  let row = first;
  for (let j = 0; j < rows; j++, row += strideY) {
    let last = -1;
    let x = 0;
    for (let span = from; span < to; span++) {
      const end = ends[span]!;
      const zero = zeros[span]! - 1;
      if (zero < 0) {
        while (x < end) {
          const label = labels[row + x]!;
          if (label !== last) {
            laneA = stepA(laneA, a[label]!, x);
            laneB = stepB(laneB, b[label]!, x);
            last = label;
          }
          const start = x++;
          while (x < end && labels[row + x] === label) x++;
          addBox(census, label, x0 + start, y + j, z, x0 + x, y + j + 1, z + 1);
        }
        continue;
      }
      const begin = x;
      x = end;
      if (!hashed) continue;
      let label = zero;
      let changes = 0;
      if (ones[span] !== 0) {
        const at = bits + j;
        const byte = words[starts[span]! + (at >>> 2)]! >>> ((at & 3) << 3);
        const change = zero ^ (ones[span]! - 1);
        // Bits of voxels that differ from the one before.
        changes = (byte ^ (byte << 1)) & 0xfe;
        label = zero ^ (-(byte & 1) & change);
        if (label !== last) {
          laneA = stepA(laneA, a[label]!, begin);
          laneB = stepB(laneB, b[label]!, begin);
        }
        for (; changes !== 0; changes &= changes - 1) {
          label ^= change;
          const start = begin + 31 - Math.clz32(changes & -changes);
          laneA = stepA(laneA, a[label]!, start);
          laneB = stepB(laneB, b[label]!, start);
        }
      } else if (label !== last) {
        laneA = stepA(laneA, a[label]!, begin);
        laneB = stepB(laneB, b[label]!, begin);
      }
      last = label;
    }
  }
  lanes[0] = laneA;
  lanes[1] = laneB;
}
