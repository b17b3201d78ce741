import type { Encoding } from "../format/codec.ts";
import type { Downsampling } from "../format/dataset.ts";
import { InputError } from "../format/error.ts";
import type { ConvertOptions } from "./convert.ts";

/** Options of a command line that change what a run makes, for `parseArgs`. */
export const choices = {
  resolution: { type: "string" },
  chunk: { type: "string" },
  encoding: { type: "string" },
  downsample: { type: "string" },
  "mesh-error": { type: "string" },
  "no-mesh": { type: "boolean" },
  "no-verify": { type: "boolean" },
} as const;

type Values = {
  readonly [K in keyof typeof choices]?:
    | ((typeof choices)[K]["type"] extends "string" ? string : boolean)
    | undefined;
};

export type Chosen = Omit<ConvertOptions, "input" | "output" | "images" | "threads" | "progress" | "planned">;

/** @throws InputError naming the option whose value is not known */
export function choicesOf(values: Values): Chosen {
  return {
    ...(values["no-mesh"] && { mesh: false }),
    ...(values["no-verify"] && { verify: false }),
    ...(values.resolution !== undefined && { resolution: values.resolution }),
    ...(values.chunk !== undefined && { chunk: Number(values.chunk) }),
    ...(values.encoding !== undefined && {
      encoding: oneOf<Encoding>("--encoding", values.encoding, ["compressed_segmentation", "raw"]),
    }),
    ...(values.downsample !== undefined && {
      downsampling: oneOf<Downsampling>("--downsample", values.downsample, ["majority", "majority-sparse"]),
    }),
    ...(values["mesh-error"] !== undefined && { meshError: Number(values["mesh-error"]) }),
  };
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  if ((allowed as readonly string[]).includes(value)) return value as T;
  throw new InputError({
    file: option,
    found: `"${value}" is not known`,
    advice: `Use ${allowed.join(" or ")}`,
  });
}

/** Worker threads. @throws InputError if it is not a number from 1 to 256 */
export function threadsOf(value: string): number {
  const threads = Number(value);
  if (Number.isInteger(threads) && threads >= 1 && threads <= 256) return threads;
  throw new InputError({ file: "--threads", found: `"${value}" is not a number from 1 to 256` });
}
