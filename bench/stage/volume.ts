import { type Box, mapVec, shapeOf } from "../../lib/format/vec.ts";
import { cutView, type LabelView } from "../../lib/format/view.ts";
import { type EncodeItem, encodeItem } from "../../lib/plan/items.ts";
import type { Plan } from "../../lib/plan/plan.ts";
import { type LabelledBlock, readBlock } from "../../lib/step/block.ts";
import type { Context } from "../../lib/step/context.ts";
import { gridOf } from "../../lib/step/grid.ts";
import { planStep } from "../../lib/step/plan.ts";
import { usualSettings } from "../../lib/step/settings.ts";
import { directoryStore } from "../../lib/store/directory.ts";
import { memoryStore } from "../../lib/store/memory.ts";
import { type ClusterRange, clusterRange, fieldBox } from "../../lib/volume/surface/range.ts";

/** A folder of slices as the pipeline sees it: planned, and cut into the pipeline's own blocks. */
export type Planned = {
  readonly context: Context;
  readonly plan: Plan;
  readonly items: readonly EncodeItem[];
};

export async function openVolume(folder: string): Promise<Planned> {
  const context = { input: directoryStore(folder), work: memoryStore(), output: memoryStore() };
  const plan = await planStep(context, usualSettings);
  return { context, plan, items: Array.from({ length: plan.blocks }, (_, block) => encodeItem(plan, block)) };
}

/** What a peer must know to do the same work. */
export function factsOf({ plan }: Planned) {
  const { grid, scale } = gridOf(plan, 0);
  return { chunk: grid.chunkSize, resolution: scale.resolution };
}

export type Visit = {
  readonly box: Box;
  readonly block: LabelledBlock;
  /** The labels of the box, without the margin that surfaces need. */
  readonly own: LabelView;
  readonly clusters: ClusterRange;
};

/** Reads block after block, with the margin of surfaces if they are wanted. `read` times the reading. */
export async function eachBlock(
  { context, plan, items }: Planned,
  {
    margin,
    read,
  }: { margin: boolean; read?: (work: () => Promise<LabelledBlock>) => Promise<LabelledBlock> },
  visit: (visit: Visit) => void | Promise<void>,
): Promise<void> {
  const { size } = gridOf(plan, 0).grid;
  for (const { box } of items) {
    const clusters = clusterRange(box, size);
    const work = () => readBlock({ input: context.input, plan }, margin ? fieldBox(clusters) : box);
    const block = await (read === undefined ? work() : read(work));
    const own = cutView(
      block.view,
      mapVec((d) => box.lo[d] - block.lo[d]),
      shapeOf(box),
    );
    await visit({ box, block, own, clusters });
    block.release();
  }
}
