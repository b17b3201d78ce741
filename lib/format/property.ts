/** One row of the segment table. */
export type Segment = {
  /** Base 10: uint64 ids do not fit a JSON number. */
  readonly id: string;
  readonly voxels: number;
  /** Local voxels of scale 0: lo x, y, z, hi x, y, z, `hi` outside. */
  readonly box: readonly number[];
};

export type PropertyOptions = {
  /** Nanometres per voxel, x y z. */
  readonly resolution: readonly [number, number, number];
  readonly voxelOffset: readonly [number, number, number];
  /** Names of segments by id, of all or some. */
  readonly labels?: ReadonlyMap<string, string>;
};

/**
 * `segment_properties/info` (precomputed specification, "segment properties"): the list of all segments, with
 * numbers that the viewer can sort and filter by. Boxes are in global voxels, written as chunk names are.
 */
export function segmentProperties(segments: readonly Segment[], options: PropertyOptions): unknown {
  const { resolution, voxelOffset, labels } = options;
  const cubicMicrometres = (resolution[0] * resolution[1] * resolution[2]) / 1e9;
  const range = (box: readonly number[], d: 0 | 1 | 2) =>
    `${box[d]! + voxelOffset[d]}-${box[d + 3]! + voxelOffset[d]}`;
  const counts = segments.map((segment) => segment.voxels);
  const exact = counts.every((count) => count < 2 ** 32);
  const properties = [
    ...(labels
      ? [{ id: "label", type: "label", values: segments.map(({ id }) => labels.get(id) ?? "") }]
      : []),
    { id: "voxels", type: "number", data_type: exact ? "uint32" : "float32", values: counts },
    {
      id: "volume_um3",
      type: "number",
      data_type: "float32",
      description: "volume in cubic micrometres",
      values: counts.map((count) => Math.fround(count * cubicMicrometres)),
    },
    {
      id: "bounding_box",
      type: "string",
      description: "voxels x_y_z, the end outside",
      values: segments.map(({ box }) => `${range(box, 0)}_${range(box, 1)}_${range(box, 2)}`),
    },
  ];
  return {
    "@type": "neuroglancer_segment_properties",
    inline: { ids: segments.map(({ id }) => id), properties },
  };
}
