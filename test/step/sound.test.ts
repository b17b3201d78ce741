import { expect, test } from "vitest";
import { InputError } from "../../lib/format/error.ts";
import type { EncodeItem } from "../../lib/plan/items.ts";
import { encodeStep } from "../../lib/step/encode.ts";
import { collectFaults } from "../../lib/step/fault.ts";
import { failRun } from "../../lib/step/finish.ts";
import { doBatch } from "../../lib/step/item.ts";
import { planStep } from "../../lib/step/plan.ts";
import { whileSound } from "../../lib/step/sound.ts";
import { readStatus } from "../../lib/step/status.ts";
import { steps } from "../../lib/step/steps.ts";
import { memoryStore } from "../../lib/store/memory.ts";
import { itemsOf, type MemoryContext, makeVolume, settings } from "./volume.ts";

/** A volume of many blocks along z, some slices of which are broken: even ones, for those are compressed. */
async function brokenVolume(...broken: number[]) {
  const context = await makeVolume([20, 18, 96], (x, _, z) => BigInt((x >> 2) + z));
  for (const z of broken) {
    const { bytes, options } = context.input.objects.get(`z${z}.tif`)!;
    await context.input.put(`z${z}.tif`, bytes.slice().fill(0xff, 12, 30), options);
  }
  await planStep(context, { ...settings, chunk: 8 });
  const items = await itemsOf(context, "encode");
  return { context, items };
}

const encode = (context: MemoryContext, item: EncodeItem) =>
  whileSound({ context, stage: "encode", items: [item] }, () => encodeStep(context, item));
const run = { project: "p", run: "r" };

test("broken slices in three blocks: all blocks are looked at, and the next stage ends the run with all three", async () => {
  const { context, items } = await brokenVolume(2, 46, 94);
  const ofFault = (z: number) => items.filter(({ box }) => box.lo[2] <= z && z < box.hi[2]);
  expect(new Set([2, 46, 94].flatMap((z) => ofFault(z).map(({ block }) => block))).size).toBeGreaterThan(2);
  for (const item of items) await encode(context, item);
  await expect(
    whileSound({ context, stage: "mesh", items: [{ bucket: 0 }] }, () =>
      Promise.reject(new Error("was meshed")),
    ),
  ).rejects.toThrow(/^z2\.tif: strip 0.*\nz46\.tif: strip 0.*\nz94\.tif: strip 0.*$/);
  const desk = memoryStore();
  const { error, cause } = await failRun({ work: context.work, desk }, run, { Error: "States.Any" });
  expect(error).toBe("InputError");
  expect(cause.split("\n").map((line) => line.split(":")[0])).toEqual(["z2.tif", "z46.tif", "z94.tif"]);
  expect((await readStatus(desk)).status?.faults).toHaveLength(3);
});

test("broken slices in blocks of one batch are all found, and none of its chunks counts as made", async () => {
  const { context, items } = await brokenVolume(2, 46, 94);
  const act = () => doBatch({ stage: "encode", step: steps.encode }, context, items);
  expect(await whileSound({ context, stage: "encode", items }, act)).toEqual({
    voxels: 0,
    objects: 0,
    bytes: 0,
  });
  expect((await collectFaults(context.work)).map(({ file }) => file)).toEqual([
    "z2.tif",
    "z46.tif",
    "z94.tif",
  ]);
  expect([...context.work.objects.keys()].filter((key) => key.startsWith("done/"))).toEqual([]);
});

test("a fault that looking does not find again is kept all the same", async () => {
  const { context, items } = await brokenVolume();
  const act = () => Promise.reject(new InputError({ file: "slices", found: "hold too much" }));
  await whileSound({ context, stage: "encode", items }, act);
  expect(await collectFaults(context.work)).toEqual([{ file: "slices", found: "hold too much" }]);
});

test("a fault that passes ends the try at once", async () => {
  const { context, items } = await brokenVolume();
  await context.input.delete("z47.tif");
  const act = () => doBatch({ stage: "encode", step: steps.encode }, context, items);
  await expect(whileSound({ context, stage: "encode", items }, act)).rejects.toThrow(/z47\.tif: is gone/);
  expect(await collectFaults(context.work)).toEqual([]);
});

test("once a fault is known nothing is made any more", async () => {
  const { context, items } = await brokenVolume(2);
  const first = items.find(({ box }) => box.lo[2] === 0) as EncodeItem;
  await encode(context, first);
  for (const item of items) await encode(context, item);
  expect([...context.output.objects.keys()]).toEqual([]);
  expect([...context.work.objects.keys()].filter((key) => key.startsWith("pack/"))).toEqual([]);
});

test("twenty faults are enough", async () => {
  const { context, items } = await brokenVolume(...Array.from({ length: 48 }, (_, i) => 2 * i));
  let done = 0;
  const all = async () => {
    for (const item of items) {
      await encode(context, item);
      done++;
    }
  };
  await expect(all()).rejects.toThrow(/^z\d+\.tif: strip 0/);
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(items.length);
});

test("a sound run is left alone, and an error that is not the input's goes through", async () => {
  const { context, items } = await brokenVolume();
  for (const item of items) expect((await encode(context, item)).objects).toBeGreaterThan(0);
  const failing = () => Promise.reject(new Error("no disk"));
  const [item] = items as [EncodeItem];
  await expect(whileSound({ context, stage: "encode", items: [item] }, failing)).rejects.toThrow("no disk");
  expect([...context.work.objects.keys()].filter((key) => key.startsWith("faults/"))).toEqual([]);
});
