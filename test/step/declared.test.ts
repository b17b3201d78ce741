import { expect, test } from "vitest";
import { type Declared, declaredInput } from "../../bench/scale/declared.ts";
import { InputError } from "../../lib/format/error.ts";
import { batchesOf } from "../../lib/plan/batch.ts";
import { planKey, workLists } from "../../lib/plan/pipeline.ts";
import type { Plan } from "../../lib/plan/plan.ts";
import { planStep } from "../../lib/step/plan.ts";
import { usualSettings } from "../../lib/step/settings.ts";
import { requestCounter } from "../../lib/store/count.ts";
import { memoryStore } from "../../lib/store/memory.ts";
import type { Store } from "../../lib/store/store.ts";

/* Volumes of which only the headers are there; `npm run scale -- --plan` plans 10,000 of 100,000 x 100,000 and times it. */

async function planned(volume: Declared, change: (input: Store) => Store = (input) => input, chunk = 128) {
  const counter = requestCounter();
  const work = memoryStore();
  const input = counter.of(change(declaredInput(volume)));
  const settings = { ...usualSettings, chunk };
  const plan = await planStep({ input, work, output: memoryStore() }, settings);
  return { plan, work, asked: counter.now() };
}

const tera: Declared = { size: [50_000, 40_000, 500], bits: 32, tile: 1024, compressed: true };

test("a teravoxel: three reads per header, lists of some hundred kilobytes, the same each time", async () => {
  const { plan, work, asked } = await planned(tera);
  // The header, and two tables of 1,960 tiles; `info`; and whether there are names.
  expect(asked.gets).toBeLessThanOrEqual(3 * 500 + 3);
  const lists = (["encode", "pyramid", "mesh", "verify"] as const).flatMap((stage) =>
    workLists(stage, plan.scales.length),
  );
  expect([...work.objects.keys()].sort()).toEqual([planKey, ...lists.map(({ key }) => key)].sort());
  for (const list of lists) {
    const { bytes } = work.objects.get(list.key)!;
    expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual(batchesOf(plan, list));
    expect(bytes.byteLength).toBeLessThan(4_000_000);
  }
  // 313 x 313 x 4 chunks of 128^3 and more: as a list of chunks the first scale alone would be megabytes.
  expect(plan.blocks).toBeGreaterThan(50_000);
  const again = await planned(tera);
  expect(again.work.objects).toEqual(work.objects);
});

test("what grows with the volume is the batches, up to 2^17 a stage, and not the lists", async () => {
  const bytesOf = async (size: Declared["size"]) => {
    const { work, plan } = await planned({ ...tera, size, tile: 4096 });
    const key = workLists("encode", plan.scales.length)[0]!.key;
    return { bytes: work.objects.get(key)!.bytes.byteLength, blocks: plan.blocks };
  };
  const [small, large] = [await bytesOf([50_000, 50_000, 128]), await bytesOf([200_000, 200_000, 512])];
  expect(large.blocks / small.blocks).toBeGreaterThan(60);
  expect(large.bytes).toBeLessThan(10_000_000);
});

async function refusal(...args: Parameters<typeof planned>): Promise<string> {
  return planned(...args).then(
    () => "",
    (error) => {
      if (error instanceof InputError) return error.message;
      throw error;
    },
  );
}

/** `info` without the data type. */
const untyped = (input: Store): Store => ({
  ...input,
  async get(key, range) {
    const object = await input.get(key, range);
    if (key !== "info" || object === undefined) return object;
    const { data_type: _, ...info } = JSON.parse(new TextDecoder().decode(object.bytes)) as Record<
      string,
      unknown
    >;
    return { bytes: new TextEncoder().encode(JSON.stringify(info)) };
  },
});

test("limits are told by the plan, before any sample is read or any list is written", async () => {
  const flat = { bits: 32, tile: 65_536, compressed: true } as const;
  const tooLong = { ...flat, size: [2 ** 19, 2 ** 19, 1] as const, tile: 8192 };
  expect(await refusal(tooLong, undefined, 8)).toMatch(
    /^info: a volume of size 524288 x 524288 x 1 has \d+ chunks of 8 x 8 x 8 voxels, and may have 536870912/,
  );
  const untold = { ...flat, size: [100_000, 100_000, 4] as const, bits: 64 as const, tile: 4096 };
  expect(await refusal(untold, untyped)).toMatch(
    /^info: does not say data_type, and the volume is too large \(100000 x 100000 x 4\)/,
  );
  expect(await refusal(untold)).toBe("");
});

test("a plan is as large as its slices are many, whatever they hold", async () => {
  const { work } = await planned(tera);
  const plan = JSON.parse(new TextDecoder().decode(work.objects.get(planKey)!.bytes)) as Plan;
  expect(JSON.stringify({ ...plan, files: [], slices: [] }).length).toBeLessThan(20_000);
});
