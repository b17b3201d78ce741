import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Folders, openFolders } from "../../lib/local/folders.ts";
import { openPool } from "../../lib/local/pool.ts";
import { type Batch, itemsIn } from "../../lib/plan/batch.ts";
import { workLists } from "../../lib/plan/pipeline.ts";
import { planStep } from "../../lib/step/plan.ts";
import { usualSettings } from "../../lib/step/settings.ts";
import { getJson } from "../../lib/store/object.ts";

const start = promisify(execFile);
const times = 3;

/**
 * The stages that fan out, on worker threads: what a function with several processors would do with the items of a
 * batch, without waiting for buckets. Lambda gives one processor for 1,769 MB and costs in proportion, so more pays
 * only if it is more than as many times faster. Each run has as many processors of this machine as it has threads.
 */
export async function measureThreads(input: string): Promise<void> {
  console.log(
    "| threads | memory, MB | seconds (median of 3) | of processors | GB-s per gigavoxel |\n|---|---|---|---|---|",
  );
  for (const threads of [1, 2]) {
    const runs: { seconds: number; busy: number; voxels: number }[] = [];
    for (let i = 0; i < times; i++) {
      const own = [process.execPath, fileURLToPath(import.meta.url), input, String(threads)];
      const { stdout } = await start("taskset", ["-c", threads === 1 ? "0" : `0-${threads - 1}`, ...own]);
      runs.push(JSON.parse(stdout));
    }
    const { seconds, busy, voxels } = runs.sort((a, b) => a.seconds - b.seconds)[1] as (typeof runs)[number];
    const memory = 1769 * threads;
    const gbSeconds = (seconds * memory) / 1024 / (voxels / 1e9);
    console.log(
      `| ${threads} | ${memory} | ${seconds.toFixed(2)} | ${busy.toFixed(2)} | ${gbSeconds.toFixed(0)} |`,
    );
  }
}

/** One run, in a process of its own. */
async function measureOnce(input: string, threads: number): Promise<void> {
  const place = await mkdtemp(path.join(tmpdir(), "neuropress-threads-"));
  const folders: Folders = { input, work: path.join(place, "work"), output: path.join(place, "output") };
  try {
    const context = openFolders(folders);
    const plan = await planStep(context, usualSettings);
    const pool = openPool(threads, folders);
    const [since, before] = [performance.now(), process.cpuUsage()];
    for (const stage of ["encode", "pyramid", "mesh", "verify"] as const) {
      for (const { key } of workLists(stage, plan.scales.length)) {
        const items = itemsIn(plan, stage, await getJson<Batch[]>(context.work, key));
        await pool.run(stage, items, () => {});
      }
    }
    const seconds = (performance.now() - since) / 1000;
    const { user, system } = process.cpuUsage(before);
    await pool.close();
    const voxels = plan.scales[0]?.size.reduce((product, size) => product * size, 1) ?? 0;
    process.stdout.write(JSON.stringify({ seconds, busy: (user + system) / 1e6, voxels }));
  } finally {
    await rm(place, { recursive: true });
  }
}

const [script, folder, threads] = process.argv.slice(1);
if (script === fileURLToPath(import.meta.url)) await measureOnce(folder ?? "", Number(threads));
