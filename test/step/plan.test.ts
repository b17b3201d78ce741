import { expect, test } from "vitest";
import { InputError } from "../../lib/format/error.ts";
import { planStep } from "../../lib/step/plan.ts";
import type { Settings } from "../../lib/step/settings.ts";
import { type MemoryContext, makeVolume, runAll, settings } from "./volume.ts";

const small = () => makeVolume([20, 10, 4], (x, y, z) => BigInt(x + y + z));
const text = (value: unknown) =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const put = (context: MemoryContext, name: string, value: unknown) =>
  context.input.put(name, text(value), { contentType: "application/json" });

async function faults(context: MemoryContext, changes: Partial<Settings> = {}): Promise<string[]> {
  try {
    await planStep(context, { ...settings, ...changes });
  } catch (error) {
    if (error instanceof InputError) return error.faults.map(({ file, found }) => `${file}: ${found}`);
    throw error;
  }
  return [];
}

test("all that is wrong in info and in the slices is told at once", async () => {
  const context = await small();
  await put(context, "info", "{");
  await put(context, "z2.tif", "<html>not found</html>");
  await put(context, "z3.tif", "");
  await put(context, "labels.csv", "id,label\nseven,soma\n");
  expect(await faults(context)).toEqual([
    expect.stringMatching(/^info: is not JSON/),
    expect.stringMatching(/^z2.tif: .*(HTML|XML)/),
    expect.stringMatching(/^z3.tif: /),
    expect.stringMatching(/^labels.csv: line 2: "seven" is not an id/),
  ]);
});

test("sizes that contradict each other", async () => {
  const context = await small();
  const info = { type: "segmentation", scales: [{ size: [10, 20, 5], resolution: [8, 8, 8] }] };
  await put(context, "info", info);
  expect(await faults(context)).toEqual([
    "info: size says 10 x 20 (x, y), but the slices are 20 x 10",
    "info: size says 5 slices (z), but there are 4",
  ]);
  const odd = await makeVolume([19, 10, 4], () => 1n);
  context.input.objects.set("z1.tif", odd.input.objects.get("z1.tif")!);
  await put(context, "info", { ...info, scales: [{ size: [20, 10, 4], resolution: [8, 8, 8] }] });
  expect(await faults(context)).toEqual([
    "z1.tif: size is 19 x 10 (width x height), the other slices have 20 x 10",
  ]);
});

test("info and --resolution: one is needed, both must agree", async () => {
  const context = await small();
  expect(await faults(context, { resolution: [8, 8, 9] })).toEqual([
    "info: resolution is 8 x 8 x 8 nm, but --resolution says 8 x 8 x 9 nm",
  ]);
  expect(await faults(context, { resolution: [8, 8, 8] })).toEqual([]);
  context.input.objects.delete("info");
  expect(await faults(context)).toEqual(["info: is missing, and no resolution was given"]);
  expect(await faults(context, { resolution: [8, 8, 8] })).toEqual([]);
});

test("without info the data type follows from the largest id", async () => {
  for (const [largest, dataType] of [
    [2n ** 32n - 1n, "uint32"],
    [2n ** 32n, "uint64"],
  ] as const) {
    const context = await makeVolume([20, 10, 4], (x, _, z) => (x === 19 && z === 3 ? largest : 5n));
    context.input.objects.delete("info");
    const plan = await planStep(context, { ...settings, resolution: [8, 8, 8] });
    expect(plan.info.data_type).toBe(dataType);
  }
});

test("a narrow data type without an encoding stays as it is, with compressed_segmentation it is widened", async () => {
  const context = await makeVolume([20, 10, 4], () => 3n);
  const basic = {
    type: "segmentation",
    data_type: "uint16",
    scales: [{ size: [20, 10, 4], resolution: [8, 8, 8] }],
  };
  await put(context, "info", basic);
  expect((await planStep(context, settings)).info).toMatchObject({
    data_type: "uint16",
    scales: [{ encoding: "raw" }],
  });
  await put(context, "info", { ...basic, encoding: "compressed_segmentation" });
  expect((await planStep(context, settings)).info).toMatchObject({ data_type: "uint32" });
});

test("an id that the data type cannot hold fails its block, with file, place and value", async () => {
  const context = await makeVolume([20, 10, 4], (x, y, z) => (x === 7 && y === 3 && z === 2 ? 70_007n : 5n));
  const basic = {
    type: "segmentation",
    data_type: "uint16",
    encoding: "raw",
    scales: [{ size: [20, 10, 4], resolution: [8, 8, 8] }],
  };
  await put(context, "info", basic);
  await expect(runAll(context)).rejects.toThrow(
    /^z2.tif: id 70007 at x 7, y 3 of slice 2 \(uint64\) is out of the range.*65535/,
  );
  expect(context.output.objects.has("info")).toBe(false);
});
