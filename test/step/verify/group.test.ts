import { beforeAll, expect, test } from "vitest";
import { InputError } from "../../../lib/format/error.ts";
import { partReportKey, talliesKey, tallyKey } from "../../../lib/plan/pipeline.ts";
import type { Plan } from "../../../lib/plan/plan.ts";
import { keepPlan } from "../../../lib/step/context.ts";
import { planStep } from "../../../lib/step/plan.ts";
import { publishStep } from "../../../lib/step/publish.ts";
import { steps } from "../../../lib/step/steps.ts";
import { gatherCounts } from "../../../lib/step/verify/gather.ts";
import { groupTallies } from "../../../lib/step/verify/group.ts";
import { requestCounter } from "../../../lib/store/count.ts";
import { memoryStore } from "../../../lib/store/memory.ts";
import { getJson, putJson } from "../../../lib/store/object.ts";
import type { Store } from "../../../lib/store/store.ts";
import { idOf } from "../../../lib/verify/palette.ts";
import { addFigure, looked, type Report, wrong } from "../../../lib/verify/report.ts";
import { addTally, createTally, encodeTally } from "../../../lib/verify/tally.ts";
import { listsOf, type MemoryContext, makeVolume, settings } from "../volume.ts";

const [parts, buckets, ids] = [16_400, 5, 40];
const plan = { parts, buckets } as unknown as Plan;
/** Which of the ids a part has: of the first one all, of the others every few parts one. */
const isIn = (id: number, part: number) => id === 1 || part % (id + 3) === 0;
const partsWith = (id: number) =>
  Array.from({ length: parts }, (_, part) => part).filter((part) => isIn(id, part));

let written: ReturnType<typeof memoryStore>;
beforeAll(async () => {
  written = memoryStore();
  for (let part = 0; part < parts; part++) {
    const own = Array.from({ length: ids }, (_, i) => i + 1).filter((id) => isIn(id, part));
    const bytes = new Uint8Array(72 * own.length);
    own.forEach((id, i) => {
      new Int32Array(bytes.buffer, 72 * i, 9).set([id, id % 2, part % 3, part, 0, 0, part + id, 1, 1]);
      new Float64Array(bytes.buffer, 72 * i + 40, 4).set([id, part, 0.5, 0]);
    });
    await written.put(tallyKey(part), bytes, { contentType: "x" });
    const report: Report = {};
    looked(report, "chunks", 2);
    addFigure(report, "chunks", "bytes", part);
    if (part % 1000 === 7) wrong(report, "chunks", { at: `chunk of ${part}`, found: "is missing" });
    await putJson(written, partReportKey(part), report);
  }
});

async function grouped() {
  const counter = requestCounter();
  const own = memoryStore();
  const get: Store["get"] = async (key, range) => (await own.get(key, range)) ?? written.get(key, range);
  const work = counter.of({ ...written, get, put: own.put });
  keepPlan(work, plan);
  for (const group of [0, 1]) await groupTallies(contextOf(work), { group });
  return { work, counter, objects: own.objects };
}
const contextOf = (work: Store) => ({ work, input: memoryStore(), output: memoryStore() });

test("an id is what all its parts have counted, from two requests per group of parts", async () => {
  const { work, counter, objects } = await grouped();
  expect([...objects.keys()]).toEqual([
    talliesKey(0),
    "verify/group-0.json",
    talliesKey(1),
    "verify/group-1.json",
  ]);
  expect(counter.now()).toMatchObject({ gets: 2 * parts, puts: 4 });
  let found = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const before = counter.now().gets;
    const { palette, censuses } = await gatherCounts(work, plan, bucket);
    expect(counter.now().gets - before).toBeLessThanOrEqual(4);
    expect([...censuses.keys()].sort()).toEqual([0, 1, 2]);
    for (let number = 1; number < palette.count; number++) {
      const id = Number(BigInt(idOf(palette, number)) & 0xffffffffn);
      for (const [scale, { voxels, boxes, sums }] of censuses) {
        const own = partsWith(id).filter((part) => part % 3 === scale);
        const sum = own.reduce((total, part) => total + part, 0);
        expect(voxels[number] ?? 0).toBe(id * own.length);
        if (own.length === 0) continue;
        expect([...sums.subarray(3 * number, 3 * number + 3)]).toEqual([sum, own.length / 2, 0]);
        expect([...boxes.subarray(6 * number, 6 * number + 6)]).toEqual([
          own[0],
          0,
          0,
          own.at(-1)! + id,
          1,
          1,
        ]);
      }
      found++;
    }
  }
  expect(found).toBe(ids);
});

