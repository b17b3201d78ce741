import { parseArgs } from "node:util";
import { InputError } from "../../format/error.ts";
import { soundLine, wrongLines } from "../../verify/receipt.ts";
import { paint } from "../paint.ts";
import { type Verified, verify } from "./verify.ts";

const usage = `usage: npm run verify -- OUT|URL [options]

  OUT          the folder of a dataset, ours or another tool's
  URL          where a dataset is published: it is read as a browser does

  --source IN  the slices that it was made of: the full scale must be equal to them
  --json       print the receipt as JSON`;

const options = {
  source: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** The `verify` command. @returns the exit status: 0 if nothing is wrong, else 1 */
export async function verifyCommand(args: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [place] = positionals;
    if (values.help || place === undefined || positionals.length !== 1) {
      process.stderr.write(`${usage}\n`);
      return values.help ? 0 : 1;
    }
    const verified = await verify(place, values.source);
    const { receipt } = verified;
    if (values.json) process.stdout.write(`${JSON.stringify(receipt, null, 2)}\n`);
    else process.stdout.write(`${describe(verified)}\n`);
    return receipt.ok ? 0 : 1;
  } catch (error) {
    const known = error instanceof InputError || (error instanceof Error && "code" in error);
    const text =
      error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error);
    process.stderr.write(`error: ${text}\n`);
    return 1;
  }
}

function describe({ receipt, report }: Verified): string {
  if (receipt.ok) return paint("green", soundLine(receipt));
  const lines = wrongLines(report);
  const count = Object.values(report).reduce((sum, { wrong }) => sum + wrong, 0);
  return [paint("red", `wrong in ${count} places:`), ...lines.map((line) => `  ${line}`)].join("\n");
}
