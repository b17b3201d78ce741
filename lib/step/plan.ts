import { gridShape } from "../format/chunk.ts";
import { type Fault, InputError, keepFaults } from "../format/error.ts";
import { type BasicInfo, parseInfo } from "../format/info.ts";
import { bitsOf, type DataType } from "../format/type.ts";
import { product } from "../format/vec.ts";
import { batchesOf } from "../plan/batch.ts";
import { blockGrid, planBlockSize } from "../plan/block.ts";
import { describeDataset } from "../plan/dataset.ts";
import { bucketCount, groupCount } from "../plan/items.ts";
import { checkExtent, checkLookedAt } from "../plan/limit.ts";
import { type FanOutStage, planKey, stages, workLists } from "../plan/pipeline.ts";
import type { InputFile, Plan } from "../plan/plan.ts";
import { program } from "../plan/program.ts";
import { planScales } from "../plan/scale.ts";
import { getBytes, putJson } from "../store/object.ts";
import type { Store } from "../store/store.ts";
import { checkAgreement } from "./agree.ts";
import type { Context } from "./context.ts";
import { openPages, readStack, type SliceHead, type Stack } from "./input.ts";
import { findLabels, readLabels } from "./labels.ts";
import { fitsThirtyTwoBits } from "./range.ts";
import type { Settings } from "./settings.ts";
import { partCount } from "./verify/items.ts";

/**
 * Reads headers and `info`, refuses what cannot be converted exactly, and writes the plan and the work lists
 * of all further stages. It depends on the input and the settings only: equal input gives equal bytes.
 *
 * @throws InputError with everything that is wrong
 */
export async function planStep(context: Context, settings: Settings): Promise<Plan> {
  const { plan } = await drawPlan(context.input, settings, smallestType);
  for (const list of listsOf(plan)) await putJson(context.work, list.key, batchesOf(plan, list));
  await putJson(context.work, planKey, plan);
  return plan;
}

/** What a plan is made from, and the plan. */
export type Drawn = { readonly plan: Plan; readonly stack: Stack; readonly info?: BasicInfo };

/**
 * The plan of an input.
 *
 * @param typeOf finds the type of the labels where `info` does not say it
 * @throws InputError with everything that is wrong
 */
export async function drawPlan(
  input: Store,
  settings: Settings,
  typeOf: (input: Store, stack: Stack) => Promise<DataType>,
): Promise<Drawn> {
  const { info, stack, names } = await readInput(input, settings);
  checkAgreement(stack.pages, info, settings);
  const [first] = stack.pages as [SliceHead];
  const basic: BasicInfo = info ?? {
    block: [8, 8, 8],
    size: [first.width, first.height, stack.pages.length],
    resolution: settings.resolution as BasicInfo["resolution"],
    voxelOffset: [0, 0, 0],
    extra: {},
    scaleExtra: {},
  };
  const scales = planScales(basic, settings.chunk);
  const [full] = scales as [(typeof scales)[number]];
  checkExtent(full.size, { chunkSize: full.chunkSize, chunks: product(gridShape(full)) });
  const dataType = basic.dataType ?? (await typeOf(input, stack));
  const blockSize = planBlockSize(full, storageOf(first));
  const blocks = product(gridShape(blockGrid({ scales, blockSize })));
  const planned: Plan = {
    program,
    options: optionsOf(settings),
    files: stack.files,
    ...(names && { names }),
    ignored: stack.ignored,
    slices: stack.slices,
    notes: stack.notes,
    info: describeDataset(basic, dataType, scales, settings),
    scales,
    voxelOffset: basic.voxelOffset,
    idBits: Math.min(bitsOf(dataType), signedBits(first)),
    blocks,
    blockSize,
    groups: groupCount(blocks),
    buckets: bucketCount(basic.size),
    parts: 0,
  };
  const plan: Plan = { ...planned, parts: settings.verify ? partCount(planned) : 0 };
  return { plan, stack, ...(info && { info }) };
}

/** The work lists of all stages. */
function listsOf({ scales }: Plan) {
  const fanned = stages.filter(({ fanOut }) => fanOut).map(({ name }) => name as FanOutStage);
  return fanned.flatMap((stage) => workLists(stage, scales.length));
}

type Found = { info?: BasicInfo; stack: Stack; names?: InputFile };

/** All are read even if one is wrong (names are used at the end, but checked here), so that the user hears of everything. */
async function readInput(input: Store, settings: Settings): Promise<Found> {
  const [info, stack, names] = await Promise.allSettled([
    readInfo(input),
    readStack(input, settings.stack),
    checkedNames(input),
  ]);
  const faults: Fault[] = [];
  for (const result of [info, stack, names]) {
    if (result.status === "fulfilled") continue;
    keepFaults(result.reason, faults);
  }
  if (info.status === "rejected" || stack.status === "rejected" || names.status === "rejected")
    throw new InputError(faults);
  return {
    ...(info.value && { info: info.value }),
    ...(names.value && { names: names.value }),
    stack: stack.value,
  };
}

/** The file of names, which is read to the end so that its faults are known before any work is done. */
async function checkedNames(input: Store): Promise<InputFile | undefined> {
  const file = await findLabels(input);
  if (file !== undefined) await readLabels(input, file);
  return file;
}

async function readInfo(input: Store): Promise<BasicInfo | undefined> {
  if ((await input.head("info")) === undefined) return undefined;
  return parseInfo(new TextDecoder().decode(await getBytes(input, "info")));
}

/** Without a word from `info`, labels are uint32, or uint64 if an id needs it. */
async function smallestType(input: Store, stack: Stack): Promise<DataType> {
  if ((await widestType(input, stack)) === "uint32") return "uint32";
  return (await fitsThirtyTwoBits(openPages(input, stack))) ? "uint32" : "uint64";
}

/** The type that holds whatever samples of that type may be: no voxel is read. */
export async function widestType(_: Store, stack: Stack): Promise<DataType> {
  const wide = stack.pages.some((page) => page.sampleType === "uint64" || page.sampleType === "int64");
  if (!wide) return "uint32";
  const [{ width, height }] = stack.pages as [SliceHead];
  checkLookedAt([width, height, stack.pages.length]);
  return "uint64";
}

/** Rows of an uncompressed strip can be read alone, a compressed strip only as a whole. */
function storageOf({ kind, compression, stripWidth, stripHeight }: SliceHead): {
  width: number;
  height: number;
} {
  return kind === "strip" && compression === 1
    ? { width: stripWidth, height: 1 }
    : { width: stripWidth, height: stripHeight };
}

function signedBits({ sampleType }: SliceHead): number {
  return sampleType.startsWith("int") ? Number(sampleType.slice(3)) - 1 : 64;
}

function optionsOf({ chunk, downsampling, meshError, mesh, verify, images }: Settings): Plan["options"] {
  return { chunk, downsampling, meshError, mesh, verify, images };
}
