import { itemHandler } from "../lib/cloud/handler.ts";
import { meshStep } from "../lib/step/mesh.ts";

/** The segments of one bucket. */
export const handler = itemHandler({
  stage: "mesh",
  step: (context, item) => meshStep(context, item),
  first: ({ bucket }) => bucket === 0,
});
