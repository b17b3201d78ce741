import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { convertCommand } from "../../lib/local/command.ts";
import { convert } from "../../lib/local/convert.ts";
import { planAhead } from "../../lib/local/plan/ahead.ts";
import { planCommand } from "../../lib/local/plan/command.ts";
import { openSource } from "../../lib/local/plan/source.ts";
import { encodeSlice } from "../../lib/local/slice.ts";
import { directoryStore } from "../../lib/store/directory.ts";
import type { Store } from "../../lib/store/store.ts";
import { writeSlices } from "./folder.ts";

let folder: string;
let input: string;
let [out, said] = ["", ""];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "neuropress-plan-"));
  input = path.join(folder, "in");
  await writeSlices(input);
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => {
  [out, said] = ["", ""];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += text;
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said += text;
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

const resolution = "8x8x40nm";

/** Files of a dataset as the objects that they are. */
async function filesOf(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.relative(root, path.join(parentPath, name)).replace(/\.gz$/, ""));
}

test.each([
  ["usual", { chunk: 64 }],
  ["no meshes, not verified", { chunk: 32, mesh: false, verify: false }],
  ["raw, one scale", { chunk: 256, encoding: "raw" as const }],
])("a run writes the objects that were planned: %s", async (name, options) => {
  const output = path.join(folder, `out ${name}`);
  const chosen = { resolution, ...options };
  const { plan, forecast } = await planAhead(await openSource(input), chosen);
  const summary = await convert({ input, output, ...chosen });
  const files = await filesOf(output);
  const { objects } = forecast;
  for (const [i, scale] of plan.scales.entries()) {
    expect(files.filter((file) => file.startsWith(`${scale.key}/`)).length, scale.key).toBe(
      objects.chunks[i],
    );
  }
  for (const file of objects.beside) expect(files).toContain(file);
  expect(files.length).toBe(objects.known + objects.perSegment * summary.segments);
  expect(summary.objects).toBe(files.length);
});

test("only headers are read: a few requests of a few KB per slice, whatever the slices hold", async () => {
  const large = path.join(folder, "large");
  await mkdir(large);
  const [width, height, count] = [512, 512, 6];
  const words = new Uint32Array(2 * width * height).fill(7);
  const slice = encodeSlice({ words, width, height, deflate: false });
  for (let z = 0; z < count; z++) await writeFile(path.join(large, `z${z}.tif`), slice);
  const store = directoryStore(large);
  const reads = new Map<string, number[]>();
  const get: Store["get"] = (key, range) => {
    reads.set(key, [...(reads.get(key) ?? []), range?.length ?? Number.POSITIVE_INFINITY]);
    return store.get(key, range);
  };
  const ahead = await planAhead({ input: { ...store, get } }, { resolution });
  expect(slice.byteLength).toBeGreaterThan(2e6);
  expect(reads.size).toBe(count);
  for (const [name, lengths] of reads) {
    expect(lengths.length, name).toBeLessThanOrEqual(3);
    expect(Math.max(...lengths), name).toBeLessThanOrEqual(4096);
  }
  // Without info a run would read all of them to know that 32 bits are enough.
  expect(ahead).toMatchObject({ typeIsKnown: false, largestId: "18446744073709551615", samples: ["uint64"] });
});

test("the text tells order, ids, size, scales, time and cost with its parts", async () => {
  expect(await planCommand([input, "--resolution", resolution, "--segments", "3"])).toBe(0);
  expect(out).toContain("12, z from s0.tif to s11.tif: numbers 0 to 11 in steps of 1, no gaps");
  expect(out).toContain("uint64: ids up to 18446744073709551615");
  expect(out).toContain("uint64, or uint32 if all ids fit it");
  expect(out).toContain("140 x 130 x 12 voxels, 218,400 in all");
  expect(out).toContain("0.00112 x 0.00104 x 0.00048 mm");
  expect(out).toContain("of 3 segments");
  for (const part of ["Lambda arm64", "Lambda requests", "Step Functions Standard", "S3 PUT", "S3 GET"])
    expect(out).toContain(part);
  expect(said).toBe("");
});

test("--json is JSON, with counts and ranges as numbers", async () => {
  expect(await planCommand([input, "--resolution", resolution, "--chunk", "64", "--json"])).toBe(0);
  const plan = JSON.parse(out);
  expect(plan).toMatchObject({
    slices: { count: 12, first: "s0.tif", last: "s11.tif", numbers: { first: "0", last: "11", step: "1" } },
    voxels: 140 * 130 * 12,
    largestId: "18446744073709551615",
    objects: { perSegment: 2 },
  });
  const { usd, cost } = plan.cloud;
  expect(usd.least).toBeLessThan(usd.expected);
  expect(usd.expected).toBeLessThan(usd.most);
  const parts = Object.values(cost.parts as Record<string, number>);
  expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(usd.expected, 12);
});

test("--max-usd: too much ends with status 1 and the reason, enough does not", async () => {
  const call = (most: string) => planCommand([input, "--resolution", resolution, "--max-usd", most]);
  expect(await call("0.0001")).toBe(1);
  expect(said).toMatch(/error: the run is expected to cost 0\.\d+ USD, and --max-usd allows 0\.0001 USD/);
  said = "";
  expect(await call("1")).toBe(0);
  expect(said).toBe("");
  for (const wrong of ["", "0x", "ten"]) {
    said = "";
    expect(await call(wrong)).toBe(1);
    expect(said).toContain("is no amount of US dollars");
  }
});

test("contradictions with info, gaps and wrong options are told, and nothing is planned", async () => {
  const wrong = path.join(folder, "wrong");
  await writeSlices(wrong);
  const scale = { size: [140, 131, 11], resolution: [8, 8, 40], voxel_offset: [0, 0, 0] };
  const info = { type: "segmentation", data_type: "uint64", num_channels: 1, scales: [scale] };
  await writeFile(path.join(wrong, "info"), JSON.stringify(info));
  expect(await planCommand([wrong])).toBe(1);
  expect(said).toContain("size says 140 x 131 (x, y), but the slices are 140 x 130");
  expect(said).toContain("size says 11 slices (z), but there are 12");
  await rm(path.join(wrong, "s5.tif"));
  said = "";
  expect(await planCommand([wrong])).toBe(1);
  expect(said).toContain("slice number 5 is missing");
  said = "";
  expect(await planCommand([input])).toBe(1);
  expect(said).toContain("no resolution was given");
  expect(await planCommand([input, "--resolution", resolution, "--chunk", "65"])).toBe(1);
  expect(await planCommand([input, "--resolution", resolution, "--segments", "0"])).toBe(1);
  expect(out).toBe("");
});

test("a call that is not understood is answered with the right one", async () => {
  expect(await planCommand([])).toBe(1);
  expect(await planCommand([input, "--what"])).toBe(1);
  expect(said.match(/npm run plan -- IN/g)).toHaveLength(2);
  expect(await planCommand(["--help"])).toBe(0);
  expect(await planCommand(["s3://"])).toBe(1);
  expect(said).toContain("is no place in a bucket");
});

test("convert says the plan first, on stderr, and --json stays JSON", async () => {
  const output = path.join(folder, "said");
  const args = [input, output, "--resolution", resolution, "--threads", "1", "--json"];
  expect(await convertCommand(args)).toBe(0);
  expect(said.split("\n")[0]).toMatch(
    /^140 x 130 x 12 voxels, \d scales?, \d+ chunks?: about \d+ s with one thread, [\d.]+ [kM]B$/,
  );
  expect(JSON.parse(out)).toMatchObject({ segments: 3 });
});
