import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { main } from "assemblyscript/asc";

const target = path.resolve(import.meta.dirname, "../lib/kernel");
const folder = path.join(target, "assembly");

/** Pages of 64 KiB: 2 GiB of addresses, of which only what is used takes memory. */
const mostPages = 32_768;

const isSource = (name: string) => name.endsWith(".ts");

/** Names the sources of the kernels: a binary that was made of others is told by it. */
export function sourceHash(): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(folder).filter(isSource).sort())
    hash.update(`${name}\n`).update(readFileSync(path.join(folder, name)));
  return hash.digest("hex");
}

/**
 * Compiles the kernels into `lib/kernel/binary.js`. The memory is shared only so that views of it stay valid when it
 * grows: no two threads use one.
 *
 * @throws Error with what the compiler says
 */
export async function buildKernels(): Promise<void> {
  const files = new Map<string, Uint8Array | string>();
  const { error, stderr } = await main(
    [
      ...["index.ts", "--outFile", "kernels.wasm", "--runtime", "minimal", "-O3", "--converge", "--noAssert"],
      ...["--importMemory", "--sharedMemory", "--initialMemory", "16", "--maximumMemory", `${mostPages}`],
      ...[
        "--enable",
        "simd",
        "--enable",
        "threads",
        "--enable",
        "bulk-memory",
        "--disable",
        "mutable-globals",
      ],
    ],
    {
      readFile: (name, base) => read(path.resolve(folder, base, name)),
      writeFile: (name, contents) => void files.set(name, contents),
      listFiles: () => [],
    },
  );
  const binary = files.get("kernels.wasm");
  if (error !== null || binary === undefined)
    throw new Error(`the kernels do not compile: ${stderr}`, { cause: error });
  const text = Buffer.from(binary).toString("base64");
  const lines = [
    "// Made by npm run kernels of the sources in assembly/.",
    `export const sources = "${sourceHash()}";`,
    `export const pages = ${mostPages};`,
    `export const binary = "${text}";`,
  ];
  writeFileSync(path.join(target, "binary.js"), `${lines.join("\n")}\n`);
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

if (import.meta.main) await buildKernels();
