import { readFileSync } from "node:fs";
import { cp, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { decodeHead, headLength, recordWords } from "../../lib/format/bucket.ts";
import { segmentProperties } from "../../lib/format/property.ts";
import { product } from "../../lib/format/vec.ts";
import { batchesOf, itemsIn } from "../../lib/plan/batch.ts";
import { type FanOutStage, packKey, type WorkList, workLists } from "../../lib/plan/pipeline.ts";
import type { Plan } from "../../lib/plan/plan.ts";
import { doBatch } from "../../lib/step/item.ts";
import { planStep } from "../../lib/step/plan.ts";
import { publishStep } from "../../lib/step/publish.ts";
import { usualSettings } from "../../lib/step/settings.ts";
import { steps } from "../../lib/step/steps.ts";
import { requestCounter } from "../../lib/store/count.ts";
import { directoryStore } from "../../lib/store/directory.ts";

/** What the items of a run took on one processor, and what they moved: the simulation's only measured input. */
export type Measured = {
  readonly origin: {
    readonly volume: string;
    readonly date: string;
    readonly machine: string;
    readonly command: string;
  };
  /** Of one processor, files on a local disk. */
  readonly seconds: {
    readonly planPerSlice: number;
    readonly encodePerVoxel: number;
    /** Per voxel that is read. */
    readonly pyramidPerVoxel: number;
    readonly gatherPerBlock: number;
    readonly meshPerVoxel: number;
    /** Both passes: parts of the volume, then buckets. */
    readonly verifyPerVoxel: number;
    /** Sorting what a part has counted, with all others of its group. */
    readonly tallyPerPart: number;
    readonly publish: number;
    /** More of them: rows of the table, sorted, written and compressed. */
    readonly publishPerSegment: number;
  };
  /** Bytes per voxel of scale 0. */
  readonly bytes: { readonly chunks: number; readonly packs: number; readonly meshes: number };
  /** Segments per voxel, and how many a block knows of. */
  readonly segmentsPerVoxel: number;
  readonly entriesPerBlock: number;
  readonly voxelsPerBlock: number;
};

const file = path.join(import.meta.dirname, "measured.json");

export function readMeasured(): Measured {
  return JSON.parse(readFileSync(file, "utf8")) as Measured;
}

/** Does a whole run of a folder in this process, item by item, and keeps what its items took in measured.json. */
export async function measureItems(folder: string): Promise<void> {
  const place = await mkdtemp(path.join(tmpdir(), "neuropress-scale-"));
  try {
    const measured = await measure(await inputOf(folder, place), place, path.basename(folder));
    await writeFile(file, `${JSON.stringify(measured, null, 2)}\n`);
    console.log(JSON.stringify(measured, null, 2));
  } finally {
    await rm(place, { recursive: true });
  }
}

/** The folder itself if `info` is in it; else a copy of its slices with the `info` that lies beside them. */
async function inputOf(folder: string, place: string): Promise<string> {
  if (await stat(path.join(folder, "info")).catch(() => undefined)) return folder;
  const input = path.join(place, "input");
  await cp(folder, input, { recursive: true });
  await cp(path.join(folder, "..", "info"), path.join(input, "info"));
  return input;
}

async function measure(input: string, place: string, volume: string): Promise<Measured> {
  const [work, output] = [requestCounter(), requestCounter()];
  const context = {
    input: directoryStore(input),
    work: work.of(directoryStore(path.join(place, "work"))),
    output: output.of(directoryStore(path.join(place, "output"))),
  };
  const [plan, planSeconds] = await timed(() => planStep(context, usualSettings));
  const voxels = product(plan.scales[0]?.size ?? [0, 0, 0]);
  const perform = async (stage: FanOutStage, of: (list: WorkList) => boolean = () => true) => {
    const before = { work: work.now().bytesWritten, output: output.now().bytesWritten };
    const [, seconds] = await timed(async () => {
      for (const list of workLists(stage, plan.scales.length)) {
        if (of(list)) await performAll(stage, itemsIn(plan, stage, batchesOf(plan, list)));
      }
    });
    const after = { work: work.now().bytesWritten, output: output.now().bytesWritten };
    return { seconds, work: after.work - before.work, output: after.output - before.output };
  };
  const performAll = async <S extends FanOutStage>(stage: S, items: Parameters<(typeof steps)[S]>[1][]) => {
    for (const item of items) await doBatch({ stage, step: steps[stage] }, context, [item as never]);
  };
  const encode = await perform("encode");
  const pyramid = await perform("pyramid");
  const gather = await perform("mesh", (list) => list.gather === true);
  const mesh = await perform("mesh", (list) => list.gather === undefined);
  const parts = await perform("verify", (list) => list.part === true);
  const tally = await perform("verify", (list) => list.gather === true);
  const buckets = await perform("verify", (list) => list.part === undefined && list.gather === undefined);
  const where = { name: "scale", url: "http://host/scale", viewer: "http://host/viewer/" };
  const [published, publishSeconds] = await timed(() => publishStep(context, where));
  const made = plan.scales.slice(0, -1).reduce((sum, { size }) => sum + product(size), 0);
  return {
    origin: {
      volume: `${volume}, ${plan.scales[0]?.size.join(" x ")}`,
      date: new Date().toISOString().slice(0, 10),
      machine: `seconds of one processor, of ${cpus().length} x ${cpus()[0]?.model}, node ${process.version}`,
      command: "npm run scale -- --measure FOLDER",
    },
    seconds: {
      planPerSlice: planSeconds / plan.slices.length,
      encodePerVoxel: encode.seconds / voxels,
      pyramidPerVoxel: pyramid.seconds / made,
      gatherPerBlock: gather.seconds / plan.blocks,
      meshPerVoxel: mesh.seconds / voxels,
      verifyPerVoxel: (parts.seconds + buckets.seconds) / voxels,
      tallyPerPart: tally.seconds / plan.parts,
      publish: publishSeconds,
      publishPerSegment: secondsPerSegment(),
    },
    bytes: {
      chunks: encode.output / voxels,
      packs: encode.work / voxels,
      meshes: mesh.output / voxels,
    },
    segmentsPerVoxel: published.segments / voxels,
    entriesPerBlock: await entriesPerBlock(context.work, plan),
    voxelsPerBlock: voxels / plan.blocks,
  };
}

async function entriesPerBlock(
  work: { get: ReturnType<typeof directoryStore>["get"] },
  plan: Plan,
): Promise<number> {
  let words = 0;
  for (let block = 0; block < plan.blocks; block++) {
    const pack = (await work.get(packKey(block)))?.bytes ?? new Uint8Array(4);
    words += decodeHead(pack.subarray(0, headLength(pack))).length;
  }
  return words / recordWords / plan.blocks;
}

const table = 100_000;

function secondsPerSegment(): number {
  const segments = Array.from({ length: table }, (_, i) => ({
    id: `${(i * 7919) % table}${1e12 + i}`,
    voxels: 1e6 + i,
    box: [i, i, i, i + 500, i + 400, i + 300],
    centroid: [i + 250.5, i + 200.25, i + 150.125],
    mesh: { triangles: 900 + i, area: 1e9 + i },
  }));
  const since = performance.now();
  segments.sort((a, b) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1));
  const value = segmentProperties(segments, {
    resolution: [8, 8, 8],
    voxelOffset: [0, 0, 0],
    size: [1e6, 1e6, 1e6],
  });
  gzipSync(JSON.stringify(value));
  return (performance.now() - since) / 1000 / table;
}

/** Of the processor, which others may share: seconds by the clock would count them as well. */
async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const since = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(since);
  return [result, (user + system) / 1e6];
}
