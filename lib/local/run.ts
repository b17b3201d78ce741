import { type Batch, itemsIn } from "../plan/batch.ts";
import { type FanOutStage, hashesKey, stages, workLists } from "../plan/pipeline.ts";
import type { Plan } from "../plan/plan.ts";
import { inputsBeside } from "../plan/run.ts";
import type { Context } from "../step/context.ts";
import { checkImages } from "../step/image.ts";
import { planStep } from "../step/plan.ts";
import { type PublishInput, publishStep } from "../step/publish.ts";
import type { Settings } from "../step/settings.ts";
import { getJson, putJson } from "../store/object.ts";
import type { Pool } from "./pool.ts";
import type { Progress } from "./progress.ts";

export type RunInput = {
  readonly context: Context;
  /** Opens what does the items of so many tasks, on the same stores. */
  readonly open: (tasks: number) => Pool;
  /** sha256 of files of the input. */
  readonly hash: (names: readonly string[]) => Promise<Record<string, string>>;
  readonly settings: Settings;
  readonly publish: PublishInput;
  readonly progress: Progress;
  /** Told of the plan before anything is made. */
  readonly planned?: (plan: Plan) => void;
};

export type RunResult = {
  readonly voxels: number;
  readonly segments: number;
  readonly objects: number;
  readonly bytes: number;
  /** Items of work, and how many of them an earlier run had done. */
  readonly items: number;
  readonly skipped: number;
  /** What `state.json` holds. */
  readonly state: unknown;
  /** One line of what was verified; absent if nothing was. */
  readonly verified?: string;
  /** For the user: what was read otherwise than one might think, images that cannot be shown. */
  readonly notes: readonly string[];
  /** Seconds per stage. */
  readonly stages: Readonly<Record<string, number>>;
};

/** Walks the stages of the pipeline; the items of a stage are the pool's. */
export async function runPipeline(input: RunInput): Promise<RunResult> {
  const { context, progress } = input;
  const total = { objects: 0, bytes: 0, items: 0, skipped: 0 };
  const seconds: Record<string, number> = {};
  const plan = await timed(seconds, "plan", () => planStep(context, input.settings));
  input.planned?.(plan);
  const hashes = input.hash(await hashedNames(context, plan));
  // Awaited before publishing; until then a failure must not end the process.
  hashes.catch(() => {});
  const warnings = checkImages(plan);
  const pool = input.open(plan.blocks + plan.buckets);
  try {
    for (const { name } of stages.filter((stage) => stage.fanOut)) {
      const stage = name as FanOutStage;
      await timed(seconds, stage, async () => {
        for (const { key, unit } of workLists(stage, plan.scales.length)) {
          // Batches are for functions; threads share single items.
          const items = itemsIn(plan, stage, await getJson<Batch[]>(context.work, key));
          await runStage(pool, { stage, items, unit, label: labelOf(key), progress, total });
        }
      });
    }
  } finally {
    await pool.close();
  }
  await putJson(context.work, hashesKey, await hashes);
  const published = await timed(seconds, "publish", () => publishStep(context, input.publish));
  return {
    voxels: published.voxels,
    segments: published.segments,
    ...total,
    objects: total.objects + published.objects,
    bytes: total.bytes + published.bytes,
    state: published.state,
    ...(published.verified !== undefined && { verified: published.verified }),
    notes: [...plan.notes, ...(await warnings)],
    stages: seconds,
  };
}

type StageRun = {
  stage: FanOutStage;
  items: readonly unknown[];
  unit: string;
  label: string;
  progress: Progress;
  total: { objects: number; bytes: number; items: number; skipped: number };
};

async function runStage(pool: Pool, { stage, items, unit, label, progress, total }: StageRun): Promise<void> {
  progress.start(label, items.length, unit);
  await pool.run(stage, items, ({ voxels, objects, bytes, skipped }) => {
    total.objects += objects;
    total.bytes += bytes;
    total.items++;
    if (skipped) total.skipped++;
    progress.step(voxels, skipped);
  });
  progress.end();
}

function labelOf(key: string): string {
  return key.replace(/^items\/(.*)\.json$/, "$1");
}

/** The slices, and of the files beside them those that are there. */
async function hashedNames({ input }: Context, { files }: Plan): Promise<string[]> {
  const names = files.map(({ name }) => name);
  for (const name of inputsBeside) if ((await input.head(name)) !== undefined) names.push(name);
  return names;
}

async function timed<T>(seconds: Record<string, number>, stage: string, work: () => Promise<T>): Promise<T> {
  const since = performance.now();
  const result = await work();
  seconds[stage] = (performance.now() - since) / 1000;
  return result;
}
