import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, "../..");

/**
 * A Python environment with the emulator, made on first use below `.emulator/` and again when its pinned
 * versions change.
 *
 * @returns the path of the emulator's program
 * @throws Error saying what to install if there is no Python
 */
export async function emulatorProgram(say: (line: string) => void): Promise<string> {
  const requirements = path.join(root, "emulator/requirements.txt");
  const stamp = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex")
    .slice(0, 16);
  const folder = path.join(root, ".emulator", stamp);
  const program = path.join(folder, "bin/ministack");
  // Whoever is stopped half way leaves the program without all that it needs: deployments then hang.
  const whole = path.join(folder, "whole");
  if (existsSync(whole)) return program;
  say("making the emulator's Python environment once (about half a minute)...");
  try {
    await run("python3", ["-m", "venv", folder]);
  } catch (cause) {
    const advice = "install Python 3 with venv (Debian: python3 python3-venv)";
    throw new Error(`the emulator needs Python: ${advice}`, { cause });
  }
  try {
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements];
    await run(path.join(folder, "bin/python"), pip, { timeout: 10 * 60_000 });
  } catch (cause) {
    await discard(folder);
    throw new Error(`the emulator cannot be installed: ${(cause as Error).message}`, { cause });
  }
  await writeFile(whole, "");
  return program;
}

/** A half-made environment must not be taken for a whole one. */
async function discard(folder: string): Promise<void> {
  const aside = await mkdtemp(`${folder}-broken-`);
  await rename(folder, path.join(aside, "venv"));
  await rm(aside, { recursive: true, force: true });
}
