import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { App } from "aws-cdk-lib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Neuropress } from "../../lib/stack/app.ts";
import { functionNames, parseConfig } from "../../lib/stack/config.ts";

let outdir: string;
let bundles: string[];
let seconds: number;

beforeAll(() => {
  outdir = mkdtempSync(path.join(tmpdir(), "neuropress-synth-"));
  const since = performance.now();
  const app = new App({ outdir });
  new Neuropress(app, "Neuropress", { config: parseConfig(() => undefined) });
  app.synth();
  seconds = (performance.now() - since) / 1000;
  bundles = readdirSync(outdir)
    .map((name) => path.join(outdir, name, "index.mjs"))
    .filter((file) => statSync(file, { throwIfNoEntry: false }) !== undefined);
});
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

test("a whole synthesis, without docker or network, in less than a minute", () => {
  expect(seconds).toBeLessThan(60);
});

test("each function is one small bundle with everything in it", async () => {
  // encode, pyramid and the others differ, so each has its own asset.
  expect(bundles).toHaveLength(functionNames.length);
  for (const file of bundles) {
    expect(statSync(file).size).toBeLessThan(1.5e6);
    const module = (await import(pathToFileURL(file).href)) as { handler: unknown };
    expect(typeof module.handler).toBe("function");
  }
});
