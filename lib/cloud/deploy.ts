import path from "node:path";
import { InputError } from "../format/error.ts";
import { cdk } from "./cdk.ts";
import { explain } from "./explain.ts";
import { addReader, removeReader } from "./reader.ts";
import { settingsOf, settingsOfArgs } from "./setting.ts";
import { say } from "./shell.ts";
import { lookUpSite } from "./site.ts";

export type DeployTools = {
  /** Builds the viewer if it is not built. @returns undefined if it cannot be; the reason has been said */
  readonly buildViewer: () => Promise<string | undefined>;
  /** cdk.json, where settings last. */
  readonly file?: string;
};

const hour = 3600;
const usual = path.resolve(import.meta.dirname, "../../cdk.json");

/**
 * The `deploy` command: `cdk deploy` with its options passed on, and its errors in plain words. `--bootstrap`
 * prepares the account for CDK first; `--reader NAME` and `--remove-reader NAME` say who may read.
 */
export async function deployCommand(
  args: readonly string[],
  { buildViewer, file = usual }: DeployTools,
): Promise<number> {
  const run = { env: {}, seconds: hour, show: true };
  const passwords: string[] = [];
  try {
    const { own, options } = split(args);
    await keepPrivate({ file, options, anyway: own.public });
    for (const name of own.reader) passwords.push(`${name}: ${await addReader(file, name)}`);
    for (const name of own["remove-reader"]) await removeReader(file, name);
    const { viewer } = await settingsOf(file, options);
    if (String(viewer) === "true" && (await buildViewer()) === undefined) return 1;
    if (own.bootstrap) await cdk(["bootstrap", ...options], run);
    await cdk(["deploy", ...options], run);
    return 0;
  } catch (error) {
    process.stderr.write(`\n${explain(error)}\n`);
    return 1;
  } finally {
    tell(passwords);
  }
}

type Own = {
  readonly bootstrap: boolean;
  readonly public: boolean;
  readonly reader: readonly string[];
  readonly "remove-reader": readonly string[];
};

/** Our options, and those for the CDK. */
function split(args: readonly string[]): { own: Own; options: string[] } {
  const own = { bootstrap: false, public: false, reader: [] as string[], "remove-reader": [] as string[] };
  const options: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    const [, name, value] = /^--(reader|remove-reader)(?:=(.*))?$/.exec(arg) ?? [];
    if (arg === "--bootstrap") own.bootstrap = true;
    else if (arg === "--public") own.public = true;
    else if (name === "reader" || name === "remove-reader") own[name].push(value ?? args[++i] ?? "");
    else options.push(arg);
  }
  const changed = own.reader.length + own["remove-reader"].length > 0;
  if (changed && settingsOfArgs(options)["readers"] !== undefined) {
    const advice =
      "Leave -c readers=... out: --reader and --remove-reader write cdk.json, which it would hide";
    throw new InputError({ file: "readers", found: "are given twice", advice });
  }
  return { own, options };
}

type Deployment = { readonly file: string; readonly options: readonly string[]; readonly anyway: boolean };

/** A deployment that has lost its readers would let everyone read what only some may. */
async function keepPrivate({ file, options, anyway }: Deployment): Promise<void> {
  const { stack = "Neuropress", readers } = await settingsOf(file, options);
  if (readers !== undefined || anyway) return;
  const profile = options.indexOf("--profile");
  if (profile >= 0 && options[profile + 1] !== undefined) process.env["AWS_PROFILE"] = options[profile + 1];
  const site = await lookUpSite(String(stack));
  if (site?.Readers === undefined) return;
  throw new InputError({
    file: `stack ${stack}`,
    found: `only ${site.Readers} may read its data, but these settings name no readers`,
    advice: "Deploy with the cdk.json that has them; or add --public to let everyone read",
  });
}

function tell(passwords: readonly string[]): void {
  if (passwords.length === 0) return;
  say("\nwho reads with which password; shown now and never again:");
  process.stdout.write(`${passwords.join("\n")}\n`);
}
