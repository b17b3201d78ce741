import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { convert } from "../../lib/local/convert.ts";
import { makeSample } from "../../lib/local/sample.ts";

const python = process.env["NEUROPRESS_PYTHON"] ?? "";
const folder = mkdtempSync(path.join(tmpdir(), "peer-"));
afterAll(() => rmSync(folder, { recursive: true }));

const at = (...parts: string[]) => path.join(folder, ...parts);

describe.skipIf(python === "")("other readers", () => {
  test("read the sample as tifffile reads its slices", async () => {
    await makeSample(at("sample"));
    // The hash that test/local/sample.test.ts has for the voxels that were meant.
    expect(script("make.py", "stack", at("sample"), at("sample.npy")).stdout.trim()).toBe(
      "d44df78b6269fa4d9e7f36a15ae2feffbd4e7426f9a87ef281817e3b064e3578",
    );
    await convert({ input: at("sample"), output: at("sample.out"), chunk: 64 });
    const { figures } = judge("sample.out", "sample.npy");
    expect(figures).toMatchObject({ voxels: 256 * 256 * 128, segments: 54, mesh: { meshes: 54 } });
    expect(scales(figures)).toEqual([
      [256, 256, 128],
      [128, 128, 128],
    ]);
  });

  test("read a volume at an odd place, in four scales", async () => {
    await make("offset", { chunk: 16 });
    const { figures } = judge("offset.out", "offset.npy");
    // Each scale covers floor(offset / f) to ceil(end / f) of the one before it; z joins at the third.
    expect(scales(figures)).toEqual([
      [149, 83, 37],
      [75, 42, 37],
      [38, 21, 19],
      [20, 11, 10],
    ]);
  });

  test("read ids that meet in a word, in float64 or in sign", async () => {
    await make("wide", { chunk: 32 });
    expect(judge("wide.out", "wide.npy").figures).toMatchObject({ segments: 5, mesh: { meshes: 5 } });
  });

  test("read raw uint16", async () => {
    await make("raw16", { chunk: 32 });
    const { figures } = judge("raw16.out", "raw16.npy");
    expect(figures).toMatchObject({ segments: 4, "scale 0 (10nm)": { dtype: "uint16" } });
  });

  test("read uint8 without background, the smallest id with its mesh", async () => {
    await make("full", { chunk: 16 });
    const { figures } = judge("full.out", "full.npy");
    expect(figures).toMatchObject({
      segments: 4,
      mesh: { meshes: 4 },
      "scale 0 (20nm)": { dtype: "uint32" },
    });
  });
});

describe.skipIf(python === "")("the judge reports", () => {
  beforeAll(() => make("wide", { chunk: 32, name: "spoiled" }));

  test.each([
    ["voxel", /source: scale 0 .*: 1 voxels differ/],
    ["average", /majority: scale 1/],
    ["chunk", /chunks: .* lacks 1 of/],
    ["manifest", /mesh: \d+ has no manifest/],
    ["hole", /mesh: \d+: not closed/],
    ["inverse", /mesh: \d+: turned inside out/],
    ["shift", /mesh: \d+: its box is/],
    ["number", /properties: ids are not strings/],
    ["count", /properties: \d+ has \d+ voxels, not/],
    ["middle", /table: \d+: centroid_x is/],
    ["surface", /table: \d+: surface_um2 is/],
  ])("a spoiled %s", (kind, message) => {
    cpSync(at("spoiled.out"), at(kind), { recursive: true });
    expect(script("mutate.py", kind, at(kind)).status).toBe(0);
    const verdict = read(kind, "spoiled.npy");
    expect(verdict.ok).toBe(false);
    expect(verdict.failures.join("\n")).toMatch(message);
  });
});

type Verdict = { ok: boolean; failures: string[]; figures: Record<string, unknown> };

async function make(kind: string, { chunk, name = kind }: { chunk: number; name?: string }): Promise<void> {
  const made = script("make.py", kind, at(name), at(`${name}.npy`));
  expect(made.status, made.stderr).toBe(0);
  await convert({ input: at(name), output: at(`${name}.out`), chunk, threads: 2 });
}

/** Asserts that the readers found nothing wrong. */
function judge(dataset: string, source: string): Verdict {
  const verdict = read(dataset, source);
  expect(verdict.failures).toEqual([]);
  expect(verdict.ok).toBe(true);
  return verdict;
}

function read(dataset: string, source: string): Verdict {
  const { stdout, stderr } = script("read.py", at(dataset), at(source));
  const line = stdout.trim().split("\n").at(-1) ?? "";
  if (!line.startsWith("{")) throw new Error(`read.py gave no verdict: ${stdout}${stderr}`);
  return JSON.parse(line);
}

function scales(figures: Verdict["figures"]): unknown[] {
  const found = Object.entries(figures).filter(([name]) => name.startsWith("scale "));
  return found.map(([, figure]) => (figure as { size: number[] }).size);
}

function script(name: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const file = path.join(import.meta.dirname, name);
  // -B: no bytecode is left between the sources.
  return spawnSync(python, ["-B", file, ...args], { encoding: "utf8" });
}
