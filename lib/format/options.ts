import type { Encoding } from "./codec.ts";
import type { Downsampling } from "./dataset.ts";
import { type Fault, InputError } from "./error.ts";
import { parseObject } from "./json.ts";
import { isSource } from "./source.ts";

export const optionsFile = "neuropress.json";

/** What a project's `neuropress.json` may choose; each is what the option of the command line is. */
export type FileOptions = {
  readonly chunk?: number;
  readonly encoding?: Encoding;
  readonly downsampling?: Downsampling;
  readonly meshError?: number;
  readonly mesh?: boolean;
  readonly verify?: boolean;
  readonly images?: readonly string[];
};

type Rule = { readonly fits: (value: unknown) => boolean; readonly rule: string };

const rules: Readonly<Record<string, Rule>> = {
  chunk: { fits: isChunk, rule: "a power of two from 8 to 512" },
  encoding: oneOf("compressed_segmentation", "raw"),
  downsample: oneOf("majority", "majority-sparse"),
  meshError: { fits: isMeshError, rule: "a number of voxels from 0 to 10" },
  mesh: { fits: (value) => typeof value === "boolean", rule: "true or false" },
  verify: { fits: (value) => typeof value === "boolean", rule: "true or false" },
  images: { fits: isSourceList, rule: 'a list of sources, for example ["precomputed://https://host/em"]' },
};

/**
 * Reads `neuropress.json`: an object with any of chunk, encoding, downsample, meshError, mesh, verify, images.
 *
 * @throws InputError with everything that is wrong, names that are not known among it: a misspelt option that
 * silently does nothing would cost a whole run
 */
export function parseOptions(text: string): FileOptions {
  const value = parseObject(optionsFile, text, '{"chunk": 64}');
  const faults: Fault[] = [];
  for (const [name, given] of Object.entries(value)) {
    const option = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (option === undefined) {
      faults.push(fault(`${name} is not an option`, `Options are ${Object.keys(rules).join(", ")}`));
    } else if (!option.fits(given)) {
      faults.push(fault(`${name} is ${JSON.stringify(given).slice(0, 80)}`, `It must be ${option.rule}`));
    }
  }
  if (faults.length > 0) throw new InputError(faults);
  const { downsample, ...rest } = value;
  return { ...rest, ...(downsample !== undefined && { downsampling: downsample }) } as FileOptions;
}

function fault(found: string, advice?: string): Fault {
  return { file: optionsFile, found, ...(advice !== undefined && { advice }) };
}

function oneOf(...allowed: string[]): Rule {
  return {
    fits: (value) => allowed.includes(value as string),
    rule: allowed.map((name) => JSON.stringify(name)).join(" or "),
  };
}

export function isChunk(value: unknown): boolean {
  return typeof value === "number" && value >= 8 && value <= 512 && Number.isInteger(Math.log2(value));
}

export function isMeshError(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= 10;
}

export function isSourceList(value: unknown): boolean {
  return Array.isArray(value) && value.length <= 100 && value.every(isSource);
}
