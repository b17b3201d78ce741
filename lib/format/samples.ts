import { kernels } from "../kernel/kernel.ts";
import { addressFor, createScratch, inKernel } from "../kernel/scratch.ts";
import { addLabel, type LabelTable } from "./label.ts";
import { showTable } from "./shown.ts";

/** Unsigned samples as they lie in memory; 64-bit ones are (lo, hi) pairs of a Uint32Array. */
export type Samples =
  | { readonly bits: 8; readonly words: Uint8Array }
  | { readonly bits: 16; readonly words: Uint16Array }
  | { readonly bits: 32 | 64; readonly words: Uint32Array };

/**
 * Where samples go: `rows` rows (1 unless told) of `count`, from sample `from` on, to `labels[at]` and after. From one
 * row to the next it is `count` samples and `stride` labels.
 */
export type Run = {
  from: number;
  count: number;
  labels: Uint32Array;
  at: number;
  rows?: number;
  stride?: number;
};

const sources = createScratch();
const targets = createScratch();

/**
 * Replaces samples by their dense labels. Neighbours are mostly equal, so the hash is asked only where the label
 * changes.
 *
 * @returns -1, or the index (counted from `from`) of the first sample whose id the table refuses
 */
export function labelRun(table: LabelTable, samples: Samples, run: Run): number {
  const { from, count, labels, at, rows = 1, stride = count } = run;
  const { bits, words } = samples;
  const perSample = bits === 64 ? 2 : 1;
  const source = words.subarray(from * perSample, (from + count * rows) * perSample);
  const target = labels.subarray(at, at + stride * (rows - 1) + count);
  if (source.length !== count * rows * perSample || target.length !== stride * (rows - 1) + count) {
    throw new Error(`${rows} rows of ${count} are more than there are samples or labels`);
  }
  const own = inKernel(target, targets);
  const refused = labelRows(table, { bits, words: source }, { count, rows, stride, target: own });
  if (own !== target) target.set(own);
  return refused;
}

/** A typed view of little-endian sample bytes. `bytes.byteOffset` must be a multiple of the sample's size. */
export function samplesOf(bytes: Uint8Array, bits: 8 | 16 | 32 | 64): Samples {
  const { buffer, byteOffset, byteLength } = bytes;
  if (bits === 8) return { bits, words: bytes };
  if (bits === 16) return { bits, words: new Uint16Array(buffer, byteOffset, byteLength / 2) };
  return { bits, words: new Uint32Array(buffer, byteOffset, byteLength / 4) };
}

type Rows = { count: number; rows: number; stride: number; target: Uint32Array };

/** The kernel stops at each id that is new: the table is this side's to change. */
function labelRows(
  table: LabelTable,
  { bits, words }: { bits: number; words: Samples["words"] },
  { count, rows, stride, target }: Rows,
): number {
  const source = addressFor(words, sources);
  const labels = target.byteOffset;
  const perSample = bits === 64 ? 2 : 1;
  for (let done = 0; ; ) {
    const { lo, hi, slots, mask } = showTable(table);
    done = kernels.renumber(bits, source, count, rows, labels, stride, done, lo, hi, slots, mask);
    if (done === count * rows) return -1;
    const word = words[done * perSample]!;
    if (addLabel(table, word, bits === 64 ? words[done * 2 + 1]! : 0) < 0) return done;
  }
}
