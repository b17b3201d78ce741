import { mapVec, type Vec3 } from "../../../lib/format/vec.ts";
import { type LabelView, wholeView } from "../../../lib/format/view.ts";
import type { Reduction } from "../../../lib/volume/majority.ts";

/** The distinct voxels of a cell and their counts; at most 8. */
const cell = new Uint32Array(8);

/** `downsample` without a kernel. */
export function downsamplePlainly(source: LabelView, { factor, lead, downsampling }: Reduction): LabelView {
  const shape = mapVec((d) => Math.ceil((source.shape[d] + lead[d]) / factor[d]));
  const target = wholeView(new Uint32Array(shape[0] * shape[1] * shape[2]), shape);
  const vote = downsampling === "majority" ? mostFrequent : mostFrequentSegment;
  const rows = new Int32Array(4);
  for (let z = 0; z < shape[2]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      const count = sourceRows(source, { factor, lead, y, z, rows });
      const to = y * target.strideY + z * target.strideZ;
      const line = { width: shape[0], step: factor[0], lead: lead[0], length: source.shape[0], to, vote };
      reduceRow(source.labels, rows, count, target.labels, line);
    }
  }
  return target;
}

type Vote = (count: number) => number;
type Line = { width: number; step: number; lead: number; length: number; to: number; vote: Vote };

/** Starts of the source's rows (at most 4) that a row of the target covers. */
function sourceRows(
  source: LabelView,
  { factor, lead, y, z, rows }: { factor: Vec3; lead: Vec3; y: number; z: number; rows: Int32Array },
): number {
  let count = 0;
  for (let k = z * factor[2] - lead[2]; k < (z + 1) * factor[2] - lead[2]; k++) {
    if (k < 0 || k >= source.shape[2]) continue;
    for (let j = y * factor[1] - lead[1]; j < (y + 1) * factor[1] - lead[1]; j++) {
      if (j < 0 || j >= source.shape[1]) continue;
      rows[count++] = source.offset + j * source.strideY + k * source.strideZ;
    }
  }
  return count;
}

/** Most cells hold one label: they are told by comparing, and only the others are counted. */
function reduceRow(labels: Uint32Array, rows: Int32Array, count: number, out: Uint32Array, line: Line): void {
  const { width, step, lead, length, to, vote } = line;
  for (let x = 0; x < width; x++) {
    const from = Math.max(0, x * step - lead);
    const stop = Math.min(length, (x + 1) * step - lead);
    const first = labels[rows[0]! + from]!;
    let mixed = 0;
    for (let r = 0; r < count; r++) {
      const row = rows[r]!;
      for (let i = row + from; i < row + stop; i++) mixed |= labels[i]! ^ first;
    }
    if (mixed === 0) {
      out[to + x] = first;
      continue;
    }
    let n = 0;
    for (let r = 0; r < count; r++) {
      const row = rows[r]!;
      for (let i = row + from; i < row + stop; i++) cell[n++] = labels[i]!;
    }
    out[to + x] = vote(n);
  }
}

/** The most frequent of the first `n` entries of `cell`, the smallest of them if several are. */
function mostFrequent(n: number): number {
  let best = 0;
  let bestCount = 0;
  for (let i = 0; i < n; i++) {
    const label = cell[i]!;
    let count = 0;
    for (let j = 0; j < n; j++) count += cell[j] === label ? 1 : 0;
    if (count > bestCount || (count === bestCount && label < best)) {
      best = label;
      bestCount = count;
    }
  }
  return best;
}

function mostFrequentSegment(n: number): number {
  let kept = 0;
  for (let i = 0; i < n; i++) {
    if (cell[i] !== 0) cell[kept++] = cell[i]!;
  }
  return mostFrequent(kept);
}
