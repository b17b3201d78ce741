import { readerName } from "../format/reader.ts";
import { usualCloud } from "../plan/pace.ts";
import { flag, matching, numbersOf, oneOf, type Reader, textsOf, within } from "./value.ts";

/** Functions of the stack: the stages of the pipeline, and what starts and ends a run. */
export const functionNames = [
  "trigger",
  "plan",
  "encode",
  "pyramid",
  "mesh",
  "verify",
  "publish",
  "fail",
] as const;
export type FunctionName = (typeof functionNames)[number];

/** What a deployment may choose. Everything has a default. */
export type Config = {
  /** Name of the stack: several may stand side by side. */
  readonly stack: string;
  /** Public bucket; `false` for accounts that forbid one: a private bucket behind CloudFront. */
  readonly publicRead: boolean;
  /** Viewer that links open in, unless the stack has its own. */
  readonly viewerUrl: string;
  /** A viewer of the stack's own, beside the data on one CloudFront distribution. */
  readonly viewer: boolean;
  /** Who may read, each with the SHA-256 of `name:password` in hex; everyone if left out. */
  readonly readers?: Readonly<Record<string, string>>;
  /** Chunk size to aim at where a project does not say. */
  readonly chunk: number;
  /** Items of a stage at work at the same time. New accounts often allow 10 to 50 functions in all. */
  readonly maxConcurrency: number;
  /** MB per function. 1769 MB is one whole processor, and a step has one thread. */
  readonly memory: Readonly<Record<FunctionName, number>>;
  readonly logRetentionDays: number;
  /** Plans, fragments and statistics are deleted after so many days. */
  readonly workRetentionDays: number;
  /** What becomes of the buckets when the stack is removed; `destroy` takes empty ones along. */
  readonly removal: "retain" | "destroy";
  /** Address that is told of every finished and failed run. */
  readonly notify?: string;
  /** For the local emulator: credentials of the command line, plain HTTP. */
  readonly emulator: boolean;
};

export const defaults: Config = {
  stack: "Neuropress",
  publicRead: true,
  viewerUrl: "https://neuroglancer-demo.appspot.com/",
  viewer: false,
  chunk: 128,
  maxConcurrency: usualCloud.concurrency,
  memory: {
    trigger: 512,
    plan: usualCloud.memory,
    encode: usualCloud.memory,
    pyramid: usualCloud.memory,
    mesh: usualCloud.memory,
    verify: usualCloud.memory,
    publish: usualCloud.memory,
    fail: 512,
  },
  logRetentionDays: 30,
  workRetentionDays: 7,
  removal: "retain",
  emulator: false,
};

/** Days that CloudWatch Logs can keep. */
const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 180, 365];

/** A function of CloudFront may have 10 KB, of which each reader takes 67 bytes. */
const mostReaders = 100;

/** How each setting is read, and what it must be, in words. */
const settings = {
  stack: [matching(/^[A-Za-z][A-Za-z0-9-]{0,99}$/), "letters, digits and -, a letter first"],
  publicRead: [flag, "true or false"],
  viewerUrl: [
    matching(/^https?:\/\/[^\s"'<>#?@/\\]+\/([^\s"'<>#]*\/)?$/),
    "an http(s) address that ends in /, without a name or password in it",
  ],
  viewer: [flag, "true or false"],
  readers: [
    textsOf({ name: readerName, value: /^[0-9a-f]{64}$/, most: mostReaders }),
    `1 to ${mostReaders} names, each with the SHA-256 of name:password in hex (npm run deploy -- --reader NAME makes them)`,
  ],
  chunk: [oneOf([32, 64, 128, 256]), "32, 64, 128 or 256"],
  maxConcurrency: [within(1, 10_000), "a number from 1 to 10000"],
  memory: [
    numbersOf(functionNames, within(128, 10_240)),
    `MB from 128 to 10240 for any of ${functionNames.join(", ")}`,
  ],
  logRetentionDays: [oneOf(retentions), `one of ${retentions.join(", ")}`],
  workRetentionDays: [within(1, 3650), "a number of days"],
  removal: [oneOf(["retain", "destroy"]), "retain or destroy"],
  notify: [matching(/^[^\s@]+@[^\s@]+\.[^\s@]+$/), "an e-mail address"],
  emulator: [flag, "true or false"],
} satisfies Record<keyof Config, readonly [Reader<unknown>, string]>;

/**
 * Reads the configuration from the CDK context (`-c name=value`, or `context` in cdk.json). A name that is no
 * setting is refused, since `-c publicread=false` would else publish what it was to hide; names with other signs
 * than letters are the CDK's own.
 *
 * @throws Error naming everything that is wrong
 */
export function parseConfig(context: Readonly<Record<string, unknown>>): Config {
  const known = Object.keys(settings);
  const faults = Object.keys(context)
    .filter((name) => /^[A-Za-z]+$/.test(name) && !known.includes(name))
    .map((name) => `${name}=... is no setting; there are ${known.join(", ")}`);
  const found: Record<string, unknown> = {};
  for (const [name, [read, rule]] of Object.entries(settings)) {
    const value = context[name];
    if (value === undefined || value === null) continue;
    found[name] = read(value);
    if (found[name] === undefined) faults.push(`${name}=${JSON.stringify(value)} is not ${rule}`);
  }
  faults.push(...contradictions(found));
  if (faults.length > 0) throw new Error(`the configuration is wrong:\n  ${faults.join("\n  ")}`);
  const given = found as Partial<Config>;
  return { ...defaults, ...given, memory: { ...defaults.memory, ...given.memory } };
}

/** Settings that cannot both be meant. */
function contradictions({ viewer, viewerUrl, readers, publicRead }: Partial<Config>): string[] {
  const faults: string[] = [];
  if (viewer && viewerUrl !== undefined)
    faults.push("viewer=true and viewerUrl=... are two viewers: leave one of them out");
  if (readers !== undefined && publicRead !== false)
    faults.push("readers=... needs publicRead=false: else the bucket can be read without a password");
  if (readers !== undefined && !viewer)
    faults.push(
      "readers=... needs viewer=true: browsers send a password only to where the viewer comes from",
    );
  return faults;
}
