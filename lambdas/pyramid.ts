import { itemHandler } from "../lib/cloud/handler.ts";
import { pyramidStep } from "../lib/step/pyramid.ts";

/** Some chunks of one scale, from the scale before. */
export const handler = itemHandler({
  stage: "pyramid",
  step: pyramidStep,
  first: ({ scale, lo }) => scale === 1 && lo.every((chunk) => chunk === 0),
});
