import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { push } from "../../lib/cloud/push.ts";
import type { Site } from "../../lib/cloud/site.ts";
import { writeSlices } from "../local/folder.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "neuropress-push-"));
  await mkdir(path.join(folder, "in"));
});
afterAll(() => rm(folder, { recursive: true }));

/** A site that cannot be reached: whoever asks it has not found the mistake first. */
const site = { UploadsBucket: "nowhere" } as Site;
const pushed = (project: string, input = path.join(folder, "in")) =>
  push({ input, project, site, prune: false, say: () => {} });

test.each(["", "/a", "a//b", "../a", "a/..", ".", "a/\u0000", "a\nb", "x".repeat(601), "細".repeat(201)])(
  "the project name %j is refused",
  async (project) => {
    await expect(pushed(project)).rejects.toThrow(
      /^PROJECT: (.* is not a name|the name is 60\d bytes long)/s,
    );
  },
);

test("no project lies where the stack's own viewer is, if it has one", async () => {
  const own = { ...site, ViewerBucket: "files" };
  const tried = (project: string, at: Site) =>
    push({ input: path.join(folder, "in"), project, site: at, prune: false, say: () => {} });
  for (const project of ["viewer", "viewer/cortex"])
    await expect(tried(project, own)).rejects.toThrow(/PROJECT: .* would lie where the viewer is/);
  await expect(tried("viewer", site)).rejects.toThrow(/^info: is missing/);
  for (const project of ["viewer2", "lab/viewer"])
    await expect(tried(project, own)).rejects.toThrow(/^info: is missing/);
});

test("mistakes in the input are told before anything is sent", async () => {
  await expect(pushed("p", path.join(folder, "none"))).rejects.toThrow(/is not there/);
  await expect(pushed("p")).rejects.toThrow(/^info: is missing/);
  await writeFile(path.join(folder, "in/info"), '{"type": "image"}');
  await writeFile(path.join(folder, "in/s1.tif"), "no TIFF");
  await expect(pushed("p")).rejects.toThrow(/info: type is "image"[\s\S]*s1\.tif: not a TIFF/);
});

test("what would cost too much is not begun: the reason comes before anything is sent", async () => {
  const input = path.join(folder, "dear");
  await writeSlices(input);
  const scale = { size: [140, 130, 12], resolution: [8, 8, 40], voxel_offset: [0, 0, 0] };
  const info = { type: "segmentation", data_type: "uint64", num_channels: 1, scales: [scale] };
  await writeFile(path.join(input, "info"), JSON.stringify(info));
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  const tried = push({ input, project: "p", site, prune: false, maxUsd: 0.0001, say });
  await expect(tried).rejects.toThrow(/--max-usd: the run is expected to cost .* Nothing was sent/s);
  expect(lines[0]).toMatch(
    /^140 x 130 x 12 voxels, \d scales?, \d+ chunks?: about \d+ s with 50 calls at a time$/,
  );
  expect(lines[1]).toMatch(/^expected cost: 0\.\d+ USD/);
});
