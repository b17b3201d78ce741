import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { convert } from "../../lib/local/convert.ts";
import { drawSample, makeSample, sampleIds } from "../../lib/local/sample.ts";
import type { Served } from "../../lib/server/serve.ts";
import { serve } from "../../lib/server/serve.ts";
import { active, lane } from "./lane.ts";
import { builtViewer, openLink } from "./open.ts";

let folder: string;
let served: Served;

beforeAll(async () => {
  if (!active) return;
  folder = await mkdtemp(path.join(tmpdir(), "neuropress-demo-"));
  await makeSample(path.join(folder, "in"));
  await convert({ input: path.join(folder, "in"), output: path.join(folder, "sample") });
  const viewer = await builtViewer();
  served = await serve({ root: path.join(folder, "sample"), port: 0, viewer });
});

afterAll(async () => {
  await served?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

/** Voxels of section z, where the viewer opens, and the ids drawn there. */
function probes(z: number): { at: number[]; id: string }[] {
  const labels = drawSample();
  const words = sampleIds();
  const ids = new BigUint64Array(words.buffer);
  const found = new Map<number, number[]>();
  for (let i = z * 256 * 256; i < (z + 1) * 256 * 256; i++) {
    if (labels[i] !== 0) found.set(labels[i]!, [i % 256, Math.floor(i / 256) % 256, z]);
  }
  return [...found].map(([label, at]) => ({ at: at.map((v) => v + 0.5), id: ids[label]!.toString() }));
}

lane("the converted sample: every mesh drawn, ids above 2^53 read back in full", async () => {
  const state = JSON.parse(await readFile(path.join(folder, "sample/state.json"), "utf8"));
  const segments = state.layers[0].segments.length;
  const expected = probes(Math.floor(state.position[2]));
  const png = process.env["PICTURE"];
  const report = await openLink(served.link, {
    at: expected.map(({ at }) => at),
    ...(png !== undefined && { png }),
  });
  expect(report.failures).toEqual([]);
  expect(report.look?.layers).toMatchObject([{ name: "sample", segments, withMesh: segments }]);
  expect(expected.length).toBeGreaterThan(10);
  expect(report.values).toEqual(expected.map(({ id }) => id));
});
