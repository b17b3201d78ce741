import type { Items } from "../plan/batch.ts";
import type { FanOutStage } from "../plan/pipeline.ts";
import type { Context, StepResult } from "./context.ts";
import { encodeStep, lookStep } from "./encode.ts";
import { groupStep } from "./group.ts";
import { meshStep } from "./mesh.ts";
import { pyramidStep } from "./pyramid.ts";
import { verifyStep } from "./verify/verify.ts";

/** The work of one item of each stage that fans out; whoever runs the pipeline calls these. */
export const steps: {
  readonly [S in FanOutStage]: (context: Context, item: Item[S]) => Promise<StepResult>;
} = {
  encode: encodeStep,
  pyramid: pyramidStep,
  mesh: (context, item) => ("group" in item ? groupStep(context, item) : meshStep(context, item)),
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

export type Item = Items;
