import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { isHealthy } from "./endpoint.ts";
import { freePort } from "./port.ts";
import { emulatorProgram } from "./venv.ts";

export type Emulator = {
  readonly endpoint: string;
  /** Environment that makes the AWS SDK, the CDK and the AWS CLI talk to the emulator. */
  readonly env: Readonly<Record<string, string>>;
  /** Last lines of its log; not after `stop`. */
  log(): Promise<string>;
  /** Resolves when its process has ended. */
  readonly ended: Promise<void>;
  /** Ends it, and removes what it has left on disk. */
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
 * @throws Error if the port is taken, or with the end of its log if it does not come up
 */
export async function startEmulator(port: number, say: (line: string) => void): Promise<Emulator> {
  await freePort(port);
  const program = await emulatorProgram(say);
  const scratch = await mkdtemp(path.join(tmpdir(), "neuropress-emulator-"));
  const logFile = path.join(scratch, "log.txt");
  const output = await open(logFile, "w");
  const settings = {
    AUTH: "true",
    GATEWAY_PORT: String(port),
    BIND_HOST: "127.0.0.1",
    AWS_DEFAULT_REGION: "us-east-1",
    // It unpacks the functions anew for each of their processes, and leaves them there.
    TMPDIR: scratch,
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
  const stop = async () => {
    await end(child);
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  };
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
  });
  if (await isUp(endpoint, child)) return { endpoint, env: emulatorEnv(endpoint), log, ended, stop };
  const said = await log();
  await stop();
  throw new Error(`the emulator did not start on port ${port}:\n${said}`);
}

async function isUp(endpoint: string, child: ChildProcess): Promise<boolean> {
  for (let waited = 0; waited < startSeconds * 10 && child.exitCode === null; waited++) {
    if (await isHealthy(endpoint)) return child.exitCode === null;
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
