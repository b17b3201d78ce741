import { expect, test } from "vitest";
import type { Vec3 } from "../../lib/format/vec.ts";
import { batchesOf, itemsIn } from "../../lib/plan/batch.ts";
import { planBlockSize } from "../../lib/plan/block.ts";
import { bucketCount, groupCount, partGroupCount, partsOfGroup } from "../../lib/plan/items.ts";
import { type FanOutStage, workLists } from "../../lib/plan/pipeline.ts";
import type { Plan } from "../../lib/plan/plan.ts";
import { planScales } from "../../lib/plan/scale.ts";

const stages = ["encode", "pyramid", "mesh", "verify"] as const;
const product = ([x, y, z]: readonly number[]) => x! * y! * z!;

function planOf(size: Vec3, { resolution = [8, 8, 8] as Vec3, chunk = 128 } = {}): Plan {
  const scales = planScales({ size, resolution, voxelOffset: [0, 0, 0] }, chunk);
  const blockSize = planBlockSize(scales[0]!, { width: Math.min(512, size[0]), height: 512 });
  const blocks = product(size.map((along, d) => Math.ceil(along / blockSize[d]!)));
  const counts = { blocks, groups: groupCount(blocks), buckets: bucketCount(size) };
  const parts = Math.ceil(product(size) / 2 ** 24);
  return { scales, blockSize, ...counts, parts } as unknown as Plan;
}

const batchesIn = (plan: Plan, stage: FanOutStage) =>
  workLists(stage, plan.scales.length).map((list) => batchesOf(plan, list));

/** All blocks, each made and then sorted: what the lists must hold, however they are written. */
function everyBlock({ scales, blockSize }: Plan) {
  const { size } = scales[0]!;
  const blocks: { block: number; box: { lo: number[]; hi: number[] } }[] = [];
  for (let z = 0; z < size[2]; z += blockSize[2]) {
    for (let y = 0; y < size[1]; y += blockSize[1]) {
      for (let x = 0; x < size[0]; x += blockSize[0]) {
        const hi = [x, y, z].map((lo, d) => Math.min(size[d]!, lo + blockSize[d]!));
        blocks.push({ block: blocks.length, box: { lo: [x, y, z], hi } });
      }
    }
  }
  const voxels = ({ box }: (typeof blocks)[number]) => product(box.hi.map((hi, d) => hi - box.lo[d]!));
  return blocks.sort((a, b) => voxels(b) - voxels(a) || a.block - b.block);
}

