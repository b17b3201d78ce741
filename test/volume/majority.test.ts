import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { mapVec, type Vec3 } from "../../lib/format/vec.ts";
import { cutView, wholeView } from "../../lib/format/view.ts";
import { downsample } from "../../lib/volume/majority.ts";

const folder = path.join(import.meta.dirname, "../fixture/majority");
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));

type Result = { factor: Vec3; origin: Vec3; shape: Vec3; voxels: string[] };
type Golden = { origin: Vec3; shape: Vec3; voxels: string[]; results: Result[] };

/** Labels in the order of the ids, as `downsample` wants them. */
function labelled(voxels: string[]): { labels: Uint32Array; ids: bigint[] } {
  const ids = [...new Set([0n, ...voxels.map(BigInt)])].sort((a, b) => (a < b ? -1 : 1));
  const rank = new Map(ids.map((id, i) => [id, i]));
  return { labels: Uint32Array.from(voxels, (id) => rank.get(BigInt(id))!), ids };
}

test.each(names)("%s: tensorstore's mode, odd sizes and origins included", (name) => {
  const goldens: Golden[] = JSON.parse(readFileSync(path.join(folder, name), "utf8"));
  expect(goldens.length).toBeGreaterThan(0);
  for (const { origin, shape, voxels, results } of goldens) {
    const { labels, ids } = labelled(voxels);
    for (const result of results) {
      const { factor } = result;
      const lead = mapVec((d) => origin[d] - Math.floor(origin[d] / factor[d]) * factor[d]);
      const reduced = downsample(wholeView(labels, shape), { factor, lead, downsampling: "majority" });
      expect(reduced.shape).toEqual(result.shape);
      expect(Array.from(reduced.labels, (label) => ids[label]!.toString())).toEqual(result.voxels);
    }
  }
});

test("works in place on a part of a larger array", () => {
  const labels = Uint32Array.from({ length: 6 * 5 * 4 }, (_, i) => (i * 7) % 3);
  const part = cutView(wholeView(labels, [6, 5, 4]), [1, 2, 1], [3, 3, 2]);
  const copy = new Uint32Array(18);
  for (let i = 0; i < 18; i++) {
    const [x, y, z] = [i % 3, Math.floor(i / 3) % 3, Math.floor(i / 9)];
    copy[i] = labels[1 + x + 6 * (2 + y) + 30 * (1 + z)]!;
  }
  const reduction = { factor: [2, 2, 2], lead: [0, 0, 0], downsampling: "majority" } as const;
  expect(downsample(part, reduction).labels).toEqual(
    downsample(wholeView(copy, [3, 3, 2]), reduction).labels,
  );
});

test("majority-sparse: background wins only where there is nothing else", () => {
  const labels = Uint32Array.of(0, 0, 0, 5, 0, 0, 0, 0);
  const reduction = { factor: [2, 2, 1], lead: [0, 0, 0] } as const;
  const view = wholeView(labels, [4, 2, 1]);
  // Cells {0,0,0,0} and {0,5,0,0}: voxels 3 and 2 of row 0 with the two below.
  expect(Array.from(downsample(view, { ...reduction, downsampling: "majority" }).labels)).toEqual([0, 0]);
  expect(Array.from(downsample(view, { ...reduction, downsampling: "majority-sparse" }).labels)).toEqual([
    0, 5,
  ]);
});
