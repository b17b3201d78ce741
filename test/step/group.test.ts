import { beforeAll, expect, test } from "vitest";
import { encodePack } from "../../lib/format/bucket.ts";
import { decodeEntries } from "../../lib/format/entry.ts";
import { withPile } from "../../lib/kernel/pile.ts";
import { packKey } from "../../lib/plan/pipeline.ts";
import type { Plan } from "../../lib/plan/plan.ts";
import { keepPlan } from "../../lib/step/context.ts";
import { gatherSegments } from "../../lib/step/gather.ts";
import { groupStep } from "../../lib/step/group.ts";
import { readSurfaces, together } from "../../lib/step/pieces.ts";
import { requestCounter } from "../../lib/store/count.ts";
import { memoryStore } from "../../lib/store/memory.ts";
import type { Store } from "../../lib/store/store.ts";

const [blocks, buckets, ids] = [4100, 7, 50];
const plan = { blocks, buckets, groups: 2 } as unknown as Plan;
/** Which of the ids a block has: of the first one all, of the others every few blocks one. */
const isIn = (id: number, block: number) => id === 1 || block % (id + 3) === 0;

let packs: ReturnType<typeof memoryStore>;
beforeAll(async () => {
  packs = memoryStore();
  for (let block = 0; block < blocks; block++) {
    const parts = [];
    for (let id = 1; id <= ids; id++) {
      if (!isIn(id, block)) continue;
      const box = [block, 0, 0, block + id, 1, 1];
      parts.push({
        lo: id,
        hi: id % 2,
        voxels: id,
        box,
        sums: [0, 0, 0],
        triangles: 1,
        pieces: [Uint8Array.of(id, block & 255)],
      });
    }
    await packs.put(packKey(block), encodePack(parts, buckets), { contentType: "x" });
  }
});

/** Groups all packs. @returns the store, and what was asked of it */
async function grouped(most?: number) {
  const store = { ...packs, objects: new Map(packs.objects) };
  const counter = requestCounter();
  const own = memoryStore();
  const work = counter.of({
    ...store,
    get: async (key, range) => (await own.get(key, range)) ?? store.get(key, range),
    put: own.put,
  });
  keepPlan(work, plan);
  for (const group of [0, 1]) await groupStep(contextOf(work), { group }, most);
  return { work, counter, keys: [...own.objects.keys()] };
}
const contextOf = (work: Store) => ({ work, input: memoryStore(), output: memoryStore() });

test("a segment is what all its blocks have, in their order, from two requests per group of blocks", async () => {
  const { work, counter, keys } = await grouped();
  expect(keys).toEqual(["group/0/0", "group/1/0"]);
  expect(counter.now()).toMatchObject({ gets: blocks, puts: 2 });
  let found = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const before = counter.now().gets;
    const segments = await gatherSegments(work, plan, bucket);
    expect(counter.now().gets - before).toBeLessThanOrEqual(2 * plan.groups);
    for (const { id, voxels, triangles, bytes, box, entries } of segments) {
      const lo = Number(BigInt(id) & 0xffffffffn);
      const own = Array.from({ length: blocks }, (_, block) => block).filter((block) => isIn(lo, block));
      expect([...decodeEntries(entries)].map(({ block }) => block)).toEqual(own);
      const count = own.length;
      expect({ voxels, triangles, bytes }).toEqual({
        voxels: lo * count,
        triangles: count,
        bytes: 2 * count,
      });
      expect(box).toEqual([own[0], 0, 0, own.at(-1)! + lo, 1, 1]);
      found++;
    }
  }
  expect(found).toBe(ids);
});

test("a group that knows more than fits is written in parts, and read the same", async () => {
  const [whole, parts] = [await grouped(), await grouped(20_000)];
  expect(parts.keys.length).toBeGreaterThan(5);
  for (let bucket = 0; bucket < buckets; bucket++) {
    expect(await gatherSegments(parts.work, plan, bucket)).toEqual(
      await gatherSegments(whole.work, plan, bucket),
    );
  }
});

test("a pack that is missing fails its group", async () => {
  const { work } = await grouped();
  const without: Store = {
    ...work,
    get: (key, range) => (key === packKey(9) ? Promise.resolve(undefined) : work.get(key, range)),
  };
  keepPlan(without, plan);
  await expect(groupStep(contextOf(without), { group: 0 })).rejects.toThrow("pack/9/9 is missing");
});

test("surfaces of segments that are read together are one request per block", async () => {
  const { work, counter } = await grouped();
  const segments = await gatherSegments(work, plan, 3);
  const entries = segments.flatMap((segment) => [...decodeEntries(segment.entries)]);
  const before = counter.now().gets;
  await withPile((pile) => readSurfaces(work, entries, pile));
  expect(counter.now().gets - before).toBe(new Set(entries.map(({ block }) => block)).size);
  expect(entries.length).toBeGreaterThan(1.1 * new Set(entries.map(({ block }) => block)).size);
});

test("segments are read together up to a number of bytes, a larger one alone, each once", async () => {
  const { work } = await grouped();
  const segments = await gatherSegments(work, plan, 3);
  for (const most of [1, 500, 1e9]) {
    const runs = [...together(segments, most)];
    expect(runs.flat()).toEqual(segments);
    for (const run of runs) {
      const bytes = run.reduce((sum, segment) => sum + segment.bytes, 0);
      expect(run.length === 1 || bytes <= most).toBe(true);
    }
  }
});
