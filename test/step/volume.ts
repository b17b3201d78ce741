import type { Vec3 } from "../../lib/format/vec.ts";
import { encodeSlice } from "../../lib/local/slice.ts";
import { type Batch, itemsIn } from "../../lib/plan/batch.ts";
import { type FanOutStage, planKey, workLists } from "../../lib/plan/pipeline.ts";
import type { Plan, SliceRef } from "../../lib/plan/plan.ts";
import type { Context } from "../../lib/step/context.ts";
import { doItem } from "../../lib/step/item.ts";
import { planStep } from "../../lib/step/plan.ts";
import { publishStep } from "../../lib/step/publish.ts";
import type { Settings } from "../../lib/step/settings.ts";
import { type Item, steps } from "../../lib/step/steps.ts";
import { memoryStore } from "../../lib/store/memory.ts";
import { getJson } from "../../lib/store/object.ts";

export type { SliceRef };
export type MemoryContext = { [store in keyof Context]: ReturnType<typeof memoryStore> };

export const settings: Settings = {
  chunk: 64,
  downsampling: "majority",
  meshError: 0.3,
  mesh: true,
  verify: true,
  images: [],
  version: "",
};

/** A volume of uint64 slices in memory, id by id from a function of x, y, z. */
export async function makeVolume(
  size: Vec3,
  idAt: (x: number, y: number, z: number) => bigint,
  scale: Record<string, unknown> = {},
): Promise<MemoryContext> {
  const context = { input: memoryStore(), work: memoryStore(), output: memoryStore() };
  const [width, height, depth] = size;
  for (let z = 0; z < depth; z++) {
    const ids = new BigUint64Array(width * height);
    for (let i = 0; i < ids.length; i++) ids[i] = idAt(i % width, Math.floor(i / width), z);
    const bytes = encodeSlice({ words: new Uint32Array(ids.buffer), width, height, deflate: z % 2 === 0 });
    await context.input.put(`z${z}.tif`, bytes, { contentType: "image/tiff" });
  }
  const info = {
    type: "segmentation",
    data_type: "uint64",
    num_channels: 1,
    encoding: "compressed_segmentation",
    scales: [{ size, resolution: [8, 8, 8], ...scale }],
  };
  const text = new TextEncoder().encode(JSON.stringify(info));
  await context.input.put("info", text, { contentType: "application/json" });
  return context;
}

/** The items of a stage's work lists, list by list and batch by batch. */
export async function batchesOf<S extends FanOutStage>(
  { work }: Pick<Context, "work">,
  stage: S,
): Promise<Item[S][][][]> {
  const plan = await getJson<Plan>(work, planKey);
  const lists: Item[S][][][] = [];
  for (const { key } of workLists(stage, plan.scales.length)) {
    const batches = await getJson<Batch[]>(work, key);
    lists.push(batches.map((batch) => itemsIn(plan, stage, [batch])));
  }
  return lists;
}

/** The single items of a stage's work lists, list by list. */
export async function listsOf<S extends FanOutStage>(
  context: Pick<Context, "work">,
  stage: S,
): Promise<Item[S][][]> {
  return (await batchesOf(context, stage)).map((batches) => batches.flat());
}

/** All single items of a stage in their order. */
export async function itemsOf<S extends FanOutStage>(
  context: Pick<Context, "work">,
  stage: S,
): Promise<Item[S][]> {
  return (await listsOf(context, stage)).flat();
}

/** All stages, one item after another; `between` may change the plan before they begin. */
export async function runAll(
  context: MemoryContext,
  options: { settings?: Partial<Settings>; between?: (plan: Plan) => Promise<void> } = {},
): Promise<Plan> {
  // Blocks that a test has moved are not those that the verification was planned by.
  const verify = options.between === undefined;
  const planned = await planStep(context, { ...settings, verify, ...options.settings });
  await options.between?.(planned);
  const plan = await getJson<Plan>(context.work, "plan.json");
  const perform = async <S extends FanOutStage>(stage: S) => {
    for (const item of await itemsOf(context, stage))
      await doItem({ stage, step: steps[stage] }, context, item);
  };
  for (const stage of ["encode", "pyramid", "mesh", "verify"] as const) await perform(stage);
  await publishStep(context, { name: "test", url: "http://host/test", viewer: "http://host/viewer/" });
  return plan;
}
