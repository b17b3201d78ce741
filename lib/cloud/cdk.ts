import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Site } from "./site.ts";

export type CdkRun = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** After so long the run is ended: a deployment can hang instead of failing. */
  readonly seconds: number;
  /** Where its output goes: to the terminal, or kept for the error. */
  readonly show: boolean;
  /** Ends the run early. */
  readonly signal?: AbortSignal;
};

const root = path.resolve(import.meta.dirname, "../..");

/** Bootstraps an emulator's account and deploys the stack there. */
export async function deployToEmulator(run: CdkRun, context: readonly string[] = []): Promise<Site> {
  const folder = await mkdtemp(path.join(tmpdir(), "neuropress-cdk-"));
  const outputs = path.join(folder, "outputs.json");
  const options = ["-c", "emulator=true", ...context.flatMap((setting) => ["-c", setting])];
  const assembly = ["--output", path.join(folder, "cdk.out")];
  try {
    await cdk(["bootstrap", "aws://000000000000/us-east-1", ...options, ...assembly], run);
    const deploy = ["deploy", "--require-approval", "never", "--outputs-file", outputs];
    await cdk([...deploy, ...options, ...assembly], run);
    const [stack] = Object.values(JSON.parse(await readFile(outputs, "utf8")) as Record<string, Site>);
    if (stack === undefined) throw new Error("the deployment told no outputs");
    return stack;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the CDK's command line of node_modules. @throws Error with its last words if it fails or takes too long */
export function cdk(args: readonly string[], { env, seconds, show, signal }: CdkRun): Promise<string> {
  const bin = path.join(root, "node_modules/.bin");
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(bin, "cdk"), args, {
      cwd: root,
      env: { ...process.env, ...env, PATH: `${bin}${path.delimiter}${process.env["PATH"]}` },
      stdio: show ? ["inherit", "inherit", "pipe"] : ["ignore", "pipe", "pipe"],
      ...(signal && { signal }),
    });
    let said = "";
    const keep = (part: Buffer) => {
      said = (said + part).slice(-8000);
      if (show) process.stderr.write(part);
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    const limit = setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
    child.once("error", (error) => {
      clearTimeout(limit);
      reject(error);
    });
    child.once("close", (code, ending) => {
      clearTimeout(limit);
      if (code === 0) return resolve(said);
      const why = ending === null ? `ended with ${code}` : `was ended after ${seconds} s`;
      reject(new Error(`cdk ${args[0]} ${why}:\n${said}`));
    });
  });
}
