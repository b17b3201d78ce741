import { expect, test } from "vitest";
import { noUsage } from "../../lib/plan/usage.ts";
import { loadPlan } from "../../lib/step/context.ts";
import { countItems, doBatch, doItem, sumItems } from "../../lib/step/item.ts";
import { planStep } from "../../lib/step/plan.ts";
import { type Item, steps } from "../../lib/step/steps.ts";
import type { Store } from "../../lib/store/store.ts";
import { itemsOf, type MemoryContext, makeVolume, settings } from "./volume.ts";

type Stage = keyof Item;
const stages = ["encode", "pyramid", "mesh", "verify"] as const;
const perform = <S extends Stage>(context: MemoryContext, stage: S, item: Item[S]) =>
  doItem({ stage, step: steps[stage] }, context, item);

/** A planned volume, and all its items in order. */
async function planned(chunk = 32) {
  const context = await makeVolume([70, 66, 20], (x, y) => BigInt((x >> 4) + (y >> 4)) + 2n ** 60n);
  const plan = await planStep(context, { ...settings, chunk });
  const items: { stage: Stage; item: Item[Stage] }[] = [];
  for (const stage of stages) {
    for (const item of await itemsOf(context, stage)) items.push({ stage, item });
  }
  return { context, plan, items };
}

async function performAll({ context, items }: Awaited<ReturnType<typeof planned>>) {
  const results = [];
  for (const { stage, item } of items) results.push(await perform(context, stage, item));
  return results;
}

/** The store, and the keys of what is put. */
function watched(store: Store): { store: Store; puts: string[] } {
  const puts: string[] = [];
  const put: Store["put"] = (key, bytes, options) => {
    puts.push(key);
    return store.put(key, bytes, options);
  };
  return { store: { ...store, put }, puts };
}

test("what is done is not done again, is counted, and counts as before", async () => {
  const all = await planned();
  expect(await countItems(all.context.work, all.plan)).toEqual({ all: all.items.length, already: 0 });
  const first = await performAll(all);
  expect(first.every(({ skipped }) => !skipped)).toBe(true);
  const [work, output] = [watched(all.context.work), watched(all.context.output)];
  const context = { ...all.context, work: work.store, output: output.store } as MemoryContext;
  const second = await performAll({ ...all, context });
  expect(second).toEqual(first.map((result) => ({ ...result, skipped: true })));
  expect([work.puts, output.puts]).toEqual([[], []]);
  const { length } = all.items;
  expect(length).toBeGreaterThan(10);
  expect(await countItems(all.context.work, all.plan)).toEqual({ all: length, already: length });
});

test("a receipt is not believed: each object must be there with its size, or its item is done again", async () => {
  const all = await planned();
  await performAll(all);
  const { work, output } = all.context;
  const objects = [
    ...[...work.objects.keys()]
      .filter((key) => /^(pack|group|segments)\//.test(key))
      .map((key) => [work, key] as const),
    ...[...output.objects.keys()].map((key) => [output, key] as const),
  ];
  expect(objects.length).toBeGreaterThan(20);
  for (const [store, key] of objects) {
    const whole = store.objects.get(key)!;
    for (const damage of ["gone", "short"]) {
      if (damage === "gone") store.objects.delete(key);
      else store.objects.set(key, { ...whole, bytes: whole.bytes.subarray(1) });
      const again = await performAll(all);
      expect(
        again.filter(({ skipped }) => !skipped),
        `${key} ${damage}`,
      ).toHaveLength(1);
      expect(store.objects.get(key), key).toEqual(whole);
    }
  }
});

test("a batch has one receipt, which counts for all its items and tells what they have used", async () => {
  const all = await planned();
  const [encode] = [
    all.items.filter(({ stage }) => stage === "encode").map(({ item }) => item as Item["encode"]),
  ];
  const doAll = (context: MemoryContext) =>
    doBatch({ stage: "encode", step: steps.encode }, context, encode, () => ({ ...noUsage, gets: 7 }));
  const single = await planned();
  let voxels = 0;
  for (const item of encode) voxels += (await perform(single.context, "encode", item)).voxels;
  expect(await doAll(all.context)).toMatchObject({ skipped: false, voxels });
  expect(await doAll(all.context)).toMatchObject({ skipped: true, voxels });
  expect(all.context.output.objects).toEqual(single.context.output.objects);
  const receipts = [...all.context.work.objects.keys()].filter((key) => key.startsWith("done/"));
  expect(receipts).toHaveLength(1);
  expect(await countItems(all.context.work, all.plan)).toMatchObject({ already: encode.length });
  const { usage, objects } = await sumItems(all.context.work, all.plan);
  expect(usage).toEqual({ encode: [{ ...noUsage, gets: 7 }], pyramid: [], mesh: [], verify: [] });
  expect(objects).toBe(all.context.output.objects.size);
});

test("half a receipt, one that is no receipt, and a store that must not be looked at: it is done again", async () => {
  const all = await planned();
  const { stage, item } = all.items[0]!;
  await perform(all.context, stage, item);
  const { work, output } = all.context;
  const key = [...work.objects.keys()].find((key) => key.startsWith("done/"))!;
  const receipt = work.objects.get(key)!;
  for (const bytes of [receipt.bytes.subarray(0, 40), new Uint8Array(0), new TextEncoder().encode("{}")]) {
    work.objects.set(key, { ...receipt, bytes });
    expect(await perform(all.context, stage, item)).toMatchObject({ skipped: false });
    expect(work.objects.get(key)).toEqual(receipt);
  }
  const forbidden = { ...output, head: () => Promise.reject(new Error("403")) };
  expect(await perform({ ...all.context, output: forbidden }, stage, item)).toMatchObject({ skipped: false });
  expect(await perform(all.context, stage, item)).toMatchObject({ skipped: true });
});

test("an item that fails leaves no receipt", async () => {
  const all = await planned();
  const { stage, item } = all.items[0]!;
  const full = { ...all.context.output, put: () => Promise.reject(new Error("no room")) };
  await expect(perform({ ...all.context, output: full }, stage, item)).rejects.toThrow("no room");
  expect(await countItems(all.context.work, all.plan)).toMatchObject({ already: 0 });
  expect(await perform(all.context, stage, item)).toMatchObject({ skipped: false });
});

test("what another plan has done does not count", async () => {
  const all = await planned(32);
  await performAll(all);
  const work = { ...all.context.work };
  await planStep({ ...all.context, work }, { ...settings, chunk: 64 });
  const context = { ...all.context, work };
  const plan = await loadPlan(context);
  expect(await countItems(work, plan)).toMatchObject({ already: 0 });
  const [item] = await itemsOf(context, "encode");
  expect(await perform(context, "encode", item!)).toMatchObject({ skipped: false });
});
