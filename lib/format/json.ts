import { type Fault, InputError } from "./error.ts";
import type { Vec3 } from "./vec.ts";

/**
 * The JSON object of a file that a user wrote; a byte-order mark is no harm.
 *
 * @param example what such a file looks like
 * @throws InputError if it is not JSON, or not an object
 */
export function parseObject(file: string, text: string, example: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InputError({ file, found: `is not JSON (${why.slice(0, 100)})` }, { cause });
  }
  if (isDeep(value)) throw new InputError({ file, found: `is nested deeper than ${deepest} levels` });
  if (isObject(value)) return value;
  throw new InputError({ file, found: "is JSON, but not an object", advice: `It must look like ${example}` });
}

/** JSON that people write is not nested so deep; writing it again takes a call per level. */
const deepest = 100;

/** Whether a JSON value is nested so deep that it is no file of ours. */
export function isDeep(value: unknown, levels = deepest): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeep(inner, levels - 1));
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Reads fields of the JSON object in `info`, gathering what is wrong instead of stopping at the first
 * fault. State lives here: the list of faults, which nested readers share.
 */
export class Reader {
  readonly #object: Record<string, unknown>;
  readonly #where: string;
  readonly faults: Fault[];

  constructor(object: Record<string, unknown>, where = "", faults: Fault[] = []) {
    this.#object = object;
    this.#where = where === "" ? "" : `${where}.`;
    this.faults = faults;
  }

  fault(found: string, advice?: string): void {
    // What was found may be quoted, and the user's own text can be megabytes.
    const told = `${this.#where}${found}`.slice(0, 400);
    this.faults.push({ file: "info", found: told, ...(advice && { advice }) });
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#object, name);
  }

  /** The field must have this value; with `optional` it may be absent. */
  constant(name: string, value: string | number, why: string, optional = false): void {
    if (optional && !this.has(name)) return;
    const seen = this.#object[name];
    if (seen !== value) this.fault(`${name} is ${show(seen)}, not ${JSON.stringify(value)}`, why);
  }

  list(name: string): unknown[] | undefined {
    const value = this.#object[name];
    if (Array.isArray(value)) return value;
    this.fault(`${name} is ${show(value)}`, "It must be a list with one scale");
    return undefined;
  }

  text(name: string): string | undefined {
    const value = this.#object[name];
    if (value === undefined || typeof value === "string") return value;
    this.fault(`${name} is ${show(value)}`, "It must be a text");
    return undefined;
  }

  triple(name: string, fits: (n: number) => boolean, rule: string): Vec3 | undefined {
    const value = this.#object[name];
    const right =
      Array.isArray(value) && value.length === 3 && value.every((n) => typeof n === "number" && fits(n));
    if (right) return value as unknown as Vec3;
    this.fault(`${name} is ${show(value)}`, `It must be ${rule}`);
    return undefined;
  }

  optionalTriple(name: string, fits: (n: number) => boolean, rule: string): Vec3 | undefined {
    return this.has(name) ? this.triple(name, fits, rule) : undefined;
  }

  /** The fields that are not in `known`. */
  rest(known: readonly string[]): Record<string, unknown> {
    return Object.fromEntries(Object.entries(this.#object).filter(([name]) => !known.includes(name)));
  }
}

function show(value: unknown): string {
  if (value === undefined) return "missing";
  return JSON.stringify(value).slice(0, 80);
}
