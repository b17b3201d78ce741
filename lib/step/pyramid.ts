import { type ChunkGrid, chunkBox, chunkName, gridShape, positions } from "../format/chunk.ts";
import { codecs } from "../format/codec.ts";
import { createLabels, sortLabels } from "../format/label.ts";
import { bitsOf, largestId } from "../format/type.ts";
import { type Box, mapVec, product, shapeOf, type Vec3 } from "../format/vec.ts";
import { cutView, wholeView } from "../format/view.ts";
import type { PyramidItem } from "../plan/items.ts";
import type { Plan } from "../plan/plan.ts";
import { getBytes, putChunk } from "../store/object.ts";
import { withQueue } from "../store/queue.ts";
import { downsample } from "../volume/majority.ts";
import { type Context, loadPlan, type StepResult } from "./context.ts";
import { gridOf } from "./grid.ts";

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
  const source = wholeView(new Uint32Array(product(shapeOf(from))), shapeOf(from));
  await readChunks(context, plan, { index: index - 1, box: from, labels: source.labels, table });
  sortLabels(table, source.labels);
  const reduced = downsample(source, { factor, lead, downsampling: plan.options.downsampling });
  const encoded = codecs[scale.encoding].encode(reduced, table, format);
  return putChunk(context.output, `${scale.key}/${chunkName(grid, box)}`, encoded);
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

type Target = { index: number; box: Box; labels: Uint32Array; table: ReturnType<typeof createLabels> };

/** Decodes the part of every chunk that lies in a box into the box's labels. */
async function readChunks(
  context: Context,
  plan: Plan,
  { index, box, labels, table }: Target,
): Promise<void> {
  const { grid, scale, format } = gridOf(plan, index);
  const target = wholeView(labels, shapeOf(box));
  const { decode } = codecs[scale.encoding];
  for (const at of chunksOver(grid, box)) {
    const chunk = chunkBox(grid, at);
    const bytes = await getBytes(context.output, `${scale.key}/${chunkName(grid, chunk)}`);
    if (covers(box, chunk)) {
      const view = cutView(
        target,
        mapVec((d) => chunk.lo[d] - box.lo[d]),
        shapeOf(chunk),
      );
      decode(bytes, table, { ...format, target: view });
      continue;
    }
    const shape = shapeOf(chunk);
    const own = wholeView(new Uint32Array(product(shape)), shape);
    decode(bytes, table, { ...format, target: own });
    copyOverlap(own.labels, chunk, labels, box);
  }
}

function chunksOver(grid: ChunkGrid, box: Box): Generator<Vec3> {
  const shape = gridShape(grid);
  const lo = mapVec((d) => Math.floor(box.lo[d] / grid.chunkSize[d]));
  return positions(
    lo,
    mapVec((d) => Math.min(shape[d], Math.ceil(box.hi[d] / grid.chunkSize[d]))),
  );
}

function covers(outer: Box, inner: Box): boolean {
  return ([0, 1, 2] as const).every((d) => outer.lo[d] <= inner.lo[d] && inner.hi[d] <= outer.hi[d]);
}

/** Copies the voxels that two dense boxes share. */
function copyOverlap(from: Uint32Array, fromBox: Box, to: Uint32Array, toBox: Box): void {
  const lo = mapVec((d) => Math.max(fromBox.lo[d], toBox.lo[d]));
  const hi = mapVec((d) => Math.min(fromBox.hi[d], toBox.hi[d]));
  const at = ({ lo: start, hi: end }: Box, y: number, z: number) =>
    lo[0] - start[0] + (end[0] - start[0]) * (y - start[1] + (end[1] - start[1]) * (z - start[2]));
  for (let z = lo[2]; z < hi[2]; z++) {
    for (let y = lo[1]; y < hi[1]; y++) {
      const first = at(fromBox, y, z);
      to.set(from.subarray(first, first + hi[0] - lo[0]), at(toBox, y, z));
    }
  }
}
