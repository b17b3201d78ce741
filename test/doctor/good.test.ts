import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { diagnose } from "../../lib/doctor/diagnose.ts";
import { serve } from "../../lib/server/serve.ts";
import {
  convertSample,
  fixtureSite,
  folderSite,
  isChunk,
  type Made,
  plainOf,
  remove,
  type Site,
  serveSite,
} from "./site.ts";

const made: Made[] = [];
beforeAll(async () => {
  made.push(await convertSample("compressed_segmentation"), await convertSample("raw"));
});
afterAll(() => Promise.all(made.map(({ top }) => remove(top))));

describe("no false alarm about datasets of", () => {
  test.each([
    ["igneous-legacy", { chunks: 10, meshes: 3, fragments: 7 }],
    ["igneous-multires", { chunks: 8, meshes: 3, fragments: 3 }],
    ["igneous-sharded", { chunks: 27, meshes: 3, fragments: 3 }],
    ["cloud-volume-compresso", { chunks: 8, meshes: 0, fragments: 0 }],
    ["neuroglancer-scripts", { chunks: 35, meshes: 0, fragments: 0 }],
  ])("%s", async (name, looked) => {
    const url = await serveSite(fixtureSite(name));
    const diagnosis = await diagnose(url, { all: true });
    expect(diagnosis.findings).toEqual([]);
    // All of it was looked at, or the silence would say nothing.
    expect(diagnosis.looked).toMatchObject(looked);
    expect((await diagnose(url)).findings).toEqual([]);
  });

  test.each([0, 1])("ours, from our server and from a bucket: %i", async (which) => {
    const { folder } = made[which] as Made;
    const served = await serve({ root: folder, port: 0 });
    try {
      const diagnosis = await diagnose(served.url, { all: true });
      expect(diagnosis.findings).toEqual([]);
      expect(diagnosis.looked).toMatchObject({ meshes: 3, fragments: 3 });
      const site = await folderSite(folder);
      // state.json names the address where it will be served; ours is another one here.
      site.delete("state.json");
      const url = await serveSite(site);
      const other = await diagnose(url, { all: true });
      expect(other.findings).toEqual([]);
      expect(other.looked.chunks).toBe(
        [...site.keys()].filter((key) => /nm\//.test(key) || /um\//.test(key)).length,
      );
    } finally {
      await served.close();
    }
  });

  test("ours without its chunks of background, as tensorstore would leave them out", async () => {
    const site = await folderSite((made[1] as Made).folder);
    site.delete("state.json");
    const empty = [...site].filter(
      ([key, stored]) => isChunk(key) && plainOf(stored).every((byte) => byte === 0),
    );
    expect(empty.length).toBeGreaterThan(10);
    for (const [key] of empty) site.delete(key);
    const { findings, notes } = await diagnose(await serveSite(site), { all: true });
    expect(findings).toEqual([]);
    expect(notes.map(({ said }) => said).join()).toMatch(/chunks asked for are not there/);
  });

  test("an image of floats in two channels, without voxel_offset", async () => {
    const scale = {
      size: [5, 4, 3],
      resolution: [4, 4, 4],
      chunk_sizes: [[4, 4, 4]],
      encoding: "raw",
      key: "s0",
    };
    const info = { type: "image", data_type: "float32", num_channels: 2, scales: [scale] };
    const site: Site = new Map([["info", { bytes: Buffer.from(JSON.stringify(info)) }]]);
    site.set("s0/0-4_0-4_0-3", { bytes: Buffer.alloc(4 * 4 * 3 * 2 * 4, 1) });
    site.set("s0/4-5_0-4_0-3", { bytes: Buffer.alloc(1 * 4 * 3 * 2 * 4, 1) });
    expect((await diagnose(await serveSite(site))).findings).toEqual([]);
  });
});