function everyChunk({ scales }: Plan, scale: number) {
  const { size, chunkSize } = scales[scale]!;
  const shape = size.map((along, d) => Math.ceil(along / chunkSize[d]!));
  const chunks = [];
  for (let z = 0; z < shape[2]!; z++) {
    for (let y = 0; y < shape[1]!; y++) {
      for (let x = 0; x < shape[0]!; x++) chunks.push({ scale, lo: [x, y, z], hi: [x + 1, y + 1, z + 1] });
    }
  }
  return chunks;
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

test.each([
  [[1406, 621, 138], [798, 798, 2000], 128],
  [[2048, 2048, 2048], [8, 8, 8], 128],
  [[100, 90, 20], [8, 8, 40], 64],
  // Blocks that are cut along several axes to the same number of voxels, and rows of a single block.
  [[300, 300, 300], [8, 8, 8], 64],
  [[70, 3000, 900], [8, 8, 8], 32],
  [[5000, 70, 90], [8, 8, 8], 16],
] as [Vec3, Vec3, number][])(
  "lists of %s: every item once, largest blocks first",
  (size, resolution, chunk) => {
    const plan = planOf(size, { resolution, chunk });
    const [encode] = batchesIn(plan, "encode");
    expect(itemsIn(plan, "encode", encode!)).toEqual(everyBlock(plan));
    const [gather, buckets] = batchesIn(plan, "mesh");
    expect(itemsIn(plan, "mesh", gather!)).toEqual(numbers(plan.groups).map((group) => ({ group })));
    expect(itemsIn(plan, "mesh", buckets!)).toEqual(numbers(plan.buckets).map((bucket) => ({ bucket })));
    const [parts, groups, judged] = batchesIn(plan, "verify");
    expect(itemsIn(plan, "verify", parts!)).toEqual(numbers(plan.parts).map((part) => ({ part })));
    expect(itemsIn(plan, "verify", groups!)).toEqual([{ group: 0 }]);
    expect(itemsIn(plan, "verify", judged!)).toEqual(numbers(plan.buckets).map((bucket) => ({ bucket })));
    for (const [i, batches] of batchesIn(plan, "pyramid").entries())
      expect(itemsIn(plan, "pyramid", batches)).toEqual(everyChunk(plan, i + 1));
  },
);

test("the guide's volume is one batch of blocks, one for each scale, one of packs and two of meshes", () => {
  const plan = planOf([1406, 621, 138], { resolution: [798, 798, 2000] });
  expect(batchesIn(plan, "encode").map(({ length }) => length)).toEqual([1]);
  expect(batchesIn(plan, "pyramid").every(({ length }) => length === 1)).toBe(true);
  expect(batchesIn(plan, "mesh").map(({ length }) => length)).toEqual([1, 2]);
});

test("what is not verified has lists of nothing", () => {
  const plan = { ...planOf([1406, 621, 138]), parts: 0 };
  expect(batchesIn(plan, "verify")).toEqual([[], [], []]);
});

test.each([
  [0, []],
  [1, [1]],
  [16_384, [16_384]],
  [16_385, [16_384, 1]],
  [68_120, [16_384, 16_384, 16_384, 16_384, 2584]],
])("%i parts: each in one group, a batch of its own", (parts, sizes) => {
  const plan = { ...planOf([100, 90, 20]), parts };
  const groups = numbers(partGroupCount(plan)).map((group) => partsOfGroup(plan, group));
  expect(groups.map(({ from, to }) => to - from)).toEqual(sizes);
  expect(groups.map(({ from }) => from)).toEqual(groups.map((_, group) => group * 16_384));
  expect(batchesIn(plan, "verify")[1]).toEqual(
    groups.map((_, group) => ({ gather: true, runs: [[group, 1]] })),
  );
});

test("a batch is bounded by its work", () => {
  const plan = planOf([8192, 8192, 4096]);
  for (const batch of batchesIn(plan, "encode").flat()) {
    const boxes = itemsIn(plan, "encode", [batch]).map(({ box }) => box);
    const voxels = boxes.reduce((sum, { lo, hi }) => sum + product(hi.map((end, d) => end - lo[d]!)), 0);
    expect(voxels).toBeLessThanOrEqual(2 ** 27);
    expect(voxels).toBeGreaterThan(2 ** 25);
  }
});

test("where chunks are small it is their number that bounds a batch", () => {
  const plan = planOf([1024, 1024, 512], { chunk: 8 });
  for (const { runs } of batchesIn(plan, "encode").flat()) {
    // 2^24 voxels in chunks of 8^3 are 32,768 objects: minutes of a function.
    expect(runs.reduce((sum, [, count]) => sum + count, 0)).toBe(1);
  }
  for (const { runs } of batchesIn(plan, "pyramid").flat())
    expect(runs.reduce((sum, [, count]) => sum + count, 0)).toBeLessThanOrEqual(1024);
});

test.each([
  ["1 Gvoxel", [1000, 1000, 1000]],
  ["1 Tvoxel", [10_000, 10_000, 10_000]],
  ["100 Tvoxel", [100_000, 100_000, 10_000]],
  ["a row of slices as long as can be", [300, 300, 2 ** 19]],
] as [string, Vec3][])("%s: batches below 1 KB, lists of some megabytes, every item once", (_, size) => {
  const plan = planOf(size);
  for (const stage of stages) {
    const lists = batchesIn(plan, stage);
    for (const batches of lists) {
      const longest = batches.reduce((most, batch) => Math.max(most, JSON.stringify(batch).length), 0);
      expect(longest).toBeLessThan(1024);
      expect(JSON.stringify(batches).length).toBeLessThan(2 ** 24);
      // Publish reads a receipt of each.
      expect(batches.length).toBeLessThan(1.2 * 2 ** 17);
    }
    const items = lists
      .flat()
      .flatMap(({ runs }) => runs)
      .reduce((sum, [, count]) => sum + count, 0);
    const chunks = plan.scales
      .slice(1)
      .reduce(
        (sum, { size, chunkSize }) => sum + product(size.map((n, d) => Math.ceil(n / chunkSize[d]!))),
        0,
      );
    const verify = plan.parts + partGroupCount(plan) + plan.buckets;
    const mesh = plan.groups + plan.buckets;
    expect(items).toBe({ encode: plan.blocks, pyramid: chunks, mesh, verify }[stage]);
  }
});
