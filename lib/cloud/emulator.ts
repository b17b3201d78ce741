import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, open, readFile } from "node:fs/promises";
import path from "node:path";
import { emulatorProgram } from "./venv.ts";

export type Emulator = {
  readonly endpoint: string;
  /** Environment that makes the AWS SDK, the CDK and the AWS CLI talk to the emulator. */
  readonly env: Readonly<Record<string, string>>;
  /** Last lines of its log. */
  log(): Promise<string>;
  stop(): Promise<void>;
};

const root = path.resolve(import.meta.dirname, "../..");
const startSeconds = 60;
const graceMilliseconds = 3000;

/** The environment for an emulator at this address: its accounts and keys are any. */
export function emulatorEnv(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_EC2_METADATA_DISABLED: "true",
    CDK_DISABLE_CLI_TELEMETRY: "true",
  };
}

/**
 * Starts an AWS of this machine's own, on loopback only, with policies enforced. Its state is in memory.
 *
 * @throws Error with the end of its log if it does not come up
 */
export async function startEmulator(port: number, say: (line: string) => void): Promise<Emulator> {
  const program = await emulatorProgram(say);
  const logFile = path.join(root, ".emulator", `log-${port}.txt`);
  await mkdir(path.dirname(logFile), { recursive: true });
  const output = await open(logFile, "w");
  const settings = {
    AUTH: "true",
    GATEWAY_PORT: String(port),
    BIND_HOST: "127.0.0.1",
    AWS_DEFAULT_REGION: "us-east-1",
    // The functions are ESM for Node 24: the node of node_modules must be found first.
    PATH: `${path.join(root, "node_modules/.bin")}${path.delimiter}${process.env["PATH"]}`,
  };
  const child = spawn(program, [], {
    cwd: root,
    env: { ...process.env, ...settings },
    stdio: ["ignore", output.fd, output.fd],
  });
  await output.close();
  const endpoint = `http://127.0.0.1:${port}`;
  const log = async () => (await readFile(logFile, "utf8")).split("\n").slice(-40).join("\n");
  const stop = () => end(child);
  if (await isUp(endpoint, child)) return { endpoint, env: emulatorEnv(endpoint), log, stop };
  await stop();
  throw new Error(`the emulator did not start on port ${port}:\n${await log()}`);
}

async function isUp(endpoint: string, child: ChildProcess): Promise<boolean> {
  for (let waited = 0; waited < startSeconds * 10 && child.exitCode === null; waited++) {
    const healthy = await fetch(`${endpoint}/_localstack/health`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (healthy) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

/** By its own pid; a process that holds on after SIGTERM is killed. */
function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const kill = setTimeout(() => child.kill("SIGKILL"), graceMilliseconds);
    child.once("exit", () => {
      clearTimeout(kill);
      resolve();
    });
    child.kill("SIGTERM");
  });
}
