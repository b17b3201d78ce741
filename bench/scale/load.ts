import { chunkBox, gridShape } from "../../lib/format/chunk.ts";
import { mapVec, product, shapeOf } from "../../lib/format/vec.ts";
import { type Batch, batchesOf } from "../../lib/plan/batch.ts";
import { type Storage, samplesDecoded } from "../../lib/plan/block.ts";
import { encodeItem, partGroupCount, pyramidItem } from "../../lib/plan/items.ts";
import { mostSegments } from "../../lib/plan/limit.ts";
import { packPrefixes, type WorkList, workLists } from "../../lib/plan/pipeline.ts";
import type { Plan } from "../../lib/plan/plan.ts";
import { verifiedPart } from "../../lib/step/verify/items.ts";
import { entryBytes } from "../../lib/verify/tally.ts";
import type { Assumed } from "./assumed.ts";
import type { Measured } from "./measure.ts";

/** Where requests go: S3 limits each by itself. */
export type Prefix = string;

/** What one call of a function does. */
export type Load = {
  /** Seconds of the processor. */
  readonly compute: number;
  readonly gets: readonly (readonly [Prefix, number])[];
  readonly puts: readonly (readonly [Prefix, number])[];
  readonly bytes: number;
};

/** A list of calls, done when the one before it is. */
export type Stage = { readonly name: string; readonly loads: readonly Load[] };

export type Volume = { readonly plan: Plan; readonly storage: Storage };
type Known = { readonly measured: Measured; readonly assumed: Assumed };

/** Segments that a volume is taken to have: as dense as the measured one, up to what may be. */
export function segmentsOf(plan: Plan, { segmentsPerVoxel }: Measured): number {
  return Math.min(mostSegments, Math.round(voxelsOf(plan) * segmentsPerVoxel));
}

export function voxelsOf({ scales }: Plan): number {
  return product(scales[0]?.size ?? [0, 0, 0]);
}

/** Prefixes that requests of a kind are spread over (lib/plan/pipeline.ts). */
export function prefixesOf(prefix: Prefix, plan: Plan): number {
  if (prefix === "packs" || prefix === "tallies") return packPrefixes;
  if (prefix === "groups of tallies") return partGroupCount(plan);
  return prefix === "groups" ? plan.groups : 1;
}

/** All calls of the stages that fan out, from the plan's own work lists. */
export function* stagesOf(volume: Volume, known: Known): Generator<Stage> {
  const verify = volume.plan.parts > 0 ? (["verify"] as const) : [];
  for (const stage of ["encode", "pyramid", "mesh", ...verify] as const) {
    for (const list of workLists(stage, volume.plan.scales.length)) {
      const name = list.key.replace(/^items\/(.*)\.json$/, "$1");
      const loads = batchesOf(volume.plan, list).map((batch) => loadOf(volume, list, { batch, known }));
      yield { name, loads };
    }
  }
}

type Task = { batch: Batch; known: Known };

function loadOf(volume: Volume, list: WorkList, task: Task): Load {
  const load = ofList(volume, list, task);
  // One receipt is looked for and one put; the listing of faults is priced and limited as a PUT.
  const gets = [...load.gets, ["work", 1]] as const;
  const puts = [...load.puts, ["work", 2]] as const;
  const requests = [...gets, ...puts].reduce((sum, [, count]) => sum + count, 0);
  const { requestSeconds, speed } = task.known.assumed;
  return { ...load, gets, puts, compute: (load.compute + requests * requestSeconds) / speed };
}

function ofList(volume: Volume, list: WorkList, task: Task): Load {
  if (list.stage === "encode") return encodeLoad(volume, task);
  if (list.stage === "pyramid") return pyramidLoad(volume, task);
  if (list.stage === "verify") return verifyLoad(volume, list, task);
  return list.gather ? gatherLoad(volume, task) : meshLoad(volume, task);
}

function numbersOf({ runs }: Batch): number[] {
  return runs.flatMap(([first, count]) => Array.from({ length: count }, (_, i) => first + i));
}

