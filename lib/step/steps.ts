import type { EncodeItem, MeshItem, PyramidItem, VerifyItem } from "../plan/items.ts";
import type { FanOutStage } from "../plan/pipeline.ts";
import type { Context, StepResult } from "./context.ts";
import { encodeStep, lookStep } from "./encode.ts";
import { meshStep } from "./mesh.ts";
import { pyramidStep } from "./pyramid.ts";
import { verifyStep } from "./verify/verify.ts";

/** The work of one item of each stage that fans out; whoever runs the pipeline calls these. */
export const steps: {
  readonly [S in FanOutStage]: (context: Context, item: Item[S]) => Promise<StepResult>;
} = {
  encode: encodeStep,
  pyramid: pyramidStep,
  mesh: (context, item) => meshStep(context, item),
  verify: verifyStep,
};

/**
 * In place of an item's work once it is known that the run fails of its input: what else is wrong is found out, and
 * nothing is made.
 */
export async function lookAt<S extends FanOutStage>(
  stage: S,
  context: Context,
  item: Item[S],
): Promise<StepResult> {
  if (stage === "encode") return lookStep(context, item as Item["encode"]);
  return { voxels: 0, objects: 0, bytes: 0 };
}

export type Item = {
  readonly encode: EncodeItem;
  readonly pyramid: PyramidItem;
  readonly mesh: MeshItem;
  /** Parts of the volume, then buckets of segments. */
  readonly verify: VerifyItem | MeshItem;
};
