import { itemHandler } from "../lib/cloud/handler.ts";
import { verifyStep } from "../lib/step/verify/verify.ts";

/** A part of the volume, or the segments of one bucket, read back and judged; between the two counts are sorted. */
export const handler = itemHandler({
  stage: "verify",
  step: verifyStep,
  first: (item) => "part" in item && item.part === 0,
});
