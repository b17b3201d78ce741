import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { convert } from "../../lib/local/convert.ts";
import { makeLink } from "../../lib/server/link.ts";
import { type Served, serve } from "../../lib/server/serve.ts";
import { countOf, type Grid, idsOf, middleOf, RESOLUTION, writeGrid } from "./grid.ts";
import { greyAt, writeImage } from "./image.ts";
import { active, lane } from "./lane.ts";
import { builtViewer, openLink, type Report } from "./open.ts";

/** The guide's example selects 1,042 segments over an EM volume. */
const grid: Grid = { cells: [12, 12, 8], pitch: 6, idOf: (cell) => 2n ** 63n + BigInt(cell) };
const chosen = idsOf(grid).slice(-1042);
let folder: string;
let source: string;
let image: Served;
let served: Served;

beforeAll(async () => {
  if (!active) return;
  folder = await mkdtemp(path.join(tmpdir(), "neuropress-guide-"));
  source = path.join(folder, "grid");
  await writeGrid(path.join(folder, "in"), grid);
  const names = ["id,label", `${idsOf(grid)[0]},neuron 1`, `${chosen.at(-1)},the largest`];
  await writeFile(path.join(folder, "in/labels.csv"), names.join("\n"));
  await convert({ input: path.join(folder, "in"), output: source });
  // EM is finer than its labels: half as large voxels in the plane.
  const [x, y, z] = RESOLUTION;
  await writeImage(path.join(folder, "em"), [144, 144, 48], [x / 2, y / 2, z]);
  image = await serve({ root: path.join(folder, "em"), port: 0 });
  const viewer = await builtViewer();
  served = await serve({ root: source, port: 0, viewer });
});

afterAll(async () => {
  await image?.close();
  await served?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

type State = { layers: Record<string, unknown>[] };
type Opened = { layers: State["layers"]; report: Report };

/** Made and opened once; each test looks at something else. */
let view: Promise<Opened> | undefined;
function shared(): Promise<Opened> {
  view ??= open();
  return view;
}
const last = middleOf(grid, countOf(grid) - 1);
async function open(): Promise<Opened> {
  const { url } = served;
  const images = [`precomputed://${image.url}`];
  const usual = { source, url, viewer: `${url}/viewer/` };
  const { link, warnings } = await makeLink({ ...usual, ids: chosen, images, save: "with-em" });
  expect(warnings).toEqual([]);
  const { layers } = JSON.parse(await readFile(path.join(source, "with-em.json"), "utf8")) as State;
  const png = process.env["PICTURE"];
  const at = ["image", "grid"].map((layer) => ({ layer, at: last }));
  return {
    layers,
    report: await openLink(link, {
      at,
      timeout: 120_000,
      ...(png !== undefined && { png: `${png}-guide.png` }),
    }),
  };
}

lane("the guide's example: 1,042 segments, ids in full, over an image", async () => {
  const { layers, report } = await shared();
  expect(layers).toMatchObject([
    { type: "image", source: `precomputed://${image.url}`, opacity: 1, blend: "additive" },
    { type: "segmentation", source: `precomputed://${served.url}`, segments: chosen },
  ]);
  expect(report.failures).toEqual([]);
  expect(report.look?.layers).toMatchObject([
    { name: "image", segments: 0 },
    { name: "grid", segments: 1042, withMesh: 1042 },
  ]);
  expect(report.selected["grid"]?.toSorted()).toEqual(chosen);
  const [x, y, z] = last;
  expect(report.values).toEqual([String(greyAt([2 * x, 2 * y, Math.floor(z)])), chosen.at(-1)]);
});

lane("the viewer's panel lists the segments with names and volumes, the largest first", async () => {
  const { report } = await shared();
  const lines = report.text.split("\n").map((line) => line.trim());
  const head = lines.indexOf("id");
  expect(lines.slice(head, head + 9)).toEqual([
    ...["id", "label", "voxels▼"],
    ...[chosen.at(-1), "the largest", String(grid.pitch ** 3)],
    ...[idsOf(grid)[0], "neuron 1", String((grid.pitch - 1) ** 3)],
  ]);
  expect(report.text).toContain("1042 vis/1152 total ids");
});
