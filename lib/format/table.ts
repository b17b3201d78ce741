import { measure, type Segment } from "./measure.ts";
import type { TableOptions } from "./property.ts";

const columns = [
  ...["id", "label", "voxels", "volume_um3", "surface_um2", "triangles", "touches_border"],
  ...["centroid_x", "centroid_y", "centroid_z"],
  ...["begin_x", "begin_y", "begin_z", "end_x", "end_y", "end_z"],
];

/**
 * `segments.csv`: the segment table for spreadsheets and data frames (RFC 4180, but lines end in LF), one row per
 * segment. Boxes (the end outside) and centroids are in global voxels; `surface_um2` and `triangles` are empty
 * without meshes. Numbers are written whole, as a double needs it to be read back.
 */
export function segmentTable(segments: readonly Segment[], options: TableOptions): string {
  const lines = segments.map((segment) => {
    const { id } = segment;
    const { voxels, volumeUm3, surfaceUm2, triangles, touchesBorder, centroid, box } = measure(
      segment,
      options,
    );
    const shape = [voxels, volumeUm3, surfaceUm2 ?? "", triangles ?? "", touchesBorder ? 1 : 0];
    return [id, quoted(options.labels?.get(id) ?? ""), ...shape, ...centroid, ...box].join(",");
  });
  return `${[columns.join(","), ...lines].join("\n")}\n`;
}

/** In quotes where the text would not stay one cell. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
