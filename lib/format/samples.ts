import { addLabel, type LabelTable } from "./label.ts";

/** Unsigned samples as they lie in memory; 64-bit ones are (lo, hi) pairs of a Uint32Array. */
export type Samples =
  | { readonly bits: 8; readonly words: Uint8Array }
  | { readonly bits: 16; readonly words: Uint16Array }
  | { readonly bits: 32 | 64; readonly words: Uint32Array };

/** Where a run of samples goes: `count` samples from sample `from` on, to `labels[at]` and after. */
export type Run = { from: number; count: number; labels: Uint32Array; at: number };

/**
 * Replaces a run of samples by their dense labels. Neighbours are mostly equal, so the hash is asked only
 * where the label changes.
 *
 * @returns -1, or the index (counted from `from`) of the first sample whose id the table refuses
 */
export function labelRun(table: LabelTable, samples: Samples, run: Run): number {
  return samples.bits === 64 ? labelPairs(table, samples.words, run) : labelWords(table, samples.words, run);
}

/** A typed view of little-endian sample bytes. `bytes.byteOffset` must be a multiple of the sample's size. */
export function samplesOf(bytes: Uint8Array, bits: 8 | 16 | 32 | 64): Samples {
  const { buffer, byteOffset, byteLength } = bytes;
  if (bits === 8) return { bits, words: bytes };
  if (bits === 16) return { bits, words: new Uint16Array(buffer, byteOffset, byteLength / 2) };
  return { bits, words: new Uint32Array(buffer, byteOffset, byteLength / 4) };
}

function labelPairs(table: LabelTable, words: Uint32Array, { from, count, labels, at }: Run): number {
  let lastLo = 0;
  let lastHi = 0;
  let label = 0;
  for (let i = 0, w = from * 2; i < count; i++, w += 2) {
    const lo = words[w]!;
    const hi = words[w + 1]!;
    if (lo !== lastLo || hi !== lastHi) {
      label = addLabel(table, lo, hi);
      if (label < 0) return i;
      lastLo = lo;
      lastHi = hi;
    }
    labels[at + i] = label;
  }
  return -1;
}

function labelWords(
  table: LabelTable,
  words: Uint8Array | Uint16Array | Uint32Array,
  { from, count, labels, at }: Run,
): number {
  let last = 0;
  let label = 0;
  for (let i = 0; i < count; i++) {
    const word = words[from + i]!;
    if (word !== last) {
      label = addLabel(table, word, 0);
      if (label < 0) return i;
      last = word;
    }
    labels[at + i] = label;
  }
  return -1;
}
