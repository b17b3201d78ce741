import { type Config, parseConfig } from "../../../lib/stack/config.ts";
import { type Context, type Resource, templateOf, textOf } from "../synth.ts";

/** A template as the rules look at it, and what it was made from. */
export type View = {
  readonly config: Config;
  readonly template: {
    Resources: Record<string, Resource>;
    Parameters?: Record<string, { Type: string; Default?: string }>;
    Outputs?: Record<string, { Value: unknown }>;
  };
};

const readers = { alice: "a1".repeat(32) };

/**
 * Every kind of deployment that the rules are held against. A setting that changes who may do what belongs here:
 * alone, and together with those it may meet.
 */
export const configurations: Readonly<Record<string, Context>> = {
  default: {},
  "no public bucket": { publicRead: "false" },
  notify: { notify: "lab@example.org" },
  "no public bucket, notify": { publicRead: "false", notify: "lab@example.org", removal: "destroy" },
  viewer: { viewer: "true" },
  "viewer, no public bucket": { viewer: "true", publicRead: "false" },
  readers: { viewer: "true", publicRead: "false", readers },
  emulator: { emulator: "true" },
  "emulator with readers": { emulator: "true", viewer: "true", publicRead: "false", readers },
};

export function viewOf(settings: Context): View {
  return { config: parseConfig(settings), template: templateOf(settings).toJSON() as View["template"] };
}

/** Ids (without their hash) and properties of the resources of a type. */
export function resourcesIn({ template }: View, type: string): [string, Record<string, unknown>][] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, { Properties = {} }]) => [plainId(id), Properties]);
}

export function plainId(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, "");
}

/** The name of a resource as text, in one form: S3's ARNs are made by hand in places. */
export function arnOf(value: unknown): string {
  return textOf(value).replace(/^arn:<AWS::Partition>:s3:::<(\w+)>/, "<$1.Arn>");
}

/** All texts of a value, at any depth, with where they stand. */
export function* textsIn(value: unknown, at = ""): Generator<readonly [at: string, text: string]> {
  if (typeof value === "string") yield [at, value];
  else if (typeof value === "object" && value !== null)
    for (const [key, inner] of Object.entries(value)) {
      yield [`${at}.${key}`, key];
      yield* textsIn(inner, `${at}.${key}`);
    }
}
