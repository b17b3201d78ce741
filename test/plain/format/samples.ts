import { addLabel, type LabelTable } from "../../../lib/format/label.ts";
import type { Run, Samples } from "../../../lib/format/samples.ts";

/** `labelRun` without a kernel. */
export function labelPlainly(table: LabelTable, { bits, words }: Samples, run: Run): number {
  const { from, count, labels, at, rows = 1, stride = count } = run;
  for (let i = 0; i < count * rows; i++) {
    const w = from + i;
    const label =
      bits === 64 ? addLabel(table, words[2 * w]!, words[2 * w + 1]!) : addLabel(table, words[w]!, 0);
    if (label < 0) return i;
    labels[at + Math.floor(i / count) * stride + (i % count)] = label;
  }
  return -1;
}

/** `relabel` without a kernel. */
export function relabelPlainly(labels: Uint32Array, rank: Uint32Array): void {
  for (let i = 0; i < labels.length; i++) labels[i] = rank[labels[i]!]!;
}
