import { gunzipSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { InputError } from "../../lib/format/error.ts";
import type { Plan } from "../../lib/plan/plan.ts";
import { doItem } from "../../lib/step/item.ts";
import { planStep } from "../../lib/step/plan.ts";
import { publishStep } from "../../lib/step/publish.ts";
import { steps } from "../../lib/step/steps.ts";
import { getJson } from "../../lib/store/object.ts";
import type { Receipt } from "../../lib/verify/receipt.ts";
import { itemsOf, type MemoryContext, makeVolume, settings } from "./volume.ts";

const volume = () =>
  makeVolume([70, 66, 20], (x, y, z) => (BigInt((x >> 4) + (y >> 4) + (z >> 3)) << 40n) + BigInt(x >> 5), {
    voxel_offset: [3, -5, 7],
  });

/** All stages before the verification; what is done already is not done again. */
async function makeAll(context: MemoryContext, verify = true): Promise<Plan> {
  const plan = await planStep(context, { ...settings, chunk: 16, verify });
  for (const stage of ["encode", "pyramid", "mesh"] as const) {
    for (const item of await itemsOf(context, stage))
      await doItem({ stage, step: steps[stage] as never }, context, item as never);
  }
  return plan;
}

async function verifyAll(context: MemoryContext): Promise<void> {
  for (const item of await itemsOf(context, "verify"))
    await doItem({ stage: "verify", step: steps.verify }, context, item);
}

const publish = (context: MemoryContext) =>
  publishStep(context, { name: "test", url: "http://host/test", viewer: "http://host/viewer/" });

/** Changes an object of the output as it is decoded. */
function spoil(context: MemoryContext, key: string, change: (bytes: Uint8Array) => Uint8Array): void {
  const object = context.output.objects.get(key)!;
  const zipped = object.contentEncoding === "gzip";
  const bytes = change(new Uint8Array(zipped ? gunzipSync(object.bytes) : object.bytes));
  context.output.objects.set(key, { ...object, bytes: zipped ? gzipSync(bytes) : bytes });
}

/** The n-th key that fits. */
const keyOf = ({ output }: MemoryContext, pattern: RegExp, n = 0) =>
  [...output.objects.keys()].filter((key) => pattern.test(key)).sort()[n]!;
/** One bit of the last id of the last lookup table. */
const otherId = (bytes: Uint8Array) => bytes.with(bytes.length - 8, bytes[bytes.length - 8]! ^ 1);

test("a sound run has a receipt: every chunk compared with the source, every segment judged", async () => {
  const context = await volume();
  const plan = await makeAll(context);
  await verifyAll(context);
  const { verified } = await publish(context);
  expect(verified).toMatch(
    /^verified: 92,400 voxels in \d+ chunks of 3 scales, \d+ segments, \d+ meshes, equal to the source/,
  );
  const receipt = await getJson<Receipt>(context.output, "receipt.json");
  expect(receipt.ok).toBe(true);
  const chunks = [...context.output.objects.keys()].filter((key) => /^8nm\//.test(key)).length;
  expect(receipt.checks["source"]).toMatchObject({ checked: chunks, wrong: 0, figures: { voxels: 92_400 } });
  const segments = (await getJson<{ inline: { ids: string[] } }>(context.output, "segment_properties/info"))
    .inline.ids;
  for (const check of ["manifests", "fragments", "closed", "manifold", "outward", "box", "volume", "centre"])
    expect({ check, checked: receipt.checks[check]!.checked }).toEqual({ check, checked: segments.length });
  expect(receipt.scales.map(({ voxels }) => voxels)).toEqual(
    plan.scales.map(({ size }) => size.reduce((n, axis) => n * axis)),
  );
  const page = new TextDecoder().decode(context.output.objects.get("index.html")!.bytes);
  expect(page).toContain('<a href="receipt.json">');
  expect(page).toContain("scale 0 is the source, voxel for voxel");
});

test.each<{ name: string; says: RegExp; spoil: (context: MemoryContext) => void }>([
  {
    name: "a chunk that holds another id",
    says: /^8nm\/\S+: holds other voxels than the source/m,
    spoil: (context) => spoil(context, keyOf(context, /^8nm\//, 4), otherId),
  },
  {
    name: "a chunk of a further scale",
    says: /^16nm\/\S+: \d+ voxels are no majority/m,
    spoil: (context) => spoil(context, keyOf(context, /^16nm\//), otherId),
  },
  {
    name: "a chunk lost",
    says: /^32nm\/\S+: is missing/m,
    spoil: ({ output }) =>
      output.objects.delete([...output.objects.keys()].find((key) => /^32nm\//.test(key))!),
  },
  {
    name: "a flag lost",
    says: /gzipped, but no Content-Encoding says so/,
    spoil: ({ output }) => {
      const key = [...output.objects.keys()].find((one) => /^mesh\/mesh\./.test(one))!;
      const { contentEncoding: _, ...object } = output.objects.get(key)!;
      output.objects.set(key, object);
    },
  },
  {
    name: "a mesh inside out",
    says: /^segment \d+: its mesh is wound inward/m,
    spoil: (context) =>
      spoil(context, keyOf(context, /^mesh\/mesh\./, 2), (bytes) => {
        const count = new DataView(bytes.buffer).getUint32(0, true);
        new Uint32Array(bytes.buffer, 4 + 12 * count).reverse();
        return bytes;
      }),
  },
  {
    name: "a manifest lost",
    says: /^mesh\/\d+:0: is missing/m,
    spoil: ({ output }) =>
      output.objects.delete([...output.objects.keys()].find((key) => /^mesh\/\d+:0/.test(key))!),
  },
  {
    name: "a count that is wrong",
    says: /^segment \d+: has \d+ voxels in the table, and \d+ in the volume/m,
    spoil: ({ work }) => {
      const object = work.objects.get("segments/0.json")!;
      const rows = JSON.parse(new TextDecoder().decode(object.bytes));
      rows[1].voxels++;
      work.objects.set("segments/0.json", {
        ...object,
        bytes: new TextEncoder().encode(JSON.stringify(rows)),
      });
    },
  },
])("$name: nothing is published, and the next try makes it anew", async ({ says, spoil: damage }) => {
  const context = await volume();
  await makeAll(context);
  damage(context);
  await verifyAll(context);
  const error = await publish(context).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(InputError);
  expect((error as Error).message).toMatch(says);
  // It is not the input's: the same run may be tried again.
  for (const { passing } of (error as InputError).faults) expect(passing).toBe(true);
  for (const key of ["info", "state.json", "index.html", "receipt.json"])
    expect(context.output.objects.has(key), key).toBe(false);
  await makeAll(context);
  await verifyAll(context);
  await publish(context);
  expect(await getJson<Receipt>(context.output, "receipt.json")).toMatchObject({ ok: true });
});

test("nothing may pass for compared that was not: without its hash a chunk fails its item", async () => {
  const context = await volume();
  await makeAll(context);
  const object = context.work.objects.get("hash/0")!;
  context.work.objects.set("hash/0", { ...object, bytes: object.bytes.subarray(12) });
  await expect(verifyAll(context)).rejects.toThrow("there is no hash of the source for chunk");
});

test("not verified if that is wished: no hashes, no items, no receipt", async () => {
  const context = await volume();
  const plan = await makeAll(context, false);
  expect(plan.parts).toBe(0);
  expect(await itemsOf(context, "verify")).toEqual([]);
  expect([...context.work.objects.keys()].filter((key) => key.startsWith("hash/"))).toEqual([]);
  expect(await publish(context)).not.toHaveProperty("verified");
  expect(context.output.objects.has("receipt.json")).toBe(false);
  expect(new TextDecoder().decode(context.output.objects.get("index.html")!.bytes)).not.toContain("Verified");
});
