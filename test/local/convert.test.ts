import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { convert } from "../../lib/local/convert.ts";
import { disown, ownName } from "../../lib/local/owner.ts";
import { hidden, tree, writeSlices } from "./folder.ts";

let folder: string;
let input: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "neuropress-"));
  input = path.join(folder, "in");
  await writeSlices(input, 0n);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (output: string, more: Partial<Parameters<typeof convert>[0]> = {}) =>
  convert({ input, output: path.join(folder, output), resolution: "8x8x40nm", chunk: 64, ...more });

test("the same input twice, with one thread and with two: the same files, byte for byte", async () => {
  const summary = await run("once", { threads: 1 });
  await run("twice", { threads: 2 });
  const [once, twice] = [await tree(path.join(folder, "once")), await tree(path.join(folder, "twice"))];
  expect(summary).toMatchObject({ segments: 3, voxels: 140 * 130 * 12 });
  expect(summary.objects).toBe(Object.keys(once).length);
  // State and page hold the name of OUT.
  for (const key of ["state.json", "index.html"]) {
    const texts = ["once", "twice"].map((name) => readFile(path.join(folder, name, key), "utf8"));
    const [first, second] = await Promise.all(texts);
    expect(second?.replaceAll("twice", "once")).toBe(first);
    delete once[key];
    delete twice[key];
  }
  expect(once).toEqual(twice);
});

test("the layout is the guide's: info, gzipped chunks, meshes with manifests", async () => {
  await run("layout");
  const names = Object.keys(await tree(path.join(folder, "layout")));
  expect(names).toContain("info");
  expect(names).toContain("8nm/0-128_0-128_0-12.gz".replaceAll("128", "128"));
  expect(names).toContain("mesh/9223372036854775808:0");
  expect(names).toContain("mesh/mesh.9223372036854775808.9223372036854775808.gz");
  expect(names).toContain("segment_properties/info.gz");
});

test("neuropress.json chooses, and the caller wins over it", async () => {
  const chosen = path.join(folder, "chosen");
  await writeSlices(chosen, 0n);
  await writeFile(path.join(chosen, "neuropress.json"), '{"chunk": 32, "mesh": false}');
  const options = { input: chosen, resolution: "8x8x40nm" };
  const infoOf = async (name: string) => JSON.parse(await readFile(path.join(folder, name, "info"), "utf8"));
  await convert({ ...options, output: path.join(folder, "by-file") });
  expect(await infoOf("by-file")).toMatchObject({ scales: [{ chunk_sizes: [[64, 64, 16]] }, {}, {}] });
  expect(await infoOf("by-file")).not.toHaveProperty("mesh");
  await convert({ ...options, output: path.join(folder, "by-caller"), chunk: 64, mesh: true });
  expect(await infoOf("by-caller")).toMatchObject({
    mesh: "mesh",
    scales: [{ chunk_sizes: [[128, 128, 32]] }, {}],
  });
  await writeFile(path.join(chosen, "neuropress.json"), '{"chunk": 33}');
  await expect(convert({ ...options, output: path.join(folder, "by-file") })).rejects.toThrow(
    /neuropress.json: chunk/,
  );
});

test("an image that cannot be read is warned of, and is a layer all the same", async () => {
  const image = "precomputed://http://127.0.0.1:9/none";
  const { notes } = await run("with-image", { images: [image, "boss://https://host/em"] });
  expect(notes).toEqual([expect.stringMatching(/127\.0\.0\.1:9\/none: info cannot be read/)]);
  const state = JSON.parse(await readFile(path.join(folder, "with-image/state.json"), "utf8"));
  expect(state.layers.map(({ source }: { source: string }) => source)).toEqual([
    image,
    "boss://https://host/em",
    "precomputed://http://127.0.0.1:9000",
  ]);
});

test("a failed run leaves the earlier result and nothing else", async () => {
  await run("kept");
  const before = await tree(path.join(folder, "kept"));
  const broken = path.join(folder, "broken");
  await writeSlices(broken, 1n);
  for (const name of ["s3.tif", "s7.tif"]) {
    const slice = await readFile(path.join(broken, name));
    slice.fill(0xff, 300, 330);
    await writeFile(path.join(broken, name), slice);
  }
  // Both are told, each once, though several blocks met them.
  await expect(run("kept", { input: broken })).rejects.toThrow(/^s3\.tif: [^\n]*\ns7\.tif: [^\n]*$/);
  expect(await tree(path.join(folder, "kept"))).toEqual(before);
  expect(await hidden(folder)).toEqual([]);
});

test("a new result replaces the earlier one as a whole", async () => {
  await run("replaced");
  const other = path.join(folder, "other");
  await writeSlices(other, 5n);
  await run("replaced", { input: other, mesh: false });
  const names = Object.keys(await tree(path.join(folder, "replaced")));
  expect(names.filter((name) => name.startsWith("mesh"))).toEqual([]);
  expect(JSON.parse(await readFile(path.join(folder, "replaced/info"), "utf8"))).not.toHaveProperty("mesh");
});

test("a folder that is not ours, a file, and the input itself are not replaced", async () => {
  const foreign = path.join(folder, "foreign");
  await writeSlices(foreign, 0n);
  const before = await tree(foreign);
  await expect(run("foreign")).rejects.toThrow(/foreign: is not empty and holds no earlier result/);
  expect(await tree(foreign)).toEqual(before);
  await expect(run("in")).rejects.toThrow(/holds the input/);
  await writeFile(path.join(folder, "file"), "x");
  await expect(run("file")).rejects.toThrow(/is a file/);
});

test("what a killed run left is cleared away, and the dataset it was replacing put back", async () => {
  await run("resumed");
  const before = await tree(path.join(folder, "resumed"));
  // As after a kill between the two renames of a commit: no OUT, the earlier one in the hidden folder.
  const left = path.join(folder, ownName(".resumed.neuropress-"));
  disown(left);
  const { mkdir, rename } = await import("node:fs/promises");
  await mkdir(left);
  await rename(path.join(folder, "resumed"), path.join(left, "earlier"));
  await expect(run("resumed", { input: path.join(folder, "nowhere") })).rejects.toThrow(
    /nowhere: is not there/,
  );
  await expect(run("resumed", { chunk: 65 })).rejects.toThrow(/--chunk/);
  await expect(
    run("resumed", { resolution: "1x1x1nm", input: path.join(folder, "in/s0.tif"), images: [] }),
  ).resolves.toBeDefined();
  expect(before).toHaveProperty("info");
  expect(await hidden(folder)).toEqual([]);
});
