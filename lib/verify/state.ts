import type { Layout } from "./layout.ts";
import { expectThat, type Report } from "./report.ts";
import { isId } from "./table.ts";

type Layer = { type?: unknown; name?: unknown; source?: unknown; segments?: unknown };

/**
 * Checks the viewer's state: it opens inside the volume, its voxels are those of the volume, and the segments that it
 * selects are ids of the volume, as strings.
 *
 * @param knows whether an id is of the volume; left out if that is not known
 */
export function checkState(
  text: string,
  { layout, report, knows }: { layout: Layout; report: Report; knows?: (id: string) => boolean },
): void {
  const expect = (holds: boolean, found: string) =>
    expectThat(report, "state", holds, { at: "state.json", found: found.slice(0, 300) });
  let state: { layers?: unknown; position?: unknown; dimensions?: unknown };
  try {
    state = JSON.parse(text) as typeof state;
  } catch {
    expect(false, "is not JSON");
    return;
  }
  const [full] = layout.scales;
  const dimensions = (state.dimensions ?? {}) as Record<string, unknown>;
  for (const [d, axis] of ["x", "y", "z"].entries()) {
    const [length, unit] = (Array.isArray(dimensions[axis]) ? dimensions[axis] : []) as unknown[];
    const metres = full.resolution[d]! * 1e-9;
    const right = unit === "m" && typeof length === "number" && Math.abs(length / metres - 1) < 1e-6;
    expect(right, `dimensions.${axis} is ${JSON.stringify(dimensions[axis])}, and a voxel is ${metres} m`);
  }
  const { position } = state;
  const inside =
    Array.isArray(position) &&
    position.length === 3 &&
    position.every((v, d) => v >= full.offset[d]! && v <= full.offset[d]! + full.size[d]!);
  expect(inside, `position ${JSON.stringify(position)} is outside of the volume`);
  const layers = (Array.isArray(state.layers) ? state.layers : []) as Layer[];
  const labels = layers.filter((layer) => layer?.type === "segmentation");
  if (!expect(labels.length > 0, "has no segmentation layer")) return;
  for (const { source, segments = [] } of labels) {
    const precomputed = /^precomputed:\/\/|\|neuroglancer-precomputed:/.test(String(source));
    expect(precomputed, `its source is ${JSON.stringify(source)}, not precomputed`);
    for (const id of Array.isArray(segments) ? (segments as unknown[]) : []) {
      const plain = typeof id === "string" ? id.replace(/^!/, "") : id;
      if (!expect(isId(plain), `segments has ${JSON.stringify(id)}: ids are strings in base 10`)) continue;
      if (knows !== undefined)
        expect(knows(plain as string), `segments has ${plain}, which is no id of the volume`);
    }
  }
}
