import { cdk } from "./cdk.ts";
import { explain } from "./explain.ts";

const hour = 3600;

/**
 * The `deploy` command: `cdk deploy` with its options passed on, and its errors in plain words. `--bootstrap`
 * prepares the account for CDK first.
 */
export async function deployCommand(args: readonly string[]): Promise<number> {
  const run = { env: {}, seconds: hour, show: true };
  const options = args.filter((option) => option !== "--bootstrap");
  try {
    if (options.length !== args.length) await cdk(["bootstrap", ...options], run);
    await cdk(["deploy", ...options], run);
    return 0;
  } catch (error) {
    process.stderr.write(`\n${explain(error)}\n`);
    return 1;
  }
}
