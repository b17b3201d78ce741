import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeLink } from "../../lib/server/link.ts";
import { type Served, serve } from "../../lib/server/serve.ts";
import { directoryStore } from "../../lib/store/directory.ts";
import { makeVolume, runAll } from "../step/volume.ts";

let folder: string;
let served: Served;
const guideIds = Array.from({ length: 1046 }, (_, i) => String(i + 1)).filter(
  (id) => !["368", "399", "627", "1006"].includes(id),
);

/** What is needed of a dataset: info and the segment table. */
async function writeDataset(name: string, ids: string[]): Promise<string> {
  const root = path.join(folder, name);
  await mkdir(path.join(root, "segment_properties"), { recursive: true });
  const scale = { key: "3nm", size: [14000, 14700, 50], resolution: [3, 3, 50], voxel_offset: [0, 0, 0] };
  await writeFile(
    path.join(root, "info"),
    JSON.stringify({ scales: [scale], mesh: "mesh", segment_properties: "segment_properties" }),
  );
  const properties = [{ id: "voxels", values: ids.map((_, i) => ids.length - i) }];
  await writeFile(
    path.join(root, "segment_properties/info"),
    JSON.stringify({ inline: { ids, properties } }),
  );
  return root;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "neuropress-link-"));
  served = await serve({ root: await writeDataset("guide", guideIds), port: 0 });
});
afterAll(async () => {
  await served.close();
  await rm(folder, { recursive: true });
});

const usual = { url: "http://127.0.0.1:9000", viewer: "https://viewer/", images: [] };
type State = {
  position: number[];
  layout: string;
  layers: { type: string; source: string; name: string; segments: string[] }[];
};
const stateOf = (link: string) => JSON.parse(decodeURIComponent(link.slice(link.indexOf("#!") + 2))) as State;

test("ten ids: the state is in the link", async () => {
  const ids = guideIds.slice(5, 15);
  const { link } = await makeLink({
    ...usual,
    source: path.join(folder, "guide"),
    ids,
    position: [1, 2, 3],
    layout: "xy",
  });
  const { layers, position, layout } = stateOf(link);
  expect({ segments: layers[0]!.segments, position, layout }).toEqual({
    segments: ids,
    position: [1, 2, 3],
    layout: "xy",
  });
  expect(layers[0]!.source).toBe("precomputed://http://127.0.0.1:9000");
});

test("the guide's example: an EM layer under 1,042 ids, in a file", async () => {
  const em = "boss://https://api.boss.neurodata.io/collman/M247514_Rorb_1_Site3Align2_EM/em_clahe?";
  const source = path.join(folder, "guide");
  await expect(makeLink({ ...usual, source, images: [em] })).rejects.toThrow(
    /1042 segments is too long.*--save/,
  );
  const { link, warnings } = await makeLink({ ...usual, source, images: [em], save: "with-em" });
  expect({ link, warnings }).toEqual({
    link: "https://viewer/#!http://127.0.0.1:9000/with-em.json",
    warnings: [],
  });
  const { layers } = JSON.parse(await readFile(path.join(source, "with-em.json"), "utf8")) as State;
  expect(layers.map(({ type, source }) => [type, source])).toEqual([
    ["image", em],
    ["segmentation", "precomputed://http://127.0.0.1:9000"],
  ]);
  expect(layers[1]!.segments).toEqual(guideIds);
});

test("100,000 segments: the 200 largest are selected, and the link is short", async () => {
  const ids = Array.from({ length: 100_000 }, (_, i) => String(2n ** 60n + BigInt(i)));
  const source = await writeDataset("many", ids);
  const { link } = await makeLink({ ...usual, source, save: "all" });
  expect(link.length).toBeLessThan(200);
  const { layers } = JSON.parse(await readFile(path.join(source, "all.json"), "utf8")) as State;
  expect(layers[0]!.segments).toEqual(ids.slice(0, 200));
  await makeLink({ ...usual, source, save: "named", ids: ids.slice(1) });
  const named = JSON.parse(await readFile(path.join(source, "named.json"), "utf8")) as State;
  expect(named.layers[0]!.segments, "none of those that were asked for is left out").toEqual(ids.slice(1));
});

test("a published dataset by its URL; an image that lies elsewhere or cannot be reached is warned of", async () => {
  const far = await writeDataset("far", ["1"]);
  const info = JSON.parse(await readFile(path.join(far, "info"), "utf8"));
  info.scales[0].voxel_offset = [900_000, 0, 0];
  await writeFile(path.join(far, "info"), JSON.stringify(info));
  const other = await serve({ root: far, port: 0 });
  const images = [
    `precomputed://${other.url}`,
    `precomputed://${served.url}`,
    "precomputed://http://127.0.0.1:9/none",
  ];
  const { link, warnings } = await makeLink({ ...usual, source: served.url, ids: ["7"], images });
  await other.close();
  expect(warnings).toEqual([
    expect.stringMatching(/lies beside the labels/),
    expect.stringMatching(/127.0.0.1:9\/none: info cannot be read/),
  ]);
  expect(stateOf(link).layers.at(-1)!.source).toBe(`precomputed://${served.url}`);
});

