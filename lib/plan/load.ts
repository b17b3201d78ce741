import { mapVec, product } from "../format/vec.ts";
import { batchesOf } from "./batch.ts";
import { partGroupCount } from "./items.ts";
import { mostSegments } from "./limit.ts";
import { countObjects } from "./objects.ts";
import { pace, service } from "./pace.ts";
import { type FanOutStage, stages, type WorkList, workLists } from "./pipeline.ts";
import type { Plan } from "./plan.ts";

/** What one list of work asks for, all its calls together. */
export type Load = {
  readonly stage: FanOutStage;
  readonly name: string;
  /** Items, of which threads take one at a time, and calls of functions. */
  readonly items: number;
  readonly calls: number;
  /** Seconds of one processor. */
  readonly seconds: number;
  /** In the cloud, counted as they are paid for: a listing is a put. */
  readonly puts: number;
  readonly gets: number;
  /** Of the input, which takes longer to come than it takes to decode. */
  readonly inputBytes: number;
};

type Sum = Pick<Load, "seconds" | "puts" | "gets" | "inputBytes">;

/** Segments that a volume is taken to have unless it is said: as dense as the measured one, up to what may be. */
export function usualSegments({ scales }: Plan): number {
  const voxels = product(scales[0]?.size ?? [0, 0, 0]);
  return Math.min(mostSegments, Math.max(1, Math.round(voxels * pace.segmentsPerVoxel)));
}

/** All lists of a run, in their order. */
export function loadsOf(plan: Plan, segments: number): Load[] {
  const fanned = stages.filter(({ fanOut }) => fanOut).map(({ name }) => name as FanOutStage);
  return fanned
    .filter((stage) => stage !== "verify" || plan.parts > 0)
    .flatMap((stage) => workLists(stage, plan.scales.length))
    .map((list) => loadOf(plan, list, segments));
}

function loadOf(plan: Plan, list: WorkList, segments: number): Load {
  const batches = batchesOf(plan, list);
  const items = batches.reduce(
    (sum, { runs }) => sum + runs.reduce((count, [, length]) => count + length, 0),
    0,
  );
  const calls = batches.length;
  const { puts, gets, ...sum } = sumOf(plan, list, segments);
  // Each call looks for its receipt and puts it, and lists what others have found wrong; it reads the plan if it is new.
  return {
    stage: list.stage,
    name: list.key.replace(/^items\/(.*)\.json$/, "$1"),
    ...{ items, calls, ...sum },
    puts: puts + 2 * calls,
    gets: gets + 2 * calls,
  };
}

function sumOf(plan: Plan, { stage, scale, gather, part }: WorkList, segments: number): Sum {
  if (stage === "encode") return encodeSum(plan);
  if (stage === "pyramid") return pyramidSum(plan, scale as number);
  if (stage === "mesh") return gather ? gatherSum(plan) : meshSum(plan, segments);
  if (part) return volumeSum(plan);
  return gather ? tallySum(plan) : bucketSum(plan, segments);
}

function encodeSum(plan: Plan): Sum {
  const { scales, blocks, files, blockSize, options, info } = plan;
  const [full] = scales as [Plan["scales"][number]];
  const inputBytes = files.reduce((sum, { size }) => sum + size, 0);
  // A block asks for each of its slices, and three more at its ends; small files are asked for once.
  const grid = mapVec((d) => Math.ceil(full.size[d] / blockSize[d]));
  const slices = grid[0] * grid[1] * (full.size[2] + 3 * (grid[2] - 1));
  const small = inputBytes / files.length <= smallFile;
  const surfaces = info.mesh === undefined ? 1 - pace.seconds.surfaces : 1;
  return {
    seconds: product(full.size) * pace.seconds.encodePerVoxel * surfaces,
    puts: (countObjects(plan).chunks[0] ?? 0) + blocks * (options.verify ? 2 : 1),
    gets: small ? files.length : slices + 2 * full.size[2],
    inputBytes,
  };
}

/** A file up to this size is read by one request. */
const smallFile = 2 ** 20;

function pyramidSum(plan: Plan, scale: number): Sum {
  const { chunks } = countObjects(plan);
  const before = plan.scales[scale - 1]?.size ?? [0, 0, 0];
  return {
    seconds: product(before) * pace.seconds.pyramidPerVoxel,
    puts: chunks[scale] ?? 0,
    gets: chunks[scale - 1] ?? 0,
    inputBytes: 0,
  };
}

function gatherSum({ blocks, groups }: Plan): Sum {
  return { seconds: blocks * pace.seconds.gatherPerBlock, puts: groups, gets: blocks, inputBytes: 0 };
}

function meshSum({ scales, blocks, groups, buckets, info }: Plan, segments: number): Sum {
  const [full] = scales as [Plan["scales"][number]];
  const meshes = info.mesh !== undefined;
  // Of each pack that knows of any segment of a bucket: at most all packs, at most what its segments touch.
  const surfaces = Math.min(2 * blocks * buckets, segments * touchedBlocks);
  return {
    seconds: meshes ? product(full.size) * pace.seconds.meshPerVoxel : 0,
    puts: (meshes ? 2 * segments : 0) + buckets,
    gets: 2 * groups * buckets + (meshes ? surfaces : 0),
    inputBytes: 0,
  };
}

/** Blocks that a segment is in, on average (measured: 177 segments in each of 15 blocks, of 1,042). */
const touchedBlocks = 2.5;

/** Half of the seconds of verification go by the volume, half by segments and meshes. */
function volumeSum(plan: Plan): Sum {
  const { chunks } = countObjects(plan);
  const [full] = plan.scales as [Plan["scales"][number]];
  const all = chunks.reduce((sum, count) => sum + count, 0);
  const twice = chunks.slice(1, -1).reduce((sum, count) => sum + count, 0);
  return {
    seconds: (product(full.size) * pace.seconds.verifyPerVoxel) / 2,
    puts: 2 * plan.parts,
    gets: all + twice + plan.blocks + plan.parts,
    inputBytes: 0,
  };
}

/** Of each part what it counted and what it found, of each group the same. */
function tallySum(plan: Plan): Sum {
  const { parts } = plan;
  const groups = partGroupCount(plan);
  return { seconds: parts * pace.seconds.tallyPerPart, puts: 2 * groups, gets: 2 * parts, inputBytes: 0 };
}

function bucketSum(plan: Plan, segments: number): Sum {
  const { scales, buckets, info } = plan;
  const [full] = scales as [Plan["scales"][number]];
  const meshes = info.mesh === undefined ? 0 : 1;
  return {
    seconds: ((product(full.size) * pace.seconds.verifyPerVoxel) / 2) * meshes,
    puts: buckets,
    gets: 2 * partGroupCount(plan) * buckets + buckets + 2 * meshes * segments,
    inputBytes: 0,
  };
}

/** Seconds of a function for a load: it computes, asks, and waits for the input. */
export function functionSeconds({ seconds, puts, gets, inputBytes }: Load): number {
  return seconds + (puts + gets) * service.requestSeconds + inputBytes / service.inputBytesPerSecond;
}
