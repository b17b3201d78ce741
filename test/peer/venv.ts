import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";

const requirements = path.join(import.meta.dirname, "requirements.txt");
const home = path.resolve(import.meta.dirname, "../../.venv");

/**
 * Vitest's global setup of the peer lane: makes the Python environment that `requirements.txt` pins, once, and
 * leaves its interpreter in `NEUROPRESS_PYTHON`, which the tests inherit. A value set beforehand is used as
 * it is. Without python3 or its venv module the lane is skipped with a message, and fails where CI is set.
 */
export function setup(): void {
  if (process.env["NEUROPRESS_PYTHON"]) return;
  const missing = missingPart();
  if (missing === undefined) {
    process.env["NEUROPRESS_PYTHON"] = python();
    return;
  }
  const advice = `the peer tests need ${missing} (Debian, Ubuntu: apt-get install python3 python3-venv)`;
  if (process.env["CI"]) throw new Error(advice);
  console.warn(`\n*** PEER TESTS SKIPPED: ${advice} ***\n`);
}

/** The interpreter of the environment, which is made first if there is none for these requirements. */
function python(): string {
  const version = execFileSync("python3", ["--version"]);
  const stamp = createHash("sha256")
    .update(readFileSync(requirements))
    .update(version)
    .digest("hex")
    .slice(0, 16);
  const place = path.join(home, stamp);
  if (!existsSync(place)) build(place);
  return path.join(place, "bin/python");
}

/**
 * Builds beside `place` and renames: `place` is whole or absent, and of two runs at the same time the later one
 * drops its own.
 */
function build(place: string): void {
  console.log("making the Python venv once (about a minute)");
  const draft = `${place}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  try {
    run("python3", ["-m", "venv", draft]);
    const pip = [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--disable-pip-version-check",
      "--requirement",
      requirements,
    ];
    run(path.join(draft, "bin/python"), pip);
    renameSync(draft, place);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(place)) throw error;
  }
}

function run(command: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: exit ${status}\n${stdout}${stderr}`);
}

function missingPart(): string | undefined {
  if (spawnSync("python3", ["--version"]).status !== 0) return "python3";
  // Debian splits ensurepip from the interpreter; without it venv makes an environment without pip.
  if (spawnSync("python3", ["-c", "import venv, ensurepip"]).status !== 0) return "python3's venv module";
  return undefined;
}
