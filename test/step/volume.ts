import type { Vec3 } from "../../lib/format/vec.ts";
import { encodeSlice } from "../../lib/local/slice.ts";
import { itemsKey, itemsKeys } from "../../lib/plan/pipeline.ts";
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
  for (const item of await getJson<Item["encode"][]>(context.work, itemsKey("encode")))
    await doItem({ stage: "encode", step: steps.encode }, context, item);
  for (let k = 1; k < plan.scales.length; k++) {
    for (const item of await getJson<Item["pyramid"][]>(context.work, itemsKey("pyramid", k))) {
      await doItem({ stage: "pyramid", step: steps.pyramid }, context, item);
    }
  }
  for (const item of await getJson<Item["mesh"][]>(context.work, itemsKey("mesh")))
    await doItem({ stage: "mesh", step: steps.mesh }, context, item);
  await verifyAll(context, plan);
  await publishStep(context, { name: "test", url: "http://host/test", viewer: "http://host/viewer/" });
  return plan;
}

/** The stage before publishing, one item after another; nothing if the plan says so. */
export async function verifyAll(context: Context, plan: Plan): Promise<void> {
  for (const key of itemsKeys("verify", plan)) {
    for (const item of await getJson<Item["verify"][]>(context.work, key))
      await doItem({ stage: "verify", step: steps.verify }, context, item);
  }
}