test("ids that are not there, and names that lead elsewhere, are refused", async () => {
  const source = path.join(folder, "guide");
  await expect(makeLink({ ...usual, source, ids: ["1", "368"] })).rejects.toThrow(
    /1 of 2 ids are not in the dataset \(368\)/,
  );
  for (const save of ["../x", "provenance", "a/b", ""]) {
    await expect(makeLink({ ...usual, source, save })).rejects.toThrow(/cannot be written/);
  }
  await expect(makeLink({ ...usual, source: served.url, save: "x" })).rejects.toThrow(/cannot be written/);
});

/** A dataset as convert leaves it: boxes in the table, a state with a place and colours. */
async function writeWhole(name: string, mesh: boolean): Promise<string> {
  const root = await writeDataset(name, ["5", "6", "7"]);
  const properties = [
    { id: "voxels", values: [10, 30, 20] },
    { id: "bounding_box", values: ["0-4_0-4_0-4", "-30--20_100-141_7-8", "100-200_50-60_9-12"] },
  ];
  await writeFile(
    path.join(root, "segment_properties/info"),
    JSON.stringify({ inline: { ids: ["5", "6", "7"], properties } }),
  );
  const segmentColors = { "7": "#ff0000", "5": "#00ff00" };
  const state = { position: [1.5, 2.5, 3.5], layers: [{ type: "segmentation", segmentColors }] };
  await writeFile(path.join(root, "state.json"), JSON.stringify(state));
  if (!mesh) {
    const info = JSON.parse(await readFile(path.join(root, "info"), "utf8"));
    await writeFile(path.join(root, "info"), JSON.stringify({ ...info, mesh: undefined }));
  }
  return root;
}

test("opens where the dataset does, or in the largest of the chosen segments; colours go along", async () => {
  const source = await writeWhole("whole", true);
  const usually = stateOf((await makeLink({ ...usual, source })).link);
  expect(usually.position).toEqual([1.5, 2.5, 3.5]);
  expect(usually.layers[0]).toMatchObject({ segmentColors: { "5": "#00ff00", "7": "#ff0000" } });
  const chosen = stateOf((await makeLink({ ...usual, source, ids: ["6", "7", "6"] })).link);
  expect(chosen.position).toEqual([-25, 120.5, 7.5]);
  expect(chosen.layers[0]).toMatchObject({ segments: ["6", "7"], segmentColors: { "7": "#ff0000" } });
  const unlike = stateOf((await makeLink({ ...usual, source, ids: ["7"], position: [0, -1, 2] })).link);
  expect(unlike.position).toEqual([0, -1, 2]);
});

/** A shell around a ball, and a crumb that no coarser scale has. */
const idAt = (x: number, y: number, z: number) => {
  const r = Math.hypot(x - 44, y - 40, z - 35);
  if (r > 28 && r < 32) return 2n ** 63n + 1n;
  if (r < 12) return 5n;
  return x === 3 && y === 77 && z === 1 ? 7n : 0n;
};

test("opens in a voxel of the chosen segment, whatever the middle of its box is; from a folder and a URL", async () => {
  const offset = [-7, 33, 5] as const;
  const context = await makeVolume([90, 80, 70], idAt, { voxel_offset: offset, resolution: [8, 8, 20] });
  await runAll(context, { settings: { chunk: 16, mesh: false } });
  const root = path.join(folder, "shell");
  const store = directoryStore(root);
  for (const [key, { bytes, options }] of context.output.objects) await store.put(key, bytes, options);
  const online = await serve({ root, port: 0 });
  for (const source of [root, online.url]) {
    for (const id of [2n ** 63n + 1n, 5n, 7n]) {
      const { position } = stateOf((await makeLink({ ...usual, source, ids: [id.toString()] })).link);
      const [x, y, z] = position.map((v, d) => Math.floor(v - offset[d]!)) as [number, number, number];
      expect(idAt(x, y, z)).toBe(id);
    }
  }
  await online.close();
});

test("a link leads to the web, and its images are sources: nothing that a browser would run", async () => {
  const source = path.join(folder, "guide");
  for (const wrong of [
    { viewer: "javascript:alert(1)//" },
    { viewer: "data:text/html,x" },
    { url: "javascript:alert(1)//" },
    { images: ["javascript:alert(1)"] },
    { images: ["precomputed://data:application/json,{}"] },
  ])
    await expect(makeLink({ ...usual, source, ...wrong }), JSON.stringify(wrong)).rejects.toThrow(
      /--(viewer|url|image): /,
    );
});
