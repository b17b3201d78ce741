import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { functionNames } from "../../lib/stack/config.ts";
import { appOf, stackOf } from "./synth.ts";

let outdir: string;
let bundles: string[];
let seconds: number;

beforeAll(() => {
  outdir = mkdtempSync(path.join(tmpdir(), "neuropress-synth-"));
  const since = performance.now();
  const app = appOf({}, { outdir, bundle: true });
  stackOf(app);
  app.synth();
  seconds = (performance.now() - since) / 1000;
  bundles = readdirSync(outdir)
    .map((name) => path.join(outdir, name, "index.mjs"))
    .filter((file) => statSync(file, { throwIfNoEntry: false }) !== undefined);
});
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

test("a whole synthesis takes less than a minute", () => {
  expect(seconds).toBeLessThan(60);
});

test("each function is one small bundle with everything in it", async () => {
  // encode, pyramid and the others differ, so each has its own asset.
  expect(bundles).toHaveLength(functionNames.length);
  for (const file of bundles) {
    expect(statSync(file).size).toBeLessThan(1e6);
    // Outside the project there is no node_modules to help.
    const module = (await import(pathToFileURL(file).href)) as { handler: unknown };
    expect(typeof module.handler).toBe("function");
  }
});