test("what parts have found adds up in their groups, the first of it by name", async () => {
  const { work } = await grouped();
  const first = await getJson<Report>(work, "verify/group-0.json");
  expect(first.chunks).toMatchObject({ of: 2 * 16_384, wrong: 17, sums: { bytes: (16_384 * 16_383) / 2 } });
  expect(first.chunks!.first.map(({ at }) => at).slice(0, 2)).toEqual(["chunk of 7", "chunk of 1007"]);
  expect((await getJson<Report>(work, "verify/group-1.json")).chunks).toMatchObject({ of: 32, wrong: 0 });
});

test("a group that is done again writes the same bytes", async () => {
  const { work, objects } = await grouped();
  const before = new Map(objects);
  for (const group of [0, 1]) await groupTallies(contextOf(work), { group });
  expect(objects).toEqual(before);
});

test.each([tallyKey(9), partReportKey(9)])("a part without %s fails its group", async (lost) => {
  const get: Store["get"] = async (key, range) => (key === lost ? undefined : written.get(key, range));
  const work: Store = { ...written, get };
  keepPlan(work, plan);
  await expect(groupTallies(contextOf(work), { group: 0 })).rejects.toThrow(`${lost} is missing`);
});

/** A volume whose parts are verified and whose counts are sorted, after `spoil` has changed what lies between. */
async function verified(spoil: (context: MemoryContext, when: "parts" | "groups") => void) {
  const context = await makeVolume([70, 66, 20], (x, y, z) => BigInt((x >> 4) + (y >> 4) + (z >> 3)));
  await planStep(context, { ...settings, chunk: 16 });
  for (const stage of ["encode", "pyramid", "mesh"] as const) {
    for (const item of (await listsOf(context, stage)).flat()) await steps[stage](context, item as never);
  }
  const lists = await listsOf(context, "verify");
  for (const [i, items] of lists.entries()) {
    for (const item of items) await steps.verify(context, item);
    if (i < 2) spoil(context, i === 0 ? "parts" : "groups");
  }
  return publishStep(context, { name: "test", url: "http://host/test", viewer: "http://host/viewer/" });
}

/** Takes a voxel from the first id of the first entries that have one. */
function loseVoxel({ work }: MemoryContext, key: RegExp, entriesAt: (bytes: Uint8Array) => number): void {
  const [name, object] = [...work.objects].find(([name, { bytes }]) => key.test(name) && bytes.length >= 72)!;
  const bytes = new Uint8Array(object.bytes);
  new Float64Array(bytes.buffer, entriesAt(bytes) + 40, 1)[0]!--;
  work.objects.set(name, { ...object, bytes });
}

const lost =
  /the voxels of all ids are \d+, and the scale has \d+|has \d+ voxels in the table, and \d+ in the volume/;

test("sorted counts of a sound volume judge it sound", async () => {
  expect(await verified(() => {})).toMatchObject({
    verified: expect.stringMatching(/^verified: 92,400 voxels/),
  });
});

test.each<["parts" | "groups", RegExp, (bytes: Uint8Array) => number]>([
  ["parts", /^tally\/\d+\/\d+$/, () => 0],
  // The index has the number of the first entry of each bucket, and of the end.
  ["groups", /^tallies\/0$/, (bytes) => bytes.length % 72 || 72],
])("a voxel that is lost from the counts of %s is found", async (of, key, entriesAt) => {
  const error = await verified((context, when) => {
    if (when === of) loseVoxel(context, key, entriesAt);
  }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(InputError);
  expect((error as Error).message).toMatch(lost);
});

test("an entry that is lost from the counts of a part is found, and half of one fails its group", async () => {
  const cut = (by: number) => (context: MemoryContext, when: string) => {
    if (when !== "parts") return;
    const object = context.work.objects.get(tallyKey(0))!;
    context.work.objects.set(tallyKey(0), {
      ...object,
      bytes: object.bytes.subarray(0, object.bytes.length - by),
    });
  };
  await expect(verified(cut(72))).rejects.toThrow(lost);
  await expect(verified(cut(8))).rejects.toThrow("no whole entries");
});

test("counts that were added up are those that were added", () => {
  const [whole, again] = [createTally(), createTally()];
  for (let part = 0; part < 50; part++) addTally(whole, written.objects.get(tallyKey(part))!.bytes);
  addTally(again, encodeTally(whole));
  expect(encodeTally(again)).toEqual(encodeTally(whole));
});
