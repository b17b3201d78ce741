import type { EncodeItem, MeshItem, PyramidItem } from "../plan/items.ts";
import type { FanOutStage } from "../plan/pipeline.ts";
import type { Context, StepResult } from "./context.ts";
import { encodeStep } from "./encode.ts";
import { meshStep } from "./mesh.ts";
import { pyramidStep } from "./pyramid.ts";

/** The work of one item of each stage that fans out; whoever runs the pipeline calls these. */
export const steps: {
  readonly [S in FanOutStage]: (context: Context, item: Item[S]) => Promise<StepResult>;
} = {
  encode: encodeStep,
  pyramid: pyramidStep,
  mesh: (context, item) => meshStep(context, item),
};

export type Item = {
  readonly encode: EncodeItem;
  readonly pyramid: PyramidItem;
  readonly mesh: MeshItem;
};
