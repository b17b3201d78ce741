import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { diagnose } from "../../lib/doctor/diagnose.ts";
import { folderSite, serveSite } from "../doctor/site.ts";

const python = process.env["NEUROPRESS_PYTHON"] ?? "";
const folder = mkdtempSync(path.join(tmpdir(), "peer-doctor-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(python === "")("no false alarm about what others write:", () => {
  let made: string[] = [];
  beforeAll(() => {
    const script = path.join(import.meta.dirname, "doctor.py");
    const { status, stdout, stderr } = spawnSync(python, ["-B", script, folder], { encoding: "utf8" });
    expect(status, stderr).toBe(0);
    made = JSON.parse(stdout.trim().split("\n").at(-1) ?? "[]");
  });

  test.each([
    "tensorstore raw",
    "tensorstore segmentation",
    "tensorstore segmentation, sharded",
    "tensorstore raw, sharded",
    "tensorstore png",
    "tensorstore jpeg",
    "cloud-volume raw",
    "cloud-volume segmentation",
    "cloud-volume sparse",
    "cloud-volume jpeg",
    "cloud-volume jxl",
  ])("%s", async (name) => {
    expect(made).toContain(name);
    const site = await folderSite(path.join(folder, name));
    const url = await serveSite(site);
    for (const all of [false, true]) {
      const { findings, looked } = await diagnose(url, { all });
      expect(findings).toEqual([]);
      expect(looked.chunks).toBeGreaterThanOrEqual(18);
    }
    // And it would not be silent about a chunk that is gone: all of these are there because they hold labels.
    const sharded = [...site.keys()].some((key) => key.endsWith(".shard"));
    const fine = [...site.keys()].filter((key) => key.startsWith("10_10_20/"));
    if (sharded) for (const key of fine) site.delete(key);
    else for (const key of fine) site.set(key, { bytes: Buffer.from("spoiled") });
    expect((await diagnose(url)).sound).toBe(false);
  });
});
