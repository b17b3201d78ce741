import { type Frame, type Measured, measure, type Segment } from "./measure.ts";

export type TableOptions = Frame & {
  /** Names of segments by id, of all or some. */
  readonly labels?: ReadonlyMap<string, string>;
};

/**
 * `segment_properties/info` (precomputed specification, "segment properties"): the list of all segments, with
 * numbers that the viewer can sort and filter by. Boxes and centroids are in global voxels (voxel i spans
 * [i, i + 1)); boxes are written as chunk names are.
 */
export function segmentProperties(segments: readonly Segment[], options: TableOptions): unknown {
  const { labels } = options;
  const rows = segments.map((segment) => measure(segment, options));
  const properties = [
    ...(labels
      ? [{ id: "label", type: "label", values: segments.map(({ id }) => labels.get(id) ?? "") }]
      : []),
    counts("voxels", "number of voxels", rows, ({ voxels }) => voxels),
    reals("volume_um3", "volume in cubic micrometres", rows, ({ volumeUm3 }) => volumeUm3),
    ...meshColumns(rows),
    {
      ...column("touches_border", "1 if it reaches the border of the volume, where it may go on"),
      data_type: "uint8",
      values: rows.map(({ touchesBorder }) => (touchesBorder ? 1 : 0)),
    },
    ...["x", "y", "z"].map((axis, d) =>
      reals(
        `centroid_${axis}`,
        `${axis} of the mean of its voxels, in voxels`,
        rows,
        ({ centroid }) => centroid[d]!,
      ),
    ),
    {
      id: "bounding_box",
      type: "string",
      description: "voxels x_y_z, the end outside",
      values: rows.map(({ box }) => [0, 1, 2].map((d) => `${box[d]!}-${box[d + 3]!}`).join("_")),
    },
  ];
  return {
    "@type": "neuroglancer_segment_properties",
    inline: { ids: segments.map(({ id }) => id), properties },
  };
}

function meshColumns(rows: readonly Measured[]) {
  if (!rows.some(({ triangles }) => triangles !== undefined)) return [];
  return [
    reals("surface_um2", "area of the mesh in square micrometres", rows, ({ surfaceUm2 }) => surfaceUm2 ?? 0),
    counts("triangles", "triangles of the mesh", rows, ({ triangles }) => triangles ?? 0),
  ];
}

function column(id: string, description: string) {
  return { id, type: "number", description };
}

type Pick = (row: Measured) => number;

function reals(id: string, description: string, rows: readonly Measured[], pick: Pick) {
  return {
    ...column(id, description),
    data_type: "float32",
    values: rows.map((row) => Math.fround(pick(row))),
  };
}

/** Exact as long as the format can: it has no integers beyond 32 bits. */
function counts(id: string, description: string, rows: readonly Measured[], pick: Pick) {
  const values = rows.map(pick);
  const exact = values.every((value) => value < 2 ** 32);
  return { ...column(id, description), data_type: exact ? "uint32" : "float32", values };
}
