/** Functions of the stack; the fan-out and single stages of the pipeline, and what starts and ends a run. */
export const functionNames = ["trigger", "plan", "encode", "pyramid", "mesh", "publish", "fail"] as const;
export type FunctionName = (typeof functionNames)[number];

/** What a deployment may choose. Everything has a default; nothing is named by hand. */
export type Config = {
  /** Public bucket; `false` for accounts that forbid one: a private bucket behind CloudFront. */
  readonly publicRead: boolean;
  /** Viewer that links open in. */
  readonly viewerUrl: string;
  /** Chunk size to aim at where a project does not say. */
  readonly chunk: number;
  /** Items of a stage at work at the same time. New accounts often allow 10 to 50 functions in all. */
  readonly maxConcurrency: number;
  /** MB per function. */
  readonly memory: Readonly<Record<FunctionName, number>>;
  readonly logRetentionDays: number;
  /** Plans, fragments and statistics are deleted after so many days. */
  readonly workRetentionDays: number;
  /** What becomes of uploads and datasets when the stack is removed. */
  readonly removal: "retain" | "destroy";
  /** Address that is told of every finished and failed run. */
  readonly notify?: string;
  /** For the local emulator: credentials of the command line, plain HTTP. */
  readonly emulator: boolean;
};

export const defaults: Config = {
  publicRead: true,
  viewerUrl: "https://neuroglancer-demo.appspot.com/",
  chunk: 128,
  maxConcurrency: 50,
  memory: { trigger: 512, plan: 1769, encode: 1769, pyramid: 1769, mesh: 1769, publish: 1769, fail: 512 },
  logRetentionDays: 30,
  workRetentionDays: 7,
  removal: "retain",
  emulator: false,
};

/**
 * Reads the configuration from the CDK context (`-c name=value`, or `context` in cdk.json). Values of the command
 * line are texts, so numbers and booleans are taken from texts too.
 *
 * @param context the value of a context key, or undefined
 * @throws Error naming everything that is wrong
 */
export function parseConfig(context: (name: string) => unknown): Config {
  const faults: string[] = [];
  const read = <T>(name: string, parse: (value: unknown) => T | undefined, rule: string, fallback: T): T => {
    const value = context(name);
    if (value === undefined || value === null || value === "") return fallback;
    const parsed = parse(value);
    if (parsed === undefined) faults.push(`${name}=${JSON.stringify(value)} is not ${rule}`);
    return parsed ?? fallback;
  };
  const notify = read<string | undefined>("notify", email, "an e-mail address", undefined);
  const config: Config = {
    publicRead: read("publicRead", flag, "true or false", defaults.publicRead),
    viewerUrl: read("viewerUrl", url, "an http(s) address that ends in /", defaults.viewerUrl),
    chunk: read("chunk", oneOf([32, 64, 128, 256]), "32, 64, 128 or 256", defaults.chunk),
    maxConcurrency: read(
      "maxConcurrency",
      within(1, 10_000),
      "a number from 1 to 10000",
      defaults.maxConcurrency,
    ),
    memory: read(
      "memory",
      memory,
      `MB from 128 to 10240 for any of ${functionNames.join(", ")}`,
      defaults.memory,
    ),
    logRetentionDays: read(
      "logRetentionDays",
      oneOf(retentions),
      `one of ${retentions.join(", ")}`,
      defaults.logRetentionDays,
    ),
    workRetentionDays: read(
      "workRetentionDays",
      within(1, 3650),
      "a number of days",
      defaults.workRetentionDays,
    ),
    removal: read("removal", removal, "retain or destroy", defaults.removal),
    emulator: read("emulator", flag, "true or false", defaults.emulator),
    ...(notify !== undefined && { notify }),
  };
  if (faults.length > 0) throw new Error(`the configuration is wrong:\n  ${faults.join("\n  ")}`);
  return config;
}

/** Days that CloudWatch Logs can keep. */
const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 180, 365];

function flag(value: unknown): boolean | undefined {
  return value === true || value === "true" ? true : value === false || value === "false" ? false : undefined;
}

function within(low: number, high: number) {
  return (value: unknown) => {
    const number = Number(value);
    return Number.isInteger(number) && number >= low && number <= high ? number : undefined;
  };
}

function oneOf(values: readonly number[]) {
  return (value: unknown) => values.find((one) => one === Number(value));
}

function removal(value: unknown): Config["removal"] | undefined {
  return value === "retain" || value === "destroy" ? value : undefined;
}

function url(value: unknown): string | undefined {
  return typeof value === "string" && /^https?:\/\/[^\s"'<>]+\/$/.test(value) ? value : undefined;
}

function email(value: unknown): string | undefined {
  return typeof value === "string" && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? value : undefined;
}

/** An object, or its JSON: `-c 'memory={"mesh":3538}'`. */
function memory(value: unknown): Config["memory"] | undefined {
  const given = typeof value === "string" ? parseJson(value) : value;
  if (typeof given !== "object" || given === null) return undefined;
  const known = Object.entries(given).every(
    ([name, mb]) =>
      (functionNames as readonly string[]).includes(name) && within(128, 10_240)(mb) !== undefined,
  );
  return known ? { ...defaults.memory, ...given } : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
