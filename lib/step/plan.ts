import { gridShape } from "../format/chunk.ts";
import { type Fault, InputError, keepFaults } from "../format/error.ts";
import { type BasicInfo, parseInfo } from "../format/info.ts";
import type { TiffPage } from "../format/tiff.ts";
import { bitsOf, type DataType } from "../format/type.ts";
import { product } from "../format/vec.ts";
import { planBlocks } from "../plan/block.ts";
import { describeDataset } from "../plan/dataset.ts";
import { bucketCount, encodeItems, meshItems, pyramidItems } from "../plan/items.ts";
import { checkExtent } from "../plan/limit.ts";
import { itemsKey, planKey } from "../plan/pipeline.ts";
import type { InputFile, Plan } from "../plan/plan.ts";
import { program } from "../plan/program.ts";
import { planScales } from "../plan/scale.ts";
import { getBytes, putJson } from "../store/object.ts";
import type { Store } from "../store/store.ts";
import { checkAgreement } from "./agree.ts";
import type { Context } from "./context.ts";
import { readStack, type Stack } from "./input.ts";
import { findLabels, readLabels } from "./labels.ts";
import { fitsThirtyTwoBits } from "./range.ts";
import type { Settings } from "./settings.ts";
import { verifyItems } from "./verify/items.ts";

/**
 * Reads headers and `info`, refuses what cannot be converted exactly, and writes the plan and the work lists
 * of all further stages. It depends on the input and the settings only: equal input gives equal bytes.
 *
 * @throws InputError with everything that is wrong
 */
export async function planStep(context: Context, settings: Settings): Promise<Plan> {
  const { info, stack, names } = await readInput(context.input, settings);
  checkAgreement(stack.pages, info, settings);
  const [first] = stack.pages as [TiffPage];
  const basic: BasicInfo = info ?? {
    block: [8, 8, 8],
    size: [first.width, first.height, stack.pages.length],
    resolution: settings.resolution as BasicInfo["resolution"],
    voxelOffset: [0, 0, 0],
    extra: {},
    scaleExtra: {},
  };
  const dataType = basic.dataType ?? (await smallestType(stack));
  const scales = planScales(basic, settings.chunk);
  const [full] = scales as [(typeof scales)[number]];
  checkExtent(full.size, { chunkSize: full.chunkSize, chunks: product(gridShape(full)) });
  const blocks = planBlocks(full, storageOf(first));
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
    blocks: blocks.length,
    buckets: bucketCount(basic.size),
    parts: 0,
  };
  const parts = settings.verify ? verifyItems(planned, blocks) : [];
  const plan: Plan = { ...planned, parts: parts.length };
  const { work } = context;
  await putJson(work, itemsKey("encode"), encodeItems(blocks));
  for (let k = 1; k < scales.length; k++) {
    await putJson(work, itemsKey("pyramid", k), pyramidItems(k, scales[k] as (typeof scales)[number]));
  }
  await putJson(work, itemsKey("mesh"), meshItems(plan.buckets));
  if (settings.verify) {
    await putJson(work, itemsKey("verify", 1), parts);
    await putJson(work, itemsKey("verify", 2), meshItems(plan.buckets));
  }
  await putJson(work, planKey, plan);
  return plan;
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
async function smallestType(stack: Stack): Promise<DataType> {
  const wide = stack.pages.some((page) => page.sampleType === "uint64" || page.sampleType === "int64");
  return !wide || (await fitsThirtyTwoBits(stack.pages)) ? "uint32" : "uint64";
}

/** Rows of an uncompressed strip can be read alone, a compressed strip only as a whole. */
function storageOf({ kind, compression, stripWidth, stripHeight }: TiffPage): {
  width: number;
  height: number;
} {
  return kind === "strip" && compression === 1
    ? { width: stripWidth, height: 1 }
    : { width: stripWidth, height: stripHeight };
}

function signedBits({ sampleType }: TiffPage): number {
  return sampleType.startsWith("int") ? Number(sampleType.slice(3)) - 1 : 64;
}

function optionsOf({ chunk, downsampling, meshError, mesh, verify, images }: Settings): Plan["options"] {
  return { chunk, downsampling, meshError, mesh, verify, images };
}
