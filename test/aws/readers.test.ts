import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { follow } from "../../lib/cloud/follow.ts";
import { push } from "../../lib/cloud/push.ts";
import type { Site } from "../../lib/cloud/site.ts";
import { convert } from "../../lib/local/convert.ts";
import { makeSample } from "../../lib/local/sample.ts";
import { serve } from "../../lib/server/serve.ts";
import { builtViewer, findChromium, openLink } from "../browser/open.ts";
import { missing } from "./lane.ts";
import { deployedSite } from "./site.ts";

let site: Site;
let folder: string;
let stateUrl: string;
const python = process.env["NEUROPRESS_PYTHON"] ?? "";
const ci = process.env["CI"] !== undefined;

beforeAll(async () => {
  site = deployedSite();
  folder = await mkdtemp(path.join(tmpdir(), "neuropress-readers-"));
  const input = path.join(folder, "sample");
  await makeSample(input);
  const { run } = await push({ input, project: "readers", site, prune: false, say: () => {} });
  const status = await follow({ site, project: "readers", run }, () => {}, 250);
  expect(status.state).toBe("done");
  stateUrl = status.stateUrl!;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function script(name: string, ...args: string[]): string {
  const file = path.join(import.meta.dirname, "../peer", name);
  const { stdout, stderr } = spawnSync(python, ["-B", file, ...args], { encoding: "utf8" });
  return stdout === "" ? stderr : stdout;
}

test.skipIf(missing || (python === "" && !ci))(
  "tensorstore and cloud-volume read what is published, over its URL",
  () => {
    script("make.py", "stack", path.join(folder, "sample"), path.join(folder, "sample.npy"));
    const said = script("read.py", stateUrl.replace("/state.json", ""), path.join(folder, "sample.npy"));
    const verdict = JSON.parse(said.trim().split("\n").at(-1)!);
    expect(verdict.failures).toEqual([]);
    expect(verdict.figures).toMatchObject({ segments: 54, mesh: { meshes: 54 } });
  },
);

test.skipIf(missing || (findChromium() === undefined && !ci))(
  "the real viewer opens the link, reading the bucket",
  async () => {
    const output = path.join(folder, "local");
    await convert({ input: path.join(folder, "sample"), output });
    const viewer = await builtViewer();
    // The viewer comes from another origin than the data, as the public one does.
    const served = await serve({ root: output, port: 0, viewer });
    try {
      const report = await openLink(`${served.url}/viewer/#!${stateUrl}`);
      expect(report.failures).toEqual([]);
      expect(report.look?.layers).toMatchObject([{ name: "readers", segments: 54, withMesh: 54 }]);
      const dataUrls = report.fetched.filter(({ url }) => url.startsWith(new URL(stateUrl).origin));
      expect(dataUrls.length).toBeGreaterThan(54 * 2);
    } finally {
      await served.close();
    }
  },
);
