import { itemHandler } from "../lib/cloud/handler.ts";
import { encodeStep } from "../lib/step/encode.ts";

/** One block of scale 0. */
export const handler = itemHandler({
  stage: "encode",
  step: encodeStep,
  first: ({ block }) => block === 0,
});