function encodeLoad({ plan, storage }: Volume, { batch, known: { measured, assumed } }: Task): Load {
  const [full] = plan.scales as [Plan["scales"][number]];
  const sum = { voxels: 0, chunks: 0, requests: 0 };
  const blocks = numbersOf(batch);
  const slices = new Set<number>();
  for (const block of blocks) {
    const { box } = encodeItem(plan, block);
    const shape = shapeOf(box);
    sum.voxels += product(shape);
    sum.chunks += product(mapVec((d) => Math.ceil(shape[d] / full.chunkSize[d])));
    const rows =
      Math.ceil((box.hi[1] + 2) / storage.height) - Math.floor(Math.max(0, box.lo[1] - 1) / storage.height);
    // Uncompressed rows that lie within a request of each other are one; so is a row of tiles.
    sum.requests += (shape[2] + 3) * (storage.height === 1 ? 1 : rows);
    for (let z = box.lo[2]; z < box.hi[2]; z++) slices.add(z);
  }
  const times = decodedTimes({ plan, storage });
  // Guess: decoding is a third of what a block takes; it is what grows with what is decoded again.
  const seconds = measured.seconds.encodePerVoxel * sum.voxels * (2 / 3 + times / 3);
  return {
    compute: seconds,
    gets: [["input", sum.requests + 3 * slices.size]],
    puts: [
      ["chunks of scale 0", sum.chunks],
      ["packs", blocks.length],
      ...(plan.parts > 0 ? ([["hashes", blocks.length]] as const) : []),
    ],
    bytes: sum.voxels * (times * assumed.inputBytesPerVoxel + measured.bytes.chunks + measured.bytes.packs),
  };
}

/** How often a sample is decoded, all blocks together. */
export function decodedTimes({ plan, storage }: Volume): number {
  const size = plan.scales[0]?.size ?? [1, 1, 1];
  return samplesDecoded(size, plan.blockSize, storage) / product(size);
}

function pyramidLoad({ plan }: Volume, { batch, known: { measured } }: Task): Load {
  const scale = batch.scale as number;
  const [before, here] = [plan.scales[scale - 1], plan.scales[scale]];
  if (before === undefined || here === undefined) throw new Error(`no scale ${scale}`);
  let voxels = 0;
  let gets = 0;
  const chunks = numbersOf(batch);
  for (const chunk of chunks) {
    const shape = shapeOf(chunkBox(here, pyramidItem(plan, scale, chunk).lo));
    const source = mapVec((d) => (shape[d] * here.factor[d]) / before.factor[d]);
    voxels += product(source);
    gets += product(mapVec((d) => Math.ceil(source[d] / before.chunkSize[d])));
  }
  return {
    compute: measured.seconds.pyramidPerVoxel * voxels,
    gets: [[`chunks of scale ${scale - 1}`, gets]],
    puts: [[`chunks of scale ${scale}`, chunks.length]],
    bytes: voxels * measured.bytes.chunks * (9 / 8),
  };
}

function gatherLoad({ plan }: Volume, { batch, known: { measured } }: Task): Load {
  const groups = numbersOf(batch).length;
  const blocks = (plan.blocks / plan.groups) * groups;
  return {
    compute: measured.seconds.gatherPerBlock * blocks,
    gets: [["packs", blocks]],
    puts: [["work", groups]],
    bytes: blocks * (2 ** 17 + entriesOf(plan, measured) * 52),
  };
}

/** Segments that a block knows of, by its surface: as the measured ones, a block of another size with its area. */
function entriesOf(plan: Plan, { entriesPerBlock, voxelsPerBlock }: Measured): number {
  return entriesPerBlock * (voxelsOf(plan) / plan.blocks / voxelsPerBlock) ** (2 / 3);
}

function meshLoad({ plan }: Volume, { batch, known: { measured } }: Task): Load {
  const buckets = numbersOf(batch).length;
  const share = buckets / plan.buckets;
  const voxels = voxelsOf(plan) * share;
  return {
    compute: measured.seconds.meshPerVoxel * voxels,
    gets: [
      ["groups", buckets * 2 * plan.groups],
      ["packs", buckets * surfaceRequests(plan, measured)],
    ],
    puts: [
      ["meshes", 2 * segmentsOf(plan, measured) * share],
      ["work", buckets],
    ],
    bytes: voxels * (measured.bytes.packs + measured.bytes.meshes),
  };
}

