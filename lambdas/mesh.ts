import { itemHandler } from "../lib/cloud/handler.ts";
import { steps } from "../lib/step/steps.ts";

/** Packs by their group, then segments by their bucket. */
export const handler = itemHandler({
  stage: "mesh",
  step: steps.mesh,
  first: (item) => "group" in item && item.group === 0,
});
