import type { Case } from "./case.ts";
import { broken } from "./class/broken.ts";
import { encodings } from "./class/encoding.ts";
import { infos } from "./class/info.ts";
import { limits } from "./class/limits.ts";
import { names } from "./class/names.ts";
import { pixels } from "./class/pixels.ts";
import { several } from "./class/several.ts";
import { shapes } from "./class/shape.ts";
import { stacks } from "./class/stack.ts";

/** Awkward and broken inputs, each with what must come of it; the same on every machine. */
export const allCases: readonly Case[] = [
  ...encodings,
  ...shapes,
  ...pixels,
  ...stacks,
  ...names,
  ...broken,
  ...several,
  ...infos,
  ...limits,
];
