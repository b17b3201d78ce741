import { workLists } from "../../lib/plan/pipeline.ts";
import { planStep } from "../../lib/step/plan.ts";
import { usualSettings } from "../../lib/step/settings.ts";
import { requestCounter } from "../../lib/store/count.ts";
import { memoryStore } from "../../lib/store/memory.ts";
import { type Declared, declaredInput } from "./declared.ts";

const most = { seconds: 60, bytes: 1e9 };

/** Volumes of 100 teravoxels in 10,000 slices, as programs store slices. */
export const declaredVolumes: readonly (Declared & { readonly name: string; readonly slow?: true })[] = [
  {
    name: "tiles of 1024, deflate",
    size: [100_000, 100_000, 10_000],
    bits: 32,
    tile: 1024,
    compressed: true,
  },
  { name: "strips of 64 rows, uncompressed", size: [100_000, 100_000, 10_000], bits: 64, rows: 64 },
  { name: "strips of a row, uncompressed", size: [100_000, 100_000, 10_000], bits: 64, rows: 1, slow: true },
];

/** Plans one declared volume in this process, and prints what it took; fails above 60 s or 1 GB. */
export async function measurePlan(index: number): Promise<void> {
  const chosen = declaredVolumes[index];
  if (chosen === undefined) throw new Error(`there is no declared volume ${index}`);
  const { name, slow = false, ...volume } = chosen;
  const counter = requestCounter();
  const context = {
    input: counter.of(declaredInput(volume)),
    work: memoryStore(),
    output: memoryStore(),
  };
  const since = performance.now();
  const plan = await planStep(context, usualSettings);
  const seconds = (performance.now() - since) / 1000;
  const bytes = process.resourceUsage().maxRSS * 1024;
  const { gets, bytesRead } = counter.now();
  console.log(`${volume.size.join(" x ")} voxels in ${volume.size[2]} slices, ${name}`);
  console.log(
    `  planned in ${seconds.toFixed(1)} s, peak ${(bytes / 1e6).toFixed(0)} MB, of ${gets} reads of headers (${(bytesRead / 1e6).toFixed(0)} MB)`,
  );
  console.log(
    `  ${plan.blocks} blocks of ${plan.blockSize.join(" x ")}, ${plan.groups} groups, ${plan.buckets} buckets, ${plan.scales.length} scales`,
  );
  for (const { key } of (["encode", "pyramid", "mesh", "verify"] as const).flatMap((stage) =>
    workLists(stage, plan.scales.length),
  )) {
    const list = context.work.objects.get(key)?.bytes ?? new Uint8Array(0);
    const batches = (JSON.parse(new TextDecoder().decode(list)) as unknown[]).length;
    console.log(`  ${key}: ${batches} batches, ${(list.byteLength / 1e6).toFixed(2)} MB`);
  }
  if ((seconds > most.seconds && !slow) || bytes > most.bytes) {
    console.error(`  more than ${most.seconds} s or ${most.bytes / 1e6} MB`);
    process.exitCode = 1;
  }
}
