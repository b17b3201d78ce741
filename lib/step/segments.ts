import type { Segment } from "../format/measure.ts";
import { segmentProperties, type TableOptions } from "../format/property.ts";
import { segmentTable } from "../format/table.ts";
import type { Plan } from "../plan/plan.ts";
import { putGzipped, putTable } from "../store/object.ts";
import type { Store } from "../store/store.ts";
import { gridOf } from "./grid.ts";

/** Name of the table for people and programs, beside the table for the viewer. */
export const tableName = "segments.csv";

/** Writes what is known of every segment: `segment_properties/info` for the viewer, `segments.csv` for all else. */
export async function putSegments(
  output: Store,
  plan: Plan,
  { segments, labels }: { segments: readonly Segment[]; labels?: ReadonlyMap<string, string> | undefined },
): Promise<number[]> {
  const { resolution } = gridOf(plan, 0).scale;
  const { size } = gridOf(plan, 0).grid;
  const { voxelOffset } = plan;
  const options: TableOptions = { resolution, size, voxelOffset, ...(labels && { labels }) };
  const properties = new TextEncoder().encode(JSON.stringify(segmentProperties(segments, options)));
  return [
    await putGzipped(output, `${plan.info.segment_properties}/info`, properties, "application/json"),
    await putTable(output, besideScales(plan, tableName), segmentTable(segments, options)),
  ];
}

/** Beside what it tells of: below the version, where there is one. */
export function besideScales({ info }: Plan, name: string): string {
  return info.segment_properties.replace(/segment_properties$/, name);
}
