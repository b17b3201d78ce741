import type { VolumeInfo } from "../format/dataset.ts";
import { InputError } from "../format/error.ts";
import { type Box, mapVec, type Vec3 } from "../format/vec.ts";
import type { Dataset } from "./dataset.ts";

/** A segment as the published table has it. */
export type Row = {
  readonly id: string;
  readonly voxels: number;
  /** Global voxels of scale 0, `hi` outside. */
  readonly box?: Box;
};

/** The segment table (`segment_properties/info`) of a dataset of ours. */
export async function readTable(dataset: Dataset, info: VolumeInfo): Promise<Row[]> {
  type Table = { inline: { ids: string[]; properties: { id: string; values: unknown[] }[] } };
  const { inline } = (await dataset.json(`${info.segment_properties}/info`)) as Table;
  const column = (name: string) => inline.properties.find(({ id }) => id === name)?.values ?? [];
  const voxels = column("voxels");
  const boxes = column("bounding_box");
  return inline.ids.map((id, i) => {
    const box = parseBox(boxes[i]);
    return { id, voxels: Number(voxels[i] ?? 0), ...(box && { box }) };
  });
}

/** @throws InputError if an id is not in the table */
export function selectRows(rows: readonly Row[], ids: readonly string[]): readonly Row[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const unknown = ids.filter((id) => !byId.has(id));
  if (unknown.length === 0) return [...new Set(ids)].map((id) => byId.get(id) as Row);
  const shown = unknown.slice(0, 5).join(", ");
  throw new InputError({
    file: "--ids",
    found: `${unknown.length} of ${ids.length} ids are not in the dataset (${shown})`,
  });
}

/** What a new state takes over from the dataset's own. */
export type Before = { readonly position?: Vec3; readonly colors: ReadonlyMap<string, string> };

/** Of a `state.json` that is missing or was changed by hand as much as can be used. */
export async function readState(dataset: Dataset): Promise<Before> {
  type Layer = { type?: string; segmentColors?: Record<string, string> };
  type State = { position?: unknown; layers?: Layer[] } | null;
  const state = (await dataset.json("state.json").catch(() => null)) as State;
  const own = Array.isArray(state?.layers)
    ? state.layers.find(({ type }) => type === "segmentation")
    : undefined;
  const { position } = state ?? {};
  const usable = Array.isArray(position) && position.length === 3 && position.every(Number.isFinite);
  return {
    colors: new Map(Object.entries(own?.segmentColors ?? {})),
    ...(usable && { position: position as unknown as Vec3 }),
  };
}

/** A box as the table writes it: `10-13_-19--16_2-5`. */
function parseBox(text: unknown): Box | undefined {
  if (typeof text !== "string") return undefined;
  const ranges = text.split("_").map((range) => /^(-?\d+)-(-?\d+)$/.exec(range));
  if (ranges.length !== 3 || ranges.includes(null)) return undefined;
  return { lo: mapVec((d) => Number(ranges[d]?.[1])), hi: mapVec((d) => Number(ranges[d]?.[2])) };
}
