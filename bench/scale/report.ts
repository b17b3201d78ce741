import type { Vec3 } from "../../lib/format/vec.ts";
import { mapVec } from "../../lib/format/vec.ts";
import type { Plan } from "../../lib/plan/plan.ts";
import { planStep } from "../../lib/step/plan.ts";
import { usualSettings } from "../../lib/step/settings.ts";
import { memoryStore } from "../../lib/store/memory.ts";
import { type Assumed, assumed } from "./assumed.ts";
import { declaredInput } from "./declared.ts";
import { decodedTimes, requestsBefore, segmentsOf, voxelsOf } from "./load.ts";
import { type Measured, readMeasured } from "./measure.ts";
import { type Simulated, simulate } from "./simulate.ts";

const sizes: readonly (readonly [string, Vec3])[] = [
  ["1 G", [1000, 1000, 1000]],
  ["10 G", [2154, 2154, 2154]],
  ["100 G", [4642, 4642, 4642]],
  ["1 T", [10_000, 10_000, 10_000]],
  ["10 T", [31_623, 31_623, 10_000]],
  ["100 T", [100_000, 100_000, 10_000]],
];
const tile = 256;

/** Plans volumes from 1 Gvoxel to 100 Tvoxel for real, simulates their runs, and prints what came out. */
export async function report(most: number, changes: Partial<Assumed>): Promise<void> {
  const measured = readMeasured();
  const { origin } = measured;
  console.log(`measured: ${origin.volume}, ${origin.date}, ${origin.machine}`);
  console.log(`assumed: ${JSON.stringify({ ...assumed, ...changes })}\n`);
  const rows = [];
  for (const [name, size] of sizes.slice(0, most)) {
    const plan = await planOf(size);
    rows.push({ name, plan });
  }
  printPlans(rows, measured);
  for (const places of [1000, 10_000]) {
    console.log(`\n${places} functions at the same time`);
    printHead();
    for (const { name, plan } of rows) {
      const volume = { plan, storage: { width: tile, height: tile } };
      printRun(name, plan, simulate({ volume, measured, assumed: { ...assumed, ...changes }, places }));
    }
  }
  await printStorage();
}

async function planOf(
  size: Vec3,
  storage: { tile?: number; rows?: number; compressed?: boolean } = { tile, compressed: true },
): Promise<Plan> {
  const input = declaredInput({ size, bits: 32, ...storage });
  return planStep({ input, work: memoryStore(), output: memoryStore() }, usualSettings);
}

function printPlans(rows: readonly { name: string; plan: Plan }[], measured: Measured): void {
  console.log(
    "| voxels | blocks | of voxels | groups | buckets | segments | items before | GETs of the mesh stage before |",
  );
  console.log("|---|---|---|---|---|---|---|---|");
  for (const { name, plan } of rows) {
    const before = requestsBefore(plan, measured);
    const cells = [name, count(plan.blocks), plan.blockSize.join(" x "), plan.groups, count(plan.buckets)];
    console.log(
      `| ${[...cells, count(segmentsOf(plan, measured)), count(before.items), count(before.gets)].join(" | ")} |`,
    );
  }
}

function printHead(): void {
  console.log(
    "| voxels | calls | PUTs | GETs | time | USD | per Gvoxel | of which compute, PUTs, GETs, transitions | longest call | refused by S3 | first bottleneck (of the places' time) |",
  );
  console.log("|---|---|---|---|---|---|---|---|---|---|---|");
}

function printRun(name: string, plan: Plan, run: Simulated): void {
  const { usage, usd, parts } = run;
  const total = Object.values(run.spent).reduce((sum, seconds) => sum + seconds, 0);
  const [worst, next] = Object.entries(run.spent)
    .sort(([, a], [, b]) => b - a)
    .map(([what, seconds]) => `${what} ${((100 * seconds) / total).toFixed(0)} %`);
  const shares = [parts["compute"], parts["puts"], parts["gets"], parts["transitions"]].map((part = 0) =>
    money(part),
  );
  const cells = [
    name,
    count(usage.calls),
    count(usage.puts),
    count(usage.gets),
    duration(run.seconds),
    money(usd),
    money(usd / (voxelsOf(plan) / 1e9)),
    shares.join(", "),
    `${run.longest.stage} ${run.longest.seconds.toFixed(0)} s`,
    `${((100 * run.refused) / (usage.gets + usage.puts)).toFixed(0)} %, ${run.splits} splits`,
    `${worst}; ${next}`,
  ];
  console.log(`| ${cells.join(" | ")} |`);
}

/** How often a sample is decoded, by how slices are stored and how wide they are. */
async function printStorage(): Promise<void> {
  const widths = [2048, 8192, 32_768, 100_000];
  console.log(
    `\nsamples decoded (of uncompressed strips: read) per voxel, slices of so many columns and rows`,
  );
  console.log(`| storage | ${widths.join(" | ")} |\n|---|${"---|".repeat(widths.length)}`);
  const kinds = [
    ["tiles of 256", { tile: 256, compressed: true }],
    ["tiles of 512", { tile: 512, compressed: true }],
    ["tiles of 1024", { tile: 1024, compressed: true }],
    ["strips of 64 rows", { rows: 64, compressed: true }],
    ["strips of 64 rows, uncompressed", { rows: 64 }],
  ] as const;
  for (const [name, kind] of kinds) {
    const times = [];
    for (const width of widths) {
      const plan = await planOf(
        mapVec((d) => (d === 2 ? 1024 : width)),
        kind,
      );
      const storage =
        "tile" in kind
          ? { width: kind.tile, height: kind.tile }
          : { width, height: "compressed" in kind ? 64 : 1 };
      times.push(decodedTimes({ plan, storage }).toFixed(1));
    }
    console.log(`| ${name} | ${times.join(" | ")} |`);
  }
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function money(usd: number): string {
  return usd >= 100 ? usd.toFixed(0) : usd.toPrecision(2);
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds.toFixed(0)} s`;
  return seconds < 7200 ? `${(seconds / 60).toFixed(0)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
