import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { InputError } from "../format/error.ts";
import { localLine } from "../plan/brief.ts";
import { forecast, usualConditions } from "../plan/forecast.ts";
import { choices, choicesOf, threadsOf } from "./choice.ts";
import { type ConvertOptions, convert, type Summary } from "./convert.ts";
import { paint } from "./paint.ts";
import { ItemError } from "./pool.ts";
import { showProgress } from "./progress.ts";
import { UnfinishedError } from "./unfinished.ts";

const usage = `usage: npm run convert -- IN OUT [options]

  IN   a folder of TIFF slices with an info file, or one multi-page TIFF
  OUT  the folder to make: a neuroglancer precomputed dataset

  --resolution 798x798x2000nm  voxel size, needed where there is no info
  --chunk 128                  chunk size to aim at, a power of two
  --encoding NAME              compressed_segmentation or raw
  --downsample NAME            majority or majority-sparse (background loses)
  --mesh-error 0.3             bound of the mesh simplification in voxels; 0 keeps the full surface
  --no-mesh                    no meshes
  --no-verify                  do not read everything back and judge it before it is published
  --image URL                  an image layer under the labels; may be repeated
  --threads N                  worker threads, default all cores
  --json                       print the summary as JSON`;

const options = {
  ...choices,
  image: { type: "string", multiple: true },
  threads: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** The `convert` command. @returns the exit status: 0, or 1 after one clear error on stderr */
export async function convertCommand(args: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (values.help || positionals.length !== 2) {
      process.stderr.write(`${usage}\n`);
      return values.help ? 0 : 1;
    }
    const chosen = optionsOf(values, positionals);
    const threads = chosen.threads ?? availableParallelism();
    const summary = await convert({
      ...chosen,
      planned: (plan) =>
        process.stderr.write(`${localLine(plan, forecast(plan, { ...usualConditions, threads }))}\n`),
      progress: showProgress(process.stderr),
    });
    process.stdout.write(values.json ? `${JSON.stringify(summary, null, 2)}\n` : describe(summary));
    return 0;
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    return 1;
  }
}

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];

function optionsOf(values: Values, [input, output]: readonly string[]): ConvertOptions {
  return {
    input: input as string,
    output: output as string,
    ...choicesOf(values),
    ...(values.image !== undefined && { images: values.image }),
    ...(values.threads !== undefined && { threads: threadsOf(values.threads) }),
  };
}

function describe(summary: Summary): string {
  const { voxels, segments, objects, bytes, items, skipped, seconds, output, link, notes, verified } =
    summary;
  const lines = [
    ...notes.map((note) => `note: ${note}`),
    ...(skipped > 0 ? [`${skipped} of ${items} items were there already, from a run that was cut off`] : []),
    `${voxels.toLocaleString("en")} voxels, ${segments.toLocaleString("en")} segments: ` +
      `${objects.toLocaleString("en")} objects, ${(bytes / 1e6).toFixed(1)} MB in ${seconds.toFixed(1)} s`,
    ...(verified === undefined ? [] : [paint("green", verified)]),
    `show it:  npm run serve -- ${output}`,
    `link:     ${link}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** An input error speaks for itself; anything else is ours, and its stack helps to report it. */
export function explain(error: unknown, help = usage): string {
  if (error instanceof InputError) return `error: ${error.message}`;
  if (error instanceof UnfinishedError) return `${explain(error.cause)}\n${error.advice}`;
  if (error instanceof ItemError) return `error: ${error.message}`;
  if (error instanceof Error && "syscall" in error) return `error: ${error.message}`;
  if (error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")) {
    return `error: ${error.message}\n\n${help}`;
  }
  return `error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
