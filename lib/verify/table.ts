import type { Vec3 } from "../format/vec.ts";
import { stepA, stepB } from "./hash.ts";
import { messageOf } from "./object.ts";
import { wordA, wordB } from "./palette.ts";
import { expectThat, type Report } from "./report.ts";

/** The segment table as it is published. Columns that it does not have are absent. */
export type Table = {
  readonly ids: readonly string[];
  readonly voxels?: readonly number[];
  /** Local voxels of scale 0: lo x, y, z, hi x, y, z; of a row. */
  readonly boxOf?: (row: number) => readonly number[];
};

/**
 * Reads `segment_properties/info` (precomputed specification, "segment properties").
 *
 * @param key of the object, for what is found wrong
 * @returns undefined if it cannot be gone by
 */
export function readTable(
  bytes: Uint8Array,
  { key, offset, report }: { key: string; offset: Vec3; report: Report },
): Table | undefined {
  const expect = (holds: boolean, found: string) =>
    expectThat(report, "table", holds, { at: key, found: found.slice(0, 300) });
  type Property = { id?: unknown; type?: unknown; values?: unknown };
  type Inline = { ids?: unknown; properties?: Property[] };
  let type: unknown;
  let inline: Inline | undefined;
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as { inline?: Inline };
    type = (value as { "@type"?: unknown })["@type"];
    inline = value.inline;
  } catch (error) {
    expect(false, `is not JSON (${messageOf(error)})`);
    return undefined;
  }
  expect(type === "neuroglancer_segment_properties", `@type is ${JSON.stringify(type)}`);
  const ids = Array.isArray(inline?.ids) ? (inline.ids as unknown[]) : [];
  const odd = ids.find((id) => !isId(id));
  const named = `ids has ${JSON.stringify(odd)}: ids are strings in base 10, as numbers they are rounded`;
  if (!expect(odd === undefined && Array.isArray(inline?.ids), named)) return undefined;
  expect(new Set(ids).size === ids.length, "an id is there twice");
  const properties = Array.isArray(inline?.properties) ? inline.properties : [];
  for (const { id, values } of properties) {
    const length = Array.isArray(values) ? values.length : "no";
    expect(
      length === ids.length,
      `property ${JSON.stringify(id)} has ${length} values for ${ids.length} ids`,
    );
  }
  const column = (name: string) => properties.find(({ id }) => id === name)?.values as unknown[] | undefined;
  const voxels = column("voxels") as number[] | undefined;
  const boxes = column("bounding_box");
  const box = boxes && { boxOf: (row: number) => parseBox(boxes[row], offset) };
  return { ids: ids as string[], ...(voxels && { voxels }), ...box };
}

/** A number in base 10, of 64 bits at most. */
export function isId(value: unknown): value is string {
  if (typeof value !== "string" || !/^(0|[1-9]\d{0,19})$/.test(value)) return false;
  return value.length < 20 || BigInt(value) < 2n ** 64n;
}

/** `10-13_-19--16_2-5`: ranges of global voxels. */
function parseBox(text: unknown, offset: Vec3): number[] {
  const ranges = String(text)
    .split("_")
    .map((range) => /^(-?\d+)-(-?\d+)$/.exec(range));
  const at = (end: 1 | 2) => [0, 1, 2].map((d) => Number(ranges[d]?.[end]) - offset[d]!);
  return [...at(1), ...at(2)];
}

/** Stands for a set of rows, in any order: sums of a hash of each, which stay exact up to 2^21 rows. */
export type Fingerprint = { a: number; b: number };

/** Adds a row: an id as two words, its voxels and its box. */
export function addRow(
  print: Fingerprint,
  { lo, hi, voxels, box }: { lo: number; hi: number; voxels: number; box: ArrayLike<number> },
): void {
  let a = wordA(lo, hi);
  let b = wordB(lo, hi);
  for (const value of [voxels % 2 ** 32, Math.floor(voxels / 2 ** 32), ...Array.from(box)]) {
    a = stepA(a, value | 0, 1);
    b = stepB(b, value | 0, 1);
  }
  print.a += a >>> 0;
  print.b += b >>> 0;
}
