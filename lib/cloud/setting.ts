import { readFile } from "node:fs/promises";

/** The settings of a deployment as the CDK will see them: `context` of cdk.json, and over it the command line's. */
export async function settingsOf(
  file: string,
  args: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const { context = {} } = JSON.parse(await readFile(file, "utf8")) as { context?: Record<string, unknown> };
  return { ...context, ...settingsOfArgs(args) };
}

/** Settings of the command line: `-c name=value`, `--context name=value`, `--context=name=value`. */
export function settingsOfArgs(args: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [i, arg] of args.entries()) {
    const joined = /^(?:-c=?|--context=)(.+)$/.exec(arg)?.[1];
    const pair = joined ?? (/^(-c|--context)$/.test(arg) ? args[i + 1] : undefined);
    const at = pair?.indexOf("=") ?? -1;
    if (pair !== undefined && at > 0) found[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return found;
}
