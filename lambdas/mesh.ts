import { itemHandler } from "../lib/cloud/handler.ts";
import type { MeshItem } from "../lib/plan/items.ts";
import { meshStep } from "../lib/step/mesh.ts";

/** The segments of one bucket. */
export const handler = itemHandler<MeshItem>({
  stage: "mesh",
  step: (context, item) => meshStep(context, item),
  first: ({ bucket }) => bucket === 0,
});
