import { gunzipSync } from "fflate";
import { expect, test } from "vitest";
import { decodeFragment } from "../../lib/format/fragment.ts";
import { mapVec, product, type Vec3 } from "../../lib/format/vec.ts";
import { batchesOf } from "../../lib/plan/batch.ts";
import { groupCount } from "../../lib/plan/items.ts";
import { planKey, workLists } from "../../lib/plan/pipeline.ts";
import type { Plan } from "../../lib/plan/plan.ts";
import { meshStep } from "../../lib/step/mesh.ts";
import { putJson } from "../../lib/store/object.ts";
import { type MemoryContext, makeVolume, runAll } from "./volume.ts";

const size: Vec3 = [150, 90, 70];

/** Two tubes that touch, a ball, and a sheet through the whole volume; ids beyond 2^53. */
function idAt(x: number, y: number, z: number): bigint {
  const wave = 45 + 18 * Math.sin(x / 17) - y;
  const depth = 33 + 9 * Math.cos(x / 23) - z;
  if (wave * wave + depth * depth < 90) return 2n ** 63n + 5n;
  if ((wave - 19) ** 2 + depth * depth < 90) return 2n ** 53n + 1n;
  if ((x - 100) ** 2 + (y - 75) ** 2 + (z - 50) ** 2 < 160) return 7n;
  if (Math.abs(z - 61) < 3) return 2n ** 32n;
  return 0n;
}

/** Cuts the volume into blocks of another shape than planned. */
function withBlocks(context: MemoryContext, blockSize: Vec3) {
  return async (planned: Plan) => {
    const blocks = product(mapVec((d) => Math.ceil(size[d] / blockSize[d])));
    const plan = { ...planned, blockSize, blocks, groups: groupCount(blocks) };
    const [list] = workLists("encode", plan.scales.length);
    await putJson(context.work, list!.key, batchesOf(plan, list!));
    await putJson(context.work, planKey, plan);
  };
}

function outputs(context: MemoryContext, prefix = ""): Record<string, string> {
  const found = [...context.output.objects].filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(found.map(([key, { bytes }]) => [key, Buffer.from(bytes).toString("base64")]));
}

test("the dataset is the same, byte for byte, whatever the blocks", async () => {
  const whole = await makeVolume(size, idAt);
  await runAll(whole, { between: withBlocks(whole, [192, 128, 128]) });
  const expected = outputs(whole);
  expect(Object.keys(expected).filter((key) => key.startsWith("mesh/mesh.")).length).toBe(4);
  for (const shape of [
    [64, 64, 64],
    [128, 64, 64],
    [64, 128, 128],
  ] as Vec3[]) {
    const context = await makeVolume(size, idAt);
    await runAll(context, { between: withBlocks(context, shape) });
    expect(outputs(context)).toEqual(expected);
  }
});

test("names and manifests are those of the contract, ids in full", async () => {
  const context = await makeVolume(size, idAt);
  await runAll(context);
  const { bytes, options } = context.output.objects.get("mesh/9223372036854775813:0")!;
  expect(new TextDecoder().decode(bytes)).toBe(
    '{"fragments":["mesh.9223372036854775813.9223372036854775813"]}',
  );
  expect(options.contentType).toBe("application/json");
  expect(context.output.objects.has("mesh/0:0")).toBe(false);
});

test("a segment too large for one task is written in parts that together are closed", async () => {
  const context = await makeVolume(size, idAt);
  const plan = await runAll(context);
  const id = "4294967296";
  const one = decoded(context, `mesh/mesh.${id}.${id}`);
  for (let bucket = 0; bucket < plan.buckets; bucket++) await meshStep(context, { bucket }, 2000);
  const manifest = new TextDecoder().decode(context.output.objects.get(`mesh/${id}:0`)!.bytes);
  const { fragments } = JSON.parse(manifest) as { fragments: string[] };
  expect(fragments.length).toBeGreaterThan(1);
  expect(fragments[0]).toBe(`mesh.${id}.${id}.0`);
  const parts = fragments.map((name) => decoded(context, `mesh/${name}`));
  const edges = edgeBalance(parts);
  expect(edges.count).toBeGreaterThan(300);
  expect(edges.unbalanced).toBe(0);
  // Locked seams simplify less, so the volumes differ by some percent.
  const ratio = volumeOf(parts) / volumeOf([one]);
  expect(ratio).toBeGreaterThan(0.95);
  expect(ratio).toBeLessThan(1.05);
});

function decoded(context: MemoryContext, key: string) {
  return decodeFragment(gunzipSync(context.output.objects.get(key)!.bytes));
}

/** Directed edges by vertex positions: in a closed surface each is met once in either direction. */
function edgeBalance(parts: ReturnType<typeof decodeFragment>[]): { count: number; unbalanced: number } {
  const balance = new Map<string, number>();
  for (const { positions, indices } of parts) {
    const name = (i: number) => positions.subarray(3 * i, 3 * i + 3).join(",");
    for (let t = 0; t < indices.length; t += 3) {
      for (let c = 0; c < 3; c++) {
        const [a, b] = [name(indices[t + c]!), name(indices[t + ((c + 1) % 3)]!)];
        const key = a < b ? `${a} ${b}` : `${b} ${a}`;
        balance.set(key, (balance.get(key) ?? 0) + (a < b ? 1 : -1));
      }
    }
  }
  return { count: balance.size, unbalanced: [...balance.values()].filter((n) => n !== 0).length };
}

function volumeOf(parts: ReturnType<typeof decodeFragment>[]): number {
  let six = 0;
  for (const { positions: p, indices } of parts) {
    for (let t = 0; t < indices.length; t += 3) {
      const [a, b, c] = [3 * indices[t]!, 3 * indices[t + 1]!, 3 * indices[t + 2]!];
      six += p[a]! * (p[b + 1]! * p[c + 2]! - p[b + 2]! * p[c + 1]!);
      six += p[a + 1]! * (p[b + 2]! * p[c]! - p[b]! * p[c + 2]!);
      six += p[a + 2]! * (p[b]! * p[c + 1]! - p[b + 1]! * p[c]!);
    }
  }
  return six / 6;
}
