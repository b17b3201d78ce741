import type { Status } from "../step/status.ts";
import { billLine } from "./bill.ts";
import { explain } from "./explain.ts";

/** What the commands share in speaking with people and shells: results on stdout, all else on stderr. */
export const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Runs a command; its errors become words. @returns the exit status */
export async function guarded(usageText: string, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const wrongCall =
      error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
    say(wrongCall ? `error: ${error.message}\n\n${usageText}` : explain(error));
    return 1;
  }
}

/** @param asked whether the user asked for it */
export function usage(text: string, asked: boolean): number {
  say(text);
  return asked ? 0 : 1;
}

/** The link of what is done, or what has failed. @returns the exit status */
export function report(status: Status, json: boolean): number {
  if (json) process.stdout.write(`${JSON.stringify(status, null, 2)}\n`);
  else if (status.state === "failed") say(`error: ${status.message ?? "the run has failed"}`);
  else if (status.link !== undefined) {
    if (status.verified !== undefined) say(status.verified);
    if (status.usage !== undefined) say(`usage: ${billLine(status.usage)}`);
    if (status.page !== undefined) say(`page: ${status.page}`);
    process.stdout.write(`${status.link}\n`);
  }
  return status.state === "failed" ? 1 : 0;
}

/** Arguments as a shell takes them. */
export function quoted(args: readonly string[]): string {
  const plain = /^[\w./:@%+,=-]+$/;
  return args.map((arg) => (plain.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`)).join(" ");
}
