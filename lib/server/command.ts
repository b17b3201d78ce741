import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { InputError } from "../format/error.ts";

const help = { help: { type: "boolean", short: "h", default: false } } as const;
type Call<O extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: true }>
>["values"];

/** How a command is called: its text for `--help`, its options, and what it takes beside them. */
export type Command<O extends ParseArgsOptionsConfig> = {
  readonly usage: string;
  readonly options: O;
  /** What the arguments are, in the words of the usage; all of them are needed. */
  readonly positionals: readonly string[];
};

/**
 * What the commands of this machine share: `--help`, wrong calls and errors in words on stderr, the exit status. An
 * input error speaks for itself; anything else is ours, and its stack helps to report it.
 */
export async function runCommand<O extends ParseArgsOptionsConfig>(
  { usage, options, positionals: wanted }: Command<O>,
  work: (values: Call<O>, positionals: readonly string[]) => Promise<void>,
): Promise<void> {
  try {
    const { values, positionals } = parseArgs({ options: { ...options, ...help }, allowPositionals: true });
    if ((values as { help: boolean }).help) return void process.stderr.write(`usage: ${usage}\n`);
    if (positionals.length !== wanted.length)
      throw new WrongCall(wanted.length === 0 ? "too much was given" : `give ${wanted.join(" and ")}`);
    await work(values as Call<O>, positionals);
  } catch (error) {
    process.stderr.write(`${explain(error, usage)}\n`);
    process.exitCode = 1;
  }
}

/** A TCP port of the command line; 0 takes any free one. @throws InputError */
export function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
  const found = `"${text}" is not a port`;
  throw new InputError({ file: "--port", found, advice: "Give a number from 0 to 65535" });
}

class WrongCall extends Error {}

function explain(error: unknown, usage: string): string {
  if (error instanceof InputError) return `error: ${error.message}`;
  if (!(error instanceof Error)) return `error: ${String(error)}`;
  const wrongCall =
    error instanceof WrongCall || ("code" in error && String(error.code).startsWith("ERR_PARSE_ARGS"));
  return wrongCall ? `error: ${error.message}\n\nusage: ${usage}` : `error: ${error.stack ?? error.message}`;
}
