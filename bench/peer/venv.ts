import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";

const requirements = path.join(import.meta.dirname, "requirements.txt");
const home = path.resolve(import.meta.dirname, "../../.venv");

/**
 * The interpreter of the Python environment that `requirements.txt` pins, made on first use and again when the
 * versions change. `NEUROPRESS_BENCH_PYTHON` names another one, which is used as it is.
 *
 * @throws Error saying what to install if there is no Python
 */
export function peerPython(say: (line: string) => void): string {
  const given = process.env["NEUROPRESS_BENCH_PYTHON"];
  if (given) return given;
  const version = run("python3", ["--version"]);
  const stamp = createHash("sha256").update(readFileSync(requirements)).update(version).digest("hex");
  const place = path.join(home, `bench-${stamp.slice(0, 16)}`);
  if (!existsSync(place)) {
    say("making the peers' Python environment once (about two minutes)...");
    build(place);
  }
  return path.join(place, "bin/python");
}

/** Builds beside `place` and renames, so that `place` is whole or absent. */
function build(place: string): void {
  const draft = `${place}.${process.pid}`;
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
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (status === 0) return stdout;
  const advice = "the peers need Python 3 with venv (Debian, Ubuntu: apt-get install python3 python3-venv)";
  throw new Error(
    `${command} ${args.join(" ")}: ${error?.message ?? `exit ${status}`}\n${stdout}${stderr}\n${advice}`,
  );
}
