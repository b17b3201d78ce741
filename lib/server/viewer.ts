import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";

const FOLDER = path.resolve(import.meta.dirname, "../../viewer");
/** Inside dist: what it was built from. */
const STAMP = "stamp.txt";
const WORK = ".build-";
/** Milliseconds for one run of npm. */
const LIMIT = 10 * 60_000;

/**
 * The folder of the built viewer, building it when it is missing or of another version. The packages go
 * into a folder of their own and the result is renamed into place: two first uses at once do no harm, an
 * interrupted one leaves nothing half done, and `npm ci` of the project never pays for it.
 *
 * @param say takes one line for the user at a time.
 * @param folder the viewer's package; dist/ inside it is the result.
 * @returns undefined when it cannot be built; the reason has been said.
 */
export async function ensureViewer(
  say: (line: string) => void,
  folder = FOLDER,
): Promise<string | undefined> {
  const dist = path.join(folder, "dist");
  try {
    const stamp = await stampOf(folder);
    if ((await builtFrom(dist)) === stamp) return dist;
    say("building the neuroglancer viewer once (about a minute)...");
    await build(folder, dist, stamp);
    return dist;
  } catch (error) {
    say(`the viewer could not be built: ${error instanceof Error ? error.message : error}`);
    say("going on without it. To see more: cd viewer && npm ci && npm run build. To skip it: --no-viewer");
    return undefined;
  }
}

async function build(folder: string, dist: string, stamp: string): Promise<void> {
  await sweep(folder);
  const work = await mkdtemp(path.join(folder, WORK));
  try {
    for (const name of await sources(folder)) await cp(path.join(folder, name), path.join(work, name));
    await npm(["ci"], work);
    await npm(["run", "build"], work);
    const fresh = path.join(work, "dist");
    await writeFile(path.join(fresh, STAMP), stamp);
    await install({ fresh, dist, stamp, aside: path.join(work, "old") });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

type Installation = { fresh: string; dist: string; stamp: string; aside: string };

/**
 * A folder that is not empty cannot be renamed over, so one of another version steps aside first. Of two that build
 * the same at once the second yields.
 */
async function install({ fresh, dist, stamp, aside }: Installation): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    if ((await builtFrom(dist)) === stamp) return;
    const renamed = await rename(fresh, dist).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (!["ENOTEMPTY", "EEXIST", "EPERM"].includes(error.code ?? "")) throw error;
        return false;
      },
    );
    if (renamed) return;
    await rename(dist, `${aside}-${tries}`).catch(() => {});
  }
  throw new Error("another version is built at the same time; try again");
}

/** Removes what builds that were killed left behind: nothing takes six limits. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(WORK)) continue;
    const found = await stat(path.join(folder, name)).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > 6 * LIMIT)
      await rm(path.join(folder, name), { recursive: true, force: true });
  }
}

function builtFrom(dist: string): Promise<string | undefined> {
  return readFile(path.join(dist, STAMP), "utf8").catch(() => undefined);
}

/** Hash of everything that the result depends on: the lock, the settings and the pages. */
async function stampOf(folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of await sources(folder)) {
    const bytes = await readFile(path.join(folder, name));
    hash.update(`${name} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest("hex");
}

/** The package's own files; what is written about it changes nothing. */
async function sources(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith(".md"));
  return files.map((entry) => entry.name).sort();
}

/** Runs the machine's npm; rejects with its last words. */
function npm(args: string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("npm", args, {
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: LIMIT,
      shell: process.platform === "win32",
    });
    let tail = "";
    const keep = (part: Buffer) => {
      tail = (tail + part).slice(-2000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) return resolve();
      const why = tail.trim().split("\n").slice(-15).join("\n  ");
      reject(new Error(`npm ${args.join(" ")} ended with ${signal ?? code}:\n  ${why}`));
    });
  });
}