/** Requests for the surfaces of a bucket: one for each block that knows of any of its segments. */
function surfaceRequests(plan: Plan, measured: Measured): number {
  return plan.blocks * (1 - Math.exp(-entriesOf(plan, measured) / plan.buckets));
}

function verifyLoad(volume: Volume, list: WorkList, task: Task): Load {
  if (list.part) return partLoad(volume, task);
  return list.gather ? tallyLoad(volume, task) : judgeLoad(volume, task);
}

/** Half of what verification computes goes by the volume, half by segments. The parts of a batch are like its first. */
function partLoad({ plan }: Volume, { batch, known: { measured } }: Task): Load {
  const parts = numbersOf(batch);
  const { scale, lo, hi, blocks } = verifiedPart(plan, parts[0] as number);
  const chunksOf = (k: number) => product(gridShape(plan.scales[k] as Plan["scales"][number]));
  const chunks = parts.length * product(mapVec((d) => hi[d] - lo[d]));
  const read = Math.max(0, scale - 1);
  const voxels = (chunks * product(plan.scales[read]?.size ?? [0, 0, 0])) / chunksOf(scale);
  const before = scale === 0 ? 0 : (chunks * chunksOf(read)) / chunksOf(scale);
  const all = plan.scales.reduce((sum, { size }) => sum + product(size), 0);
  return {
    compute: ((measured.seconds.verifyPerVoxel / 2) * voxels * voxelsOf(plan)) / all,
    gets: [
      [`chunks of scale ${scale}`, chunks],
      [`chunks of scale ${read}`, before],
      ["hashes", parts.length * blocks.length],
    ],
    puts: [["tallies", 2 * parts.length]],
    bytes: voxels * measured.bytes.chunks * (9 / 8),
  };
}

function tallyLoad({ plan }: Volume, { batch, known: { measured } }: Task): Load {
  const groups = numbersOf(batch).length;
  const parts = (plan.parts / partGroupCount(plan)) * groups;
  return {
    compute: measured.seconds.tallyPerPart * parts,
    gets: [["tallies", 2 * parts]],
    puts: [["work", 2 * groups]],
    bytes: parts * talliedOf(plan, measured) * entryBytes,
  };
}

/** GETs that counts take from parts to buckets: of each part what it counted and found, of each bucket two of each group. */
export function tallyRequests(plan: Plan): number {
  return 2 * plan.parts + 2 * partGroupCount(plan) * plan.buckets;
}

/** Entries of a part, of two scales: of each as a block of its size. */
function talliedOf(plan: Plan, { entriesPerBlock, voxelsPerBlock }: Measured): number {
  return 2 * entriesPerBlock * (voxelsOf(plan) / plan.parts / voxelsPerBlock) ** (2 / 3);
}

function judgeLoad({ plan }: Volume, { batch, known: { measured } }: Task): Load {
  const buckets = numbersOf(batch).length;
  const share = buckets / plan.buckets;
  const voxels = voxelsOf(plan) * share;
  const segments = segmentsOf(plan, measured) * share;
  return {
    compute: (measured.seconds.verifyPerVoxel / 2) * voxels,
    gets: [
      ["groups of tallies", buckets * 2 * partGroupCount(plan)],
      ["meshes", 2 * segments],
      ["work", buckets],
    ],
    puts: [["work", buckets]],
    bytes: voxels * measured.bytes.meshes,
  };
}

/**
 * What was asked before packs and tallies were sorted by groups: of meshing each bucket two ranges of each pack, and one
 * per surface; of verification each bucket a range of each part's tally.
 */
export function requestsBefore(
  plan: Plan,
  measured: Measured,
): { gets: number; items: number; verify: number } {
  const buckets = Math.min(4096, Math.ceil(voxelsOf(plan) / 2 ** 21));
  const chunks = plan.scales.slice(1).reduce((sum, scale) => sum + product(gridShape(scale)), 0);
  const gets = 2 * plan.blocks * buckets + plan.blocks * entriesOf(plan, measured);
  return { gets, items: plan.blocks + chunks + buckets, verify: plan.parts * plan.buckets };
}
