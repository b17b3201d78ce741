import { parseArgs } from "node:util";
import { InputError } from "../../format/error.ts";
import { overBudget } from "../../plan/brief.ts";
import { parseUsd } from "../../plan/budget.ts";
import type { Conditions } from "../../plan/forecast.ts";
import { mostSegments } from "../../plan/limit.ts";
import { choices, choicesOf, threadsOf } from "../choice.ts";
import { explain } from "../command.ts";
import { planAhead } from "./ahead.ts";
import { openSource } from "./source.ts";
import { planJson, planText } from "./text.ts";

const usage = `usage: npm run plan -- IN [options]

  IN   a folder of TIFF slices with an info file, one multi-page TIFF, or s3://BUCKET/FOLDER

  Says what a run would make, how long it would take and what it would cost. Only headers are read.

  --max-usd N                  end with status 1 if a run in the cloud is expected to cost more
  --segments N                 how many segments there are, if you know it: they are most of the cost
  --concurrency 50             calls of functions at the same time
  --threads N                  worker threads of this machine, default all cores
  --json                       print the plan as JSON

  As of convert: --resolution, --chunk, --encoding, --downsample, --mesh-error, --no-mesh, --no-verify`;

const options = {
  ...choices,
  "max-usd": { type: "string" },
  segments: { type: "string" },
  concurrency: { type: "string" },
  threads: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** The `plan` command. @returns the exit status: 1 if the input cannot be converted, or would cost too much */
export async function planCommand(args: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [place] = positionals;
    if (values.help || place === undefined || positionals.length > 1) {
      process.stderr.write(`${usage}\n`);
      return values.help ? 0 : 1;
    }
    const most = values["max-usd"] === undefined ? undefined : parseUsd(values["max-usd"]);
    const ahead = await planAhead(await openSource(place), choicesOf(values), conditionsOf(values));
    process.stdout.write(values.json ? `${JSON.stringify(planJson(ahead), null, 2)}\n` : planText(ahead));
    const reason = most === undefined ? undefined : overBudget(ahead.forecast, most);
    if (reason !== undefined) process.stderr.write(`error: ${reason}\n`);
    return reason === undefined ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${explain(error, usage)}\n`);
    return 1;
  }
}

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];

function conditionsOf({ segments, concurrency, threads }: Values): Partial<Conditions> {
  return {
    ...(segments !== undefined && { segments: numberOf("--segments", segments, mostSegments) }),
    ...(concurrency !== undefined && { concurrency: numberOf("--concurrency", concurrency, 10_000) }),
    ...(threads !== undefined && { threads: threadsOf(threads) }),
  };
}

function numberOf(option: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new InputError({ file: option, found: `"${text}" is not a number from 1 to ${most}` });
}
