import { expect, test } from "vitest";
import type { Vec3 } from "../../lib/format/vec.ts";
import { encodeBatches, itemsIn, meshBatches, pyramidBatches } from "../../lib/plan/batch.ts";
import { planBlocks } from "../../lib/plan/block.ts";
import { bucketCount, encodeItems, meshItems, pyramidItems } from "../../lib/plan/items.ts";
import { planScales } from "../../lib/plan/scale.ts";

const plan = (size: Vec3, resolution: Vec3 = [8, 8, 8]) =>
  planScales({ size, resolution, voxelOffset: [0, 0, 0] }, 128);
const full = (scales: ReturnType<typeof plan>) => scales[0] as (typeof scales)[number];

test.each([
  [
    [1406, 621, 138],
    [798, 798, 2000],
  ],
  [
    [2048, 2048, 2048],
    [8, 8, 8],
  ],
  [
    [100, 90, 20],
    [8, 8, 40],
  ],
] as [Vec3, Vec3][])("batches of %s: every item once, in its order", (size, resolution) => {
  const scales = plan(size, resolution);
  const voxels = size[0] * size[1] * size[2];
  const blocks = encodeItems(planBlocks(full(scales), { width: size[0], height: 1 }));
  expect(itemsIn(encodeBatches(blocks))).toEqual(blocks);
  const buckets = meshItems(bucketCount(size));
  expect(itemsIn(meshBatches(buckets, voxels))).toEqual(buckets);
  for (let k = 1; k < scales.length; k++) {
    const chunks = pyramidItems(k, scales[k]!);
    expect(itemsIn(pyramidBatches(chunks, scales))).toEqual(chunks);
  }
});

test("the guide's volume is one batch of blocks, one for each scale, two of meshes", () => {
  const size: Vec3 = [1406, 621, 138];
  const scales = plan(size, [798, 798, 2000]);
  const blocks = planBlocks(full(scales), { width: size[0], height: 1 });
  expect(encodeBatches(encodeItems(blocks))).toHaveLength(1);
  expect(meshBatches(meshItems(bucketCount(size)), 1406 * 621 * 138)).toHaveLength(2);
  for (let k = 1; k < scales.length; k++)
    expect(pyramidBatches(pyramidItems(k, scales[k]!), scales)).toHaveLength(1);
});

test("a batch is bounded by its work, and by what the state of an execution holds", () => {
  const scales = plan([8192, 8192, 4096]);
  const blocks = encodeItems(planBlocks(full(scales), { width: 8192, height: 1 }));
  for (const { items } of encodeBatches(blocks)) {
    const voxels = items.reduce(
      (sum, { box: { lo, hi } }) => sum + (hi[0] - lo[0]) * (hi[1] - lo[1]) * (hi[2] - lo[2]),
      0,
    );
    expect(voxels).toBeLessThanOrEqual(2 ** 27);
    expect(voxels).toBeGreaterThan(2 ** 25);
  }
  const tiny = Array.from({ length: 5000 }, (_, block) => ({
    block,
    box: { lo: [0, 0, 0] as Vec3, hi: [8, 8, 8] as Vec3 },
  }));
  for (const batch of encodeBatches(tiny)) expect(JSON.stringify(batch).length).toBeLessThan(200_000);
});
