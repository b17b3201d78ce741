import { type Census, createCensus } from "./census.ts";
import type { Digest } from "./hash.ts";
import { compareInfo, compareSize, readInfo } from "./info.ts";
import type { Layout } from "./layout.ts";
import type { Rule } from "./majority.ts";
import { messageOf, type Objects, readObject, unpackObject } from "./object.ts";
import { partsOf } from "./part.ts";
import { expectThat, type Report, wrong } from "./report.ts";
import { checkSegments, type Row } from "./segments.ts";
import { foreignTolerance, ownTolerance, type Tolerance } from "./shape.ts";
import { checkState } from "./state.ts";
import { readTable, type Table } from "./table.ts";
import { checkTotals } from "./totals.ts";
import { checkPart, volumeCheck } from "./volume.ts";

/** What is known of the input of a dataset. */
export type Original = {
  /** Columns, rows, slices. */
  readonly size: readonly number[];
  /** Hash of the source where a chunk of scale 0 lies, by the number of the chunk. */
  readonly digestOf: (chunk: number) => Digest | undefined;
  /** Voxels per id. */
  readonly voxels: ReadonlyMap<string, number>;
  /** Text of its `info`, if it has one. */
  readonly info?: string;
};

export type Checked = {
  readonly report: Report;
  readonly layout: Layout | undefined;
  readonly unchecked: readonly string[];
};

/** Voxels of a part; how a whole dataset is cut does not matter. */
const partVoxels = 2 ** 24;

/**
 * Checks a dataset that is finished, ours or another's, as far as it goes.
 *
 * @param open is asked for the original once the layout is known
 * @param names of the objects below a prefix, where they can be listed
 */
export async function checkDataset(
  objects: Objects,
  {
    open,
    names,
    report = {},
  }: {
    open?: (layout: Layout) => Promise<Original>;
    names?: (prefix: string) => AsyncIterable<string>;
    report?: Report;
  } = {},
): Promise<Checked> {
  const unchecked: string[] = [];
  const info = await readObject({ objects, report }, "info", "info");
  const layout = info && readInfo(new TextDecoder().decode(info), report);
  if (layout === undefined) return { report, layout, unchecked };
  const original = await open?.(layout);
  if (original === undefined) unchecked.push("the source, which was not given");
  if (original !== undefined) compareSize(layout, original.size, report);
  if (original?.info !== undefined) compareInfo(layout, original.info, report);
  const made = await readMade({ objects, report }, layout);
  const expected = original?.digestOf ?? (() => undefined);
  const volume = volumeCheck({ layout, objects, report, expected, rule: made.rule, smallest: made.ours });
  for (const part of partsOf(layout, partVoxels)) await checkPart(volume, part);
  const table = await readRows({ objects, report }, layout);
  if (table === undefined) unchecked.push("the segment table: there is none");
  const legacy = await isLegacy({ objects, report }, layout);
  if (layout.mesh === undefined) unchecked.push("meshes: there are none");
  else if (!legacy) unchecked.push("meshes: they are of another kind than the legacy one");
  const judged = legacy ? layout : withoutMesh(layout);
  const rows = table && rowsOf(table);
  const { palette, censuses } = volume;
  await checkSegments(
    {
      ...{ layout: judged, objects, report, tolerance: made.tolerance },
      ...(rows && { rows }),
      ...(original && { source: original.voxels }),
    },
    { palette, censuses },
  );
  checkTotals(report, layout);
  const ids = idsOf(censuses.get(0) ?? createCensus(), volume.palette);
  if (legacy && names !== undefined) await checkStrays(names, `${layout.mesh}/`, { ids, report });
  const state = await objects.get("state.json");
  const text = state && unpackObject(report, "state.json", state);
  if (text) checkState(new TextDecoder().decode(text), { layout, report, knows: (id) => ids.has(id) });
  else unchecked.push("state.json: there is none");
  return { report, layout, unchecked };
}

type Reading = { readonly objects: Objects; readonly report: Report };

function withoutMesh({ mesh: _, ...layout }: Layout): Layout {
  return layout;
}

/** Datasets of ours say how they were made; of others any majority is taken, and meshes that are near. */
async function readMade(
  { objects, report }: Reading,
  { properties }: Layout,
): Promise<{ ours: boolean; rule: Rule; tolerance: Tolerance }> {
  const foreign = { ours: false, rule: "majority", tolerance: foreignTolerance } as const;
  if (properties === undefined || !/(^|\/)segment_properties$/.test(properties)) return foreign;
  const key = properties.replace(/segment_properties$/, "provenance.json");
  const stored = await objects.get(key);
  const bytes = stored && unpackObject(report, key, stored);
  if (bytes === undefined) return foreign;
  try {
    type Options = { downsampling?: Rule; meshError?: number };
    const { options } = JSON.parse(new TextDecoder().decode(bytes)) as { options?: Options };
    const { downsampling: rule = "majority", meshError = 0 } = options ?? {};
    return { ours: true, rule, tolerance: ownTolerance(meshError) };
  } catch (error) {
    wrong(report, "info", { at: key, found: `is not JSON (${messageOf(error)})` });
    return foreign;
  }
}

/** The table, if `info` names one: then the viewer needs it. */
async function readRows({ objects, report }: Reading, layout: Layout): Promise<Table | undefined> {
  if (layout.properties === undefined) return undefined;
  const key = `${layout.properties}/info`;
  const bytes = await readObject({ objects, report }, "table", key);
  return bytes && readTable(bytes, { key, offset: layout.scales[0].offset, report });
}

function rowsOf({ ids, voxels, boxOf }: Table): ReadonlyMap<string, Row> {
  return new Map(
    ids.map((id, i) => {
      const [counted, box] = [voxels?.[i], boxOf?.(i)];
      return [id, { ...(counted !== undefined && { voxels: counted }), ...(box && { box }) }];
    }),
  );
}

/** Without `mesh/info`, viewers take meshes for legacy ones. */
async function isLegacy({ objects, report }: Reading, { mesh }: Layout): Promise<boolean> {
  if (mesh === undefined) return false;
  const key = `${mesh}/info`;
  const stored = await objects.get(key);
  const bytes = stored && unpackObject(report, key, stored);
  if (bytes === undefined) return true;
  let type: unknown;
  try {
    type = (JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>)["@type"];
  } catch {
    expectThat(report, "manifests", false, { at: key, found: "is not JSON" });
  }
  return type === undefined || type === "neuroglancer_legacy_mesh";
}

function idsOf(
  { voxels }: Census,
  palette: { lo: Uint32Array; hi: Uint32Array; count: number },
): Set<string> {
  const ids = new Set<string>();
  for (let i = 1; i < palette.count; i++)
    if (voxels[i]! > 0) ids.add(((BigInt(palette.hi[i]!) << 32n) | BigInt(palette.lo[i]!)).toString());
  return ids;
}

/** Manifests of ids that the volume does not have. */
async function checkStrays(
  names: (prefix: string) => AsyncIterable<string>,
  prefix: string,
  { ids, report }: { ids: ReadonlySet<string>; report: Report },
): Promise<void> {
  for await (const key of names(prefix)) {
    const id = /^(\d+):0(\.gz)?$/.exec(key.slice(prefix.length))?.[1];
    if (id === undefined || ids.has(id)) continue;
    wrong(report, "manifests", { at: key, found: `is of ${id}, which has no voxels` });
  }
}
