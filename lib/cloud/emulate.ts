import { parseArgs } from "node:util";
import { deployToEmulator } from "./cdk.ts";
import { type Emulator, startEmulator } from "./emulator.ts";
import { announceEmulator, withdrawEmulator } from "./endpoint.ts";
import { explain } from "./explain.ts";
import { say } from "./shell.ts";

const usage = "usage: npm run emulate -- [--port 4566]";
const deploySeconds = 300;

/**
 * The `emulate` command: the whole stack on this machine, without an account, until Ctrl-C. Nothing of it is left
 * then: the emulator keeps its state in memory.
 *
 * @returns the exit status
 */
export async function emulateCommand(args: readonly string[]): Promise<number> {
  // Before anything is started, so that nothing that was started is left behind.
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  let emulator: Emulator | undefined;
  try {
    emulator = await startEmulator(portOf(args), say);
    await standUp(emulator, stop.signal);
    return 0;
  } catch (error) {
    if (stop.signal.aborted) return 0;
    say(explain(error));
    if (emulator !== undefined) say(`the emulator's log ends:\n${await emulator.log()}`);
    return 1;
  } finally {
    await emulator?.stop();
  }
}

/** Deploys the stack, says how to use it, and stays until it is told to stop. */
async function standUp({ endpoint, env, ended }: Emulator, signal: AbortSignal): Promise<void> {
  say(`the emulator runs at ${endpoint}; deploying the stack (about 15 seconds)...`);
  const site = await deployToEmulator({ env, seconds: deploySeconds, show: false, signal });
  await announceEmulator(env);
  try {
    say(`uploads: s3://${site.UploadsBucket}\ndatasets: ${site.OutputUrl}`);
    say("upload in another terminal (npm run demo -- --no-serve makes the sample):");
    process.stdout.write("npm run push -- demo/input demo --emulator\n");
    say("other programs reach it with this environment:");
    say(
      `  export ${Object.entries(env)
        .map(([name, value]) => `${name}=${value}`)
        .join(" ")}`,
    );
    say("Ctrl-C stops everything");
    const stopped = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve());
    });
    if (!signal.aborted) await Promise.race([stopped, ended]);
    if (!signal.aborted) throw new Error("the emulator has ended by itself");
  } finally {
    await withdrawEmulator(env);
  }
}

function portOf(args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: { port: { type: "string", default: "4566" } } });
  const port = Number(values.port);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Error(`--port: "${values.port}" is no port\n${usage}`);
}
