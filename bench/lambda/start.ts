import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { makeBundles, packagesOf } from "./bundles.ts";

const run = promisify(execFile);
const times = 11;

/** Size of each function's bundle, what is largest in it, and how long a fresh process takes until its handler is there. */
export async function measureStart(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), "neuropress-bundles-"));
  try {
    const { bundles, meta } = await makeBundles(folder);
    const bare = await median("data:text/javascript,");
    console.log(`an empty process: ${bare.toFixed(0)} ms (median of ${times})`);
    console.log(
      "| function | KB | start, ms | of it the bundle | largest parts, KB |\n|---|---|---|---|---|",
    );
    for (const { name, file, bytes } of bundles) {
      const whole = await median(file);
      const parts = packagesOf(meta[name] ?? {})
        .slice(0, 5)
        .map(([part, size]) => `${part} ${(size / 1000).toFixed(0)}`);
      const cells = [name, (bytes / 1000).toFixed(0), whole.toFixed(0), (whole - bare).toFixed(0)];
      console.log(`| ${[...cells, parts.join(", ")].join(" | ")} |`);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Milliseconds from the start of a process, Node's own included, until a module is loaded. */
async function median(module: string): Promise<number> {
  const script = `await import(${JSON.stringify(module)}); console.log(performance.now())`;
  const env = { ...process.env, NODE_OPTIONS: "--enable-source-maps" };
  const found: number[] = [];
  for (let i = 0; i < times; i++) {
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { env });
    found.push(Number(stdout));
  }
  return found.sort((a, b) => a - b)[(times - 1) / 2] as number;
}
