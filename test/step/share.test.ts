import { expect, test } from "vitest";
import { doBatch } from "../../lib/step/item.ts";
import { planStep } from "../../lib/step/plan.ts";
import { shareReads } from "../../lib/step/share.ts";
import { type Item, steps } from "../../lib/step/steps.ts";
import { requestCounter } from "../../lib/store/count.ts";
import { itemsOf, makeVolume, settings } from "./volume.ts";

/** Encodes a volume of several blocks along y and z in one batch. @returns what was read and written */
async function encoded(shared: boolean) {
  const context = await makeVolume([300, 200, 70], (x, y, z) => BigInt((x >> 5) * 7 + (y >> 5) + (z >> 4)));
  const counter = requestCounter();
  const input = counter.of(context.input);
  if (shared) shareReads(input);
  await planStep({ ...context, input: context.input }, { ...settings, chunk: 32 });
  const items = await itemsOf(context, "encode");
  await doBatch({ stage: "encode", step: steps.encode }, { ...context, input }, items);
  const size = [...context.input.objects]
    .filter(([key]) => key.endsWith(".tif"))
    .reduce((sum, [, { bytes }]) => sum + bytes.byteLength, 0);
  const written = [...context.output.objects, ...context.work.objects]
    .filter(([key]) => !key.startsWith("done/"))
    .map(([key, { bytes }]) => `${key} ${Buffer.from(bytes).toString("base64")}`)
    .sort();
  const { gets, bytesRead } = counter.now();
  return { items: items.length, gets, ratio: bytesRead / size, written };
}

test("blocks of a batch read each byte of small slices once, and write what they write alone", async () => {
  const [alone, together] = [await encoded(false), await encoded(true)];
  expect(together.items).toBeGreaterThan(8);
  expect(alone.ratio).toBeGreaterThan(1.3);
  expect(together.ratio).toBe(1);
  expect(together.gets).toBe(70);
  expect(together.written).toEqual(alone.written);
});

test("of slices too large to be fetched whole only the rows at the sides of blocks are read twice", async () => {
  const [width, height, depth] = [1500, 128, 70];
  const context = await makeVolume([width, height, depth], (x, y) => BigInt((x >> 6) * 3 + (y >> 5)));
  // Every second slice is a compressed one: all become the uncompressed one, of 1.5 MB.
  const { bytes } = context.input.objects.get("z1.tif")!;
  for (let z = 0; z < depth; z += 2)
    await context.input.put(`z${z}.tif`, bytes, { contentType: "image/tiff" });
  await planStep(context, { ...settings, chunk: 32 });
  const corners = [0, 32, 64].flatMap((z) => [0, 64].map((y) => ({ y, z })));
  const items = corners.map(({ y, z }, block): Item["encode"] => ({
    block,
    box: { lo: [0, y, z], hi: [width, y + 64, Math.min(depth, z + 32)] },
  }));
  const counter = requestCounter();
  const input = counter.of(context.input);
  shareReads(input);
  await doBatch({ stage: "encode", step: steps.encode }, { ...context, input }, items);
  const row = width * 8;
  const { bytesRead } = counter.now();
  expect(bytesRead).toBeGreaterThan(depth * row * (height + 3));
  // The start and the end of each slice, where its header is, come on top.
  expect(bytesRead).toBeLessThan(depth * (row * (height + 3) + 2 * 8192));
});
