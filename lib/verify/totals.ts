import { type Layout, scaleOf, voxelsOf } from "./layout.ts";
import { expectThat, type Report } from "./report.ts";
import { addRow, type Fingerprint, type Table } from "./table.ts";

/** What only the whole can tell: the voxels of all ids are those of the volume. */
export function checkTotals(report: Report, layout: Layout): void {
  layout.scales.forEach((scale, k) => {
    const counted = report.voxels?.sums[`voxels of scale ${k}`] ?? 0;
    const all = voxelsOf({ lo: [0, 0, 0], hi: scale.size });
    const found = `the voxels of all ids are ${counted}, and the scale has ${all}`;
    expectThat(report, "voxels", counted === all, { at: scale.key, found });
  });
}

/**
 * Compares a table with the segments of all parts, of which only the sums are at hand (see `addRow`): it has every
 * segment with its voxels and its box, and nothing else.
 */
export function checkTable(report: Report, table: Table, key: string): void {
  const print: Fingerprint = { a: 0, b: 0 };
  const { ids, voxels = [], boxOf } = table;
  for (const [i, id] of ids.entries()) {
    const value = BigInt(id);
    const [lo, hi] = [Number(value & 0xffffffffn), Number(value >> 32n)];
    addRow(print, { lo, hi, voxels: voxels[i] ?? 0, box: boxOf?.(i) ?? [] });
  }
  const { segments = 0, "print a": a = 0, "print b": b = 0 } = report.table?.sums ?? {};
  const counted = `has ${ids.length} segments, and the volume has ${segments}`;
  expectThat(report, "table", ids.length === segments, { at: key, found: counted });
  const same = print.a === a && print.b === b;
  const found = "has other voxels or boxes of some segment than the volume";
  expectThat(report, "table", same || ids.length !== segments, { at: key, found });
}

/** The name of a scale without the version that it lies below. */
export function scaleName(layout: Layout, index: number): string {
  return scaleOf(layout, index).key.replace(/^.*\//, "");
}
