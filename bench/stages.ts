import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { allowedCores } from "./core.ts";
import { runConvert } from "./job.ts";
import { machineText } from "./machine.ts";
import { storedFolder, volumeFolder } from "./make/folder.ts";
import { type Storage, storages } from "./make/tiff.ts";
import { median } from "./median.ts";
import type { Volumes } from "./row/short.ts";
import { openOurs } from "./session.ts";
import type { Round } from "./stage/kernel.ts";
import type { KernelName } from "./stage/kernels.ts";
import { markdown, secondsText } from "./table.ts";

type Stage = { readonly name: string; readonly kernel: KernelName; readonly folder: () => Promise<string> };

export type StageOptions = {
  /** The user's own; without any the bench's volumes are taken. */
  readonly folders: readonly string[];
  readonly only: readonly string[];
  readonly rounds: number;
  readonly volumes: Volumes;
};

const results = path.join(import.meta.dirname, "result");
const usual: readonly KernelName[] = [
  "tiff",
  "renumber",
  "encode",
  "gzip",
  "majority-221",
  "majority-222",
  "surface",
  "join",
];

/** Measures every stage of ours alone, one thread on one core, then whole jobs, and prints tables. */
export async function benchStages({ folders, only, rounds, volumes }: StageOptions): Promise<void> {
  const say = (line: string) => console.error(line);
  await mkdir(results, { recursive: true });
  const isWanted = ({ name }: Stage) => only.length === 0 || only.some((start) => name.startsWith(start));
  const stages = (folders.length > 0 ? folders.flatMap(stagesOf) : ownStages(volumes, say)).filter(isWanted);
  const found: { name: string; rounds: Round[] }[] = [];
  for (const stage of stages) {
    const session = await openOurs(allowedCores().at(-1)!, stage.kernel, {
      folder: path.resolve(await stage.folder()),
    });
    const first = await session.run();
    const taken: Round[] = [];
    for (let i = 0; i < rounds; i++) taken.push({ ...first, ...(await session.run()) });
    await session.close();
    found.push({ name: stage.name, rounds: taken });
    say(`${stage.name}: ${secondsText(taken.map(({ seconds }) => seconds))} s`);
  }
  const jobs = only.length > 0 && !only.includes("whole") ? [] : await wholeJobs(folders, volumes, say);
  const file = path.join(results, `stages-${new Date().toISOString().replaceAll(":", "")}.json`);
  await writeFile(file, `${JSON.stringify({ machine: machineText(), found, jobs }, null, 2)}\n`);
  console.log(machineText());
  if (found.length > 0) console.log(`\n${markdown(stageHead, found.map(stageCells))}`);
  if (jobs.length > 0) console.log(`\n${markdown(jobHead, jobs.map(jobCells))}`);
}

function stagesOf(folder: string): Stage[] {
  return usual.map((kernel) => ({ name: `${kernel} ${folder}`, kernel, folder: async () => folder }));
}

function ownStages({ guide, dense, noise }: Volumes, say: (line: string) => void): Stage[] {
  const tiffs = (Object.keys(storages) as Storage[]).flatMap((storage) =>
    ([8, 16, 32, 64] as const).map((bits): Stage => {
      const folder = () => storedFolder(guide, { storage, bits }, say);
      return { name: `tiff ${storage} uint${bits}`, kernel: "tiff", folder };
    }),
  );
  const volumes = [guide, dense].flatMap((volume) =>
    usual.map(
      (kernel): Stage => ({ name: `${kernel} ${volume}`, kernel, folder: () => volumeFolder(volume, say) }),
    ),
  );
  const noisy: Stage = { name: `encode ${noise}`, kernel: "encode", folder: () => volumeFolder(noise, say) };
  return [...tiffs, ...volumes, noisy];
}

const stageHead = ["stage", "median [least-most], s", "MVox/s per thread", "million triangles/s per thread"];

function stageCells({ name, rounds }: { name: string; rounds: readonly Round[] }): string[] {
  const seconds = rounds.map((round) => round.seconds);
  const speed = (amount: number | undefined, digits: number) =>
    amount === undefined ? "" : (amount / median(seconds) / 1e6).toFixed(digits);
  return [name, secondsText(seconds), speed(rounds[0]?.voxels, 0), speed(rounds[0]?.triangles, 2)];
}

type WholeJob = { name: string; threads: number } & Awaited<ReturnType<typeof runConvert>>;

async function wholeJobs(
  folders: readonly string[],
  volumes: Volumes,
  say: (line: string) => void,
): Promise<WholeJob[]> {
  const own = folders.length === 0 ? ([volumes.guide, volumes.dense] as const) : [];
  const named = own.map(async (volume) => ({
    name: volume as string,
    folder: await volumeFolder(volume, say),
  }));
  const jobs: WholeJob[] = [];
  for (const { name, folder } of [
    ...(await Promise.all(named)),
    ...folders.map((name) => ({ name, folder: name })),
  ]) {
    for (const threads of [1, 2]) {
      const cores = allowedCores().slice(-threads);
      const job = { name, threads, ...(await runConvert(cores, { folder, threads })) };
      jobs.push(job);
      say(`whole job ${name}, threads ${threads}: ${job.seconds.toFixed(1)} s, ${job.peak.toFixed(0)} MB`);
    }
  }
  return jobs;
}

const jobHead = ["whole job with meshes", "threads", "s", "MVox/s", "peak MB", "s per stage"];

function jobCells({ name, threads, seconds, voxels, peak, stages }: WholeJob): string[] {
  const parts = Object.entries(stages).map(([stage, s]) => `${stage} ${s.toFixed(2)}`);
  const speed = (voxels / seconds / 1e6).toFixed(1);
  return [name, `${threads}`, seconds.toFixed(2), speed, peak.toFixed(0), parts.join(", ")];
}
