import path from "node:path";
import { build } from "esbuild";
import { bundle } from "../../lib/stack/bundle.ts";
import { type FunctionName, functionNames } from "../../lib/stack/config.ts";

const root = path.resolve(import.meta.dirname, "../..");

export type Bundle = { readonly name: FunctionName; readonly file: string; readonly bytes: number };

/** The functions' bundles as the stack deploys them, in a folder. `meta` is esbuild's account of what is in them. */
export async function makeBundles(folder: string): Promise<{ bundles: Bundle[]; meta: Metafiles }> {
  const meta: Metafiles = {};
  const bundles: Bundle[] = [];
  for (const name of functionNames) {
    const file = path.join(folder, name, "index.mjs");
    const { banner, ...options } = bundle;
    const made = await build({
      ...options,
      entryPoints: [path.join(root, "lambdas", `${name}.ts`)],
      absWorkingDir: root,
      outfile: file,
      banner: { js: banner },
      bundle: true,
      platform: "node",
      sourcemap: true,
      metafile: true,
    });
    const { outputs } = made.metafile;
    const output = Object.entries(outputs).find(([key]) => key.endsWith(".mjs"))?.[1];
    if (output === undefined) throw new Error(`${name}: esbuild has made nothing`);
    meta[name] = output.inputs;
    bundles.push({ name, file, bytes: output.bytes });
  }
  return { bundles, meta };
}

type Metafiles = Record<string, Record<string, { bytesInOutput: number }>>;

/** Bytes of a bundle by package, largest first. */
export function packagesOf(inputs: Record<string, { bytesInOutput: number }>): [string, number][] {
  const sums = new Map<string, number>();
  for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? "neuropress";
    sums.set(name, (sums.get(name) ?? 0) + bytesInOutput);
  }
  return [...sums].sort((a, b) => b[1] - a[1]);
}
