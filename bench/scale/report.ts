import { gridShape } from "../../lib/format/chunk.ts";
import type { BasicInfo } from "../../lib/format/info.ts";
import type { Vec3 } from "../../lib/format/vec.ts";
import { product } from "../../lib/format/vec.ts";
import { blockGrid, planBlockSize, type Storage } from "../../lib/plan/block.ts";
import { describeDataset } from "../../lib/plan/dataset.ts";
import { bucketCount, groupCount, partGroupCount } from "../../lib/plan/items.ts";
import type { Plan } from "../../lib/plan/plan.ts";
import { planScales } from "../../lib/plan/scale.ts";
import { usualSettings } from "../../lib/step/settings.ts";
import { partCount } from "../../lib/step/verify/items.ts";
import { type Assumed, assumed } from "./assumed.ts";
import { decodedTimes, requestsBefore, segmentsOf, tallyRequests, voxelsOf } from "./load.ts";
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
const tiles = (side: number): Storage => ({ width: side, height: side });

/** Plans volumes from 1 Gvoxel to 100 Tvoxel for real, simulates their runs, and prints what came out. */
export function report(most: number, changes: Partial<Assumed>): void {
  const measured = readMeasured();
  const { origin } = measured;
  console.log(`measured: ${origin.volume}, ${origin.date}, ${origin.machine}`);
  console.log(`assumed: ${JSON.stringify({ ...assumed, ...changes })}\n`);
  const rows = [];
  for (const [name, size] of sizes.slice(0, most)) {
    const plan = planOf(size, tiles(tile));
    rows.push({ name, plan });
  }
  printPlans(rows, measured);
  for (const places of [200, 1000, 10_000]) {
    console.log(`\n${places} functions at the same time`);
    printHead();
    for (const { name, plan } of rows) {
      const volume = { plan, storage: tiles(tile) };
      printRun(name, plan, simulate({ volume, measured, assumed: { ...assumed, ...changes }, places }));
    }
  }
  printVerified(rows, measured, { ...assumed, ...changes });
  printStorage();
}

/** What the plan stage makes of slices of this size, without their headers (which --plan reads). */
function planOf(size: Vec3, storage: Storage): Plan {
  const basic = {
    ...{ size, resolution: [8, 8, 8], voxelOffset: [0, 0, 0], block: [8, 8, 8] },
    ...{ extra: {}, scaleExtra: {} },
  } as BasicInfo;
  const scales = planScales(basic, usualSettings.chunk);
  const [full] = scales as [(typeof scales)[number]];
  const blockSize = planBlockSize(full, storage);
  const blocks = product(gridShape(blockGrid({ scales, blockSize })));
  const slices = Array.from({ length: size[2] }, (_, file) => ({ file, ifd: 0, plane: 0 }));
  const counts = { blocks, groups: groupCount(blocks), buckets: bucketCount(size) };
  const info = describeDataset(basic, "uint64", scales, usualSettings);
  return { info, scales, blockSize, slices, ...counts, parts: 0 } as unknown as Plan;
}

/** The same run with everything read back. */
function verifiedPlan(plan: Plan): Plan {
  return { ...plan, parts: partCount(plan) };
}

function printPlans(rows: readonly { name: string; plan: Plan }[], measured: Measured): void {
  console.log(
    "| voxels | blocks | of voxels | groups | buckets | segments | items before | GETs of the mesh stage before | GETs of the verify stage before |",
  );
  console.log("|---|---|---|---|---|---|---|---|---|");
  for (const { name, plan } of rows) {
    const before = requestsBefore(verifiedPlan(plan), measured);
    const cells = [name, count(plan.blocks), plan.blockSize.join(" x "), plan.groups, count(plan.buckets)];
    console.log(
      `| ${[...cells, count(segmentsOf(plan, measured)), count(before.items), count(before.gets), count(before.verify)].join(" | ")} |`,
    );
  }
}

function printHead(): void {
  console.log(
    "| voxels | calls | PUTs | GETs | time | USD | per Gvoxel | of which compute, PUTs, GETs, transitions | longest call | ended at 15 min, given up | refused by S3 | first bottleneck (of the places' time) |",
  );
  console.log("|---|---|---|---|---|---|---|---|---|---|---|---|");
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
    `${count(run.timedOut)}, ${count(run.givenUp)}`,
    `${((100 * run.refused) / (usage.gets + usage.puts)).toFixed(0)} %, ${run.splits} splits`,
    `${worst}; ${next}`,
  ];
  console.log(`| ${cells.join(" | ")} |`);
}

/** What verification adds to a run of 200 functions. */
function printVerified(
  rows: readonly { name: string; plan: Plan }[],
  measured: Measured,
  assumed: Assumed,
): void {
  console.log("\nverification, 200 functions: what it adds to a run, and the whole run with it");
  console.log(
    "| voxels | parts | groups | calls | PUTs | GETs | of which of counts | before | USD | longest call | whole run: time | USD | per Gvoxel |",
  );
  console.log(`|${"---|".repeat(13)}`);
  for (const { name, plan } of rows) {
    const run = (plan: Plan) =>
      simulate({ volume: { plan, storage: tiles(tile) }, measured, assumed, places: 200 });
    const verified = verifiedPlan(plan);
    const [without, all] = [run(plan), run(verified)];
    const more = (of: (one: Simulated) => number) => of(all) - of(without);
    const cells = [
      ...[name, count(verified.parts), partGroupCount(verified)],
      ...[count(more(({ usage }) => usage.calls)), count(more(({ usage }) => usage.puts))],
      ...[count(more(({ usage }) => usage.gets)), count(tallyRequests(verified))],
      ...[count(requestsBefore(verified, measured).verify), money(more(({ usd }) => usd))],
      `${all.longest.stage} ${all.longest.seconds.toFixed(0)} s`,
      ...[duration(all.seconds), money(all.usd), money(all.usd / (voxelsOf(plan) / 1e9))],
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}

/** How often a sample is decoded, by how slices are stored and how wide they are. */
function printStorage(): void {
  const widths = [2048, 8192, 32_768, 100_000];
  console.log(
    `\nsamples decoded (of uncompressed strips: read) per voxel, slices of so many columns and rows`,
  );
  console.log(`| storage | ${widths.join(" | ")} |\n|---|${"---|".repeat(widths.length)}`);
  const kinds: readonly (readonly [string, (width: number) => Storage])[] = [
    ["tiles of 256", () => tiles(256)],
    ["tiles of 512", () => tiles(512)],
    ["tiles of 1024", () => tiles(1024)],
    ["compressed strips of 64 rows", (width) => ({ width, height: 64 })],
    ["uncompressed strips", (width) => ({ width, height: 1 })],
  ];
  for (const [name, of] of kinds) {
    const times = widths.map((width) => {
      const storage = of(width);
      const plan = planOf([width, width, 1024], storage);
      return decodedTimes({ plan, storage }).toFixed(1);
    });
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
