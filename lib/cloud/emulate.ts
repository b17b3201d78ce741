import { parseArgs } from "node:util";
import { deployToEmulator } from "./cdk.ts";
import { startEmulator } from "./emulator.ts";
import { announceEmulator, withdrawEmulator } from "./endpoint.ts";
import { explain } from "./explain.ts";

const deploySeconds = 300;

/**
 * The `emulate` command: the whole stack on this machine, without an account, until Ctrl-C. Nothing of it is left
 * then: the emulator keeps its state in memory.
 */
export async function emulateCommand(args: readonly string[]): Promise<void> {
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const { values } = parseArgs({ args: [...args], options: { port: { type: "string", default: "4566" } } });
  const emulator = await startEmulator(Number(values.port), say);
  const stopped = untilSignal();
  try {
    say(`the emulator runs at ${emulator.endpoint}; deploying the stack (about 15 seconds)...`);
    const deployed = deployToEmulator({ env: emulator.env, seconds: deploySeconds, show: false });
    const site = await Promise.race([deployed, stopped]);
    if (site === undefined) return;
    await announceEmulator(emulator.env);
    say(`uploads: s3://${site.UploadsBucket}\ndatasets: ${site.OutputUrl}`);
    say("upload in another terminal (npm run demo -- --no-serve makes the sample):");
    process.stdout.write("npm run push -- demo/input demo --emulator\n");
    say("Ctrl-C stops everything");
    await stopped;
  } catch (error) {
    say(`${explain(error)}\n${await emulator.log()}`);
    process.exitCode = 1;
  } finally {
    await withdrawEmulator();
    await emulator.stop();
  }
}

function untilSignal(): Promise<undefined> {
  return new Promise((resolve) => {
    // The port of a socket would keep the process alive; here nothing else does.
    const alive = setInterval(() => {}, 60_000);
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        clearInterval(alive);
        resolve(undefined);
      });
    }
  });
}
