import { spawnSync } from "node:child_process";
import { deployToEmulator } from "../../lib/cloud/cdk.ts";
import { startEmulator } from "../../lib/cloud/emulator.ts";
import { freePort } from "../../lib/cloud/port.ts";

/** A deployment can hang instead of failing. */
const deploySeconds = 300;

/** One emulator and one deployment for the whole lane; tests find them in the environment. */
export async function setup(): Promise<() => Promise<void>> {
  if (spawnSync("python3", ["-c", "import venv, ensurepip"]).status !== 0) {
    const advice =
      "the aws lane needs Python for its emulator (Debian: apt-get install python3 python3-venv)";
    if (process.env["CI"]) throw new Error(advice);
    console.warn(`\n*** AWS TESTS SKIPPED: ${advice} ***\n`);
    process.env["NEUROPRESS_EMULATOR"] = "missing";
    return async () => {};
  }
  const emulator = await startEmulator(await freePort(), (line) => console.warn(line));
  try {
    const site = await deployToEmulator({ env: emulator.env, seconds: deploySeconds, show: false });
    process.env["NEUROPRESS_EMULATOR"] = emulator.endpoint;
    process.env["NEUROPRESS_SITE"] = JSON.stringify(site);
  } catch (error) {
    const log = await emulator.log();
    await emulator.stop();
    throw new Error(`${(error as Error).message}\nthe emulator's log ends:\n${log}`, { cause: error });
  }
  return () => emulator.stop();
}
