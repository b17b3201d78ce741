import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { writeVolume } from "../../bench/make/folder.ts";
import { createPainter, type VolumePlan, volumes } from "../../bench/make/volume.ts";
import { takeSample } from "../../bench/quality/sample.ts";
import { openVolume } from "../../bench/stage/volume.ts";

const neurites = { ...volumes["small-guide"], size: [120, 90, 40], count: 45 } as const satisfies VolumePlan;
const cells = { ...volumes["small-dense"], size: [70, 60, 50] } as const satisfies VolumePlan;

function paint(plan: VolumePlan, slab = plan.size[2]): { labels: Uint16Array; ids: BigUint64Array } {
  const [width, height, depth] = plan.size;
  const painter = createPainter(plan);
  const labels = new Uint16Array(width * height * depth);
  for (let z = 0; z < depth; z += slab) {
    const end = Math.min(depth, z + slab);
    painter.paint(labels.subarray(width * height * z, width * height * end), z, end);
  }
  return { labels, ids: painter.ids };
}

const hash = (data: Uint16Array) =>
  createHash("sha256").update(new Uint8Array(data.buffer)).digest("hex").slice(0, 16);

test.each([
  ["neurites", neurites, "ecdd62fb2041743e"],
  ["cells", cells, "eb5f2a5fb8b82458"],
] as const)("%s are the same voxels in every run, in slabs of any height", (_, plan, expected) => {
  const { labels } = paint(plan);
  expect(hash(labels)).toBe(expected);
  expect(hash(paint(plan, 7).labels)).toBe(expected);
});

test("neurites: no label is lost, some run through the whole volume, most of it is background", () => {
  const { labels, ids } = paint(neurites);
  const [width] = neurites.size;
  const ends = [new Set<number>(), new Set<number>()] as const;
  labels.forEach((label, i) => {
    if (i % width === 0) ends[0].add(label);
    if (i % width === width - 1) ends[1].add(label);
  });
  expect(new Set(labels).size).toBe(46);
  expect(ids.length).toBe(46);
  expect(ends.every((end) => end.has(30))).toBe(true);
  const background = labels.filter((label) => label === 0).length / labels.length;
  expect(background).toBeGreaterThan(0.3);
});

test("the ids of the guide are 1 to 1046 without four", () => {
  const { ids } = createPainter({ ...neurites, count: 1042 });
  expect([ids.length, ids.at(-1), ids.includes(368n), ids.includes(1006n)]).toEqual([
    1043,
    1046n,
    false,
    false,
  ]);
});

test("cells: nearly all voxels have a label, and ids use all 64 bits", () => {
  const { labels, ids } = paint(cells);
  expect(labels.filter((label) => label === 0).length / labels.length).toBeLessThan(0.05);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].some((id) => id > 2n ** 63n)).toBe(true);
});

test("noise: a block holds about as many labels as voxels", () => {
  const { labels } = paint({ ...volumes["small-noise"], size: [8, 8, 8], count: 60_000 });
  expect(new Set(labels).size).toBeGreaterThan(490);
});

test("a folder holds the slices asked for and is planned by the pipeline; a sample finds its segments", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "neuropress-bench-"));
  try {
    await writeVolume({ ...neurites, storage: "lzw-predictor", slices: [10, 30] }, folder);
    expect((await readdir(folder)).filter((name) => name.endsWith(".tif"))).toHaveLength(20);
    expect((await readFile(path.join(folder, "0000.tif"))).subarray(0, 4)).toEqual(Buffer.from("II*\0"));
    const { plan } = await openVolume(folder);
    expect(plan.info.scales[0]?.size).toEqual([120, 90, 20]);
    const sample = await takeSample(folder);
    const { labels, ids } = paint(neurites);
    const part = labels.subarray(120 * 90 * 10, 120 * 90 * 30);
    expect(new Set(sample.ids)).toEqual(
      new Set([...new Set(part)].filter((l) => l > 0).map((l) => `${ids[l]}`)),
    );
    for (const id of sample.chosen) {
      const voxels = part.filter((label) => `${ids[label]}` === id).length;
      expect(sample.crop(id).volume.labels.reduce((sum, one) => sum + one, 0)).toBe(voxels);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
