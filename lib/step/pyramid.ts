import { chunkBox, chunkName, positions } from "../format/chunk.ts";
import { codecs } from "../format/codec.ts";
import { createLabels, sortLabels } from "../format/label.ts";
import { bitsOf, largestId } from "../format/type.ts";
import { type Box, mapVec, product, shapeOf, type Vec3 } from "../format/vec.ts";
import { wholeView } from "../format/view.ts";
import { createScratch, scratchWords } from "../kernel/scratch.ts";
import type { PyramidItem } from "../plan/items.ts";
import type { Plan } from "../plan/plan.ts";
import { putChunk } from "../store/object.ts";
import { withQueue } from "../store/queue.ts";
import { downsample } from "../volume/majority.ts";
import { type Context, loadPlan, type StepResult } from "./context.ts";
import { gridOf } from "./grid.ts";
import { giveLabels, takeLabels } from "./spare.ts";
import { readVoxels } from "./voxels.ts";

/** Labels of a chunk until it is encoded. */
const reducedLabels = createScratch();

/** Chunks of one scale, each by majority from the chunks of the scale before that it covers. */
export async function pyramidStep(context: Context, item: PyramidItem): Promise<StepResult> {
  const plan = await loadPlan(context);
  return withQueue(context.output, (output) => makeChunks({ ...context, output }, plan, item));
}

async function makeChunks(context: Context, plan: Plan, { scale, lo, hi }: PyramidItem): Promise<StepResult> {
  const done = { voxels: 0, objects: 0, bytes: 0 };
  for (const at of positions(lo, hi)) {
    const { grid } = gridOf(plan, scale);
    const box = chunkBox(grid, at);
    done.bytes += await makeChunk(context, plan, { index: scale, box });
    done.voxels += product(shapeOf(box));
    done.objects++;
  }
  return done;
}

async function makeChunk(
  context: Context,
  plan: Plan,
  { index, box }: { index: number; box: Box },
): Promise<number> {
  const { grid, scale, format } = gridOf(plan, index);
  const { factor, from, lead } = sourceBox(plan, index, box);
  const table = createLabels(largestId(bitsOf(format.dataType)));
  const shape = shapeOf(from);
  const memory = takeLabels(product(shape));
  try {
    const labels = memory.subarray(0, product(shape));
    await readVoxels(context.output, plan, { index: index - 1, box: from, labels, table });
    sortLabels(table, labels);
    const { downsampling } = plan.options;
    const room = scratchWords(reducedLabels, product(shapeOf(box)));
    const reduced = downsample(wholeView(labels, shape), { factor, lead, downsampling }, room);
    const encoded = codecs[scale.encoding].encode(reduced, table, format);
    return await putChunk(context.output, `${scale.key}/${chunkName(grid, box)}`, encoded);
  } finally {
    giveLabels(memory);
  }
}

/**
 * The voxels of the scale before that a box covers. Cells lie on global multiples of the factor, so with an
 * odd offset the first cell of the volume is cut: `lead` says by how much.
 */
function sourceBox(plan: Plan, index: number, box: Box): { factor: Vec3; from: Box; lead: Vec3 } {
  const fine = gridOf(plan, index - 1).grid;
  const coarse = gridOf(plan, index).grid;
  const [before, here] = [plan.scales[index - 1], plan.scales[index]];
  const factor = mapVec((d) => (here?.factor[d] ?? 1) / (before?.factor[d] ?? 1));
  const start = mapVec((d) => (coarse.voxelOffset[d] + box.lo[d]) * factor[d] - fine.voxelOffset[d]);
  const lo = mapVec((d) => Math.max(0, start[d]));
  const hi = mapVec((d) => Math.min(fine.size[d], start[d] + (box.hi[d] - box.lo[d]) * factor[d]));
  return { factor, from: { lo, hi }, lead: mapVec((d) => lo[d] - start[d]) };
}
