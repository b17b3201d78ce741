import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeLink } from "../../lib/server/link.ts";
import { type Served, serve } from "../../lib/server/serve.ts";

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

/** Vertex count, vertices in nanometres, triangles: the legacy form, written from its words. */
function fragment(vertices: number[][], triangles: number[][]): Uint8Array {
  const bytes = new Uint8Array(4 + 12 * (vertices.length + triangles.length));
  new Uint32Array(bytes.buffer, 0, 1)[0] = vertices.length;
  new Float32Array(bytes.buffer, 4, 3 * vertices.length).set(vertices.flat());
  new Uint32Array(bytes.buffer, 4 + 12 * vertices.length).set(triangles.flat());
  return bytes;
}

test("the chosen segment's mesh says where to open: inside, not in the middle of its box", async () => {
  const source = await writeWhole("meshed", true);
  await mkdir(path.join(source, "mesh"));
  await writeFile(path.join(source, "mesh/6:0"), JSON.stringify({ fragments: ["mesh.6.6"] }));
  // Voxels of 3 x 3 x 50 nm. Around (-25, 120.5, 7.5) a triangle in the plane x = -22 that looks towards +x, its other
  // side at x = -30, something behind that, and something far off.
  const near = [
    [-22, 118, 7],
    [-22, 124, 7],
    [-22, 121, 8.5],
  ];
  const moved = (by: number) => near.map(([x, y, z]) => [x! + by, y!, z!]);
  const vertices = [near, moved(-8), moved(-18), moved(90)].flat();
  const nanometres = vertices.map(([x, y, z]) => [x! * 3, y! * 3, z! * 50]);
  const write = (triangles: number[][]) =>
    writeFile(path.join(source, "mesh/mesh.6.6"), fragment(nanometres, triangles));
  const opened = async () => {
    const { position } = stateOf((await makeLink({ ...usual, source, ids: ["6", "7"] })).link);
    return position.map((v) => Math.round(v * 1e4) / 1e4);
  };
  const [top, other, behind, elsewhere] = [
    [0, 1, 2],
    [3, 5, 4],
    [6, 7, 8],
    [9, 10, 11],
  ] as const;
  await write([[...elsewhere], [...behind], [...other], [...top]]);
  expect(await opened()).toEqual([-26, 121, 7.5]);
  await write([[...elsewhere], [...top]]);
  expect(await opened(), "half a voxel below a surface without another side").toEqual([-22.5, 121, 7.5]);
  await writeFile(path.join(source, "mesh/mesh.6.6"), "no mesh");
  expect(await opened(), "the middle of the box").toEqual([-25, 120.5, 7.5]);
});

test("without meshes no segment is selected unless named", async () => {
  const source = await writeWhole("bare", false);
  expect(stateOf((await makeLink({ ...usual, source })).link).layers[0]!.segments).toEqual([]);
  expect(stateOf((await makeLink({ ...usual, source, ids: ["7"] })).link).layers[0]!.segments).toEqual(["7"]);
});

test("a long state is in the link if asked for", async () => {
  const source = path.join(folder, "guide");
  const { link } = await makeLink({ ...usual, source, inline: true });
  expect(link.length).toBeGreaterThan(8000);
  expect(stateOf(link).layers[0]!.segments).toEqual(guideIds);
});

test("places and layouts that the viewer has not are refused", async () => {
  const source = path.join(folder, "guide");
  const ids = ["1"];
  for (const position of [[1, 2], [1, 2, Number.NaN], []]) {
    await expect(makeLink({ ...usual, source, ids, position })).rejects.toThrow(/is not a place/);
  }
  await expect(makeLink({ ...usual, source, ids, layout: "5panel" })).rejects.toThrow(/not a layout/);
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
