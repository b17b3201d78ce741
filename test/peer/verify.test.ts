import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { convert } from "../../lib/local/convert.ts";
import { verify } from "../../lib/local/verify/verify.ts";
import { findingsOf } from "../../lib/verify/report.ts";

const python = process.env["NEUROPRESS_PYTHON"] ?? "";
const folder = mkdtempSync(path.join(tmpdir(), "peer-verify-"));
const at = (name: string) => path.join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

function script(name: string, ...args: string[]): void {
  const file = path.join(import.meta.dirname, name);
  const { status, stderr } = spawnSync(python, ["-B", file, ...args], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
}

describe.skipIf(python === "")("datasets of others", () => {
  beforeAll(() => script("make.py", "offset", at("source"), at("source.npy")));

  test.each([
    ["tensorstore", 2],
    ["cloud_volume", 1],
    ["cloud_volume_raw", 1],
  ])("%s: nothing is found, and scale 0 is the source", async (tool, scales) => {
    script("write.py", tool, at(tool), at("source.npy"));
    const { receipt, report } = await verify(at(tool), at("source"));
    expect(findingsOf(report)).toEqual([]);
    expect(receipt.ok).toBe(true);
    expect(receipt.scales).toHaveLength(scales);
    expect(receipt.checks["source"]).toMatchObject({ figures: { voxels: 149 * 83 * 37 } });
    expect(receipt.unchecked.join()).toMatch(/segment table.*meshes.*state\.json/);
  });

  test.each([
    ["voxel", "source"],
    ["average", "pyramid"],
    ["chunk", "chunks"],
    ["manifest", "manifests"],
    ["hole", "closed"],
    ["inverse", "outward"],
    ["shift", "box"],
    ["number", "table"],
    ["count", "table"],
  ])("what the judge of the readers is judged by (%s) is found", async (kind, check) => {
    const out = at(`spoiled-${kind}`);
    await convert({ input: at("source"), output: out, chunk: 32, threads: 2 });
    script("mutate.py", kind, out);
    const { receipt, report } = await verify(out, at("source"));
    expect(receipt.ok).toBe(false);
    expect(findingsOf(report).map((one) => one.check)).toContain(check);
  });
});
