import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { convert } from "../../lib/local/convert.ts";
import { makeLink } from "../../lib/server/link.ts";
import { type Served, serve } from "../../lib/server/serve.ts";
import { cellAt, countOf, type Grid, idsOf, middleOf, writeGrid } from "./grid.ts";
import { active, lane } from "./lane.ts";
import { builtViewer, openLink, type Report } from "./open.ts";

/**
 * 102,500 segments, the last 2,500 with ids that a double cannot hold. Not all have such: the viewer writes its whole
 * state to the address bar every 400 ms while it reads the ids, and if that takes longer than that, it never ends.
 */
const grid: Grid = {
  cells: [50, 50, 41],
  pitch: 4,
  idOf: (cell) => BigInt(cell + 1) + (cell < 100_000 ? 0n : 2n ** 60n),
};
const byId = (a: string, b: string) => (BigInt(a) < BigInt(b) ? -1 : 1);
const all = idsOf(grid);
let folder: string;
let source: string;
let served: Served;

beforeAll(async () => {
  if (!active) return;
  folder = await mkdtemp(path.join(tmpdir(), "neuropress-links-"));
  source = path.join(folder, "grid");
  await writeGrid(path.join(folder, "in"), grid);
  const { segments } = await convert({ input: path.join(folder, "in"), output: source, mesh: false });
  expect(segments).toBe(countOf(grid));
  const viewer = await builtViewer();
  served = await serve({ root: source, port: 0, viewer });
});

afterAll(async () => {
  await served?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

/** A link to some segments, opened in the viewer. */
async function opened(ids: string[], how: { inline?: true; save?: string }, coloured?: number) {
  const { url } = served;
  const usual = { source, url, viewer: `${url}/viewer/`, images: [] };
  const { link } = await makeLink({ ...usual, ids, ...how });
  const png = process.env["PICTURE"];
  const report = await openLink(link, {
    at: [middleOf(grid, all.indexOf(ids.at(-1)!))],
    timeout: 180_000,
    expected: { meshes: false, ...(coloured !== undefined && { coloured }) },
    ...(png !== undefined && { png: `${png}-${ids.length}.png` }),
  });
  return { link, report };
}

/** The last of the ids, which lies where the view opens, was read from the data as well. */
function expectWhole({ failures, selected, values }: Report, ids: string[]): void {
  expect(failures).toEqual([]);
  expect(selected["grid"]?.length).toBe(ids.length);
  expect(selected["grid"]?.toSorted(byId)).toEqual(ids);
  expect(values).toEqual([ids.at(-1)]);
}

lane("10 ids: the state is in the link", async () => {
  const row = Array.from({ length: 10 }, (_, i) => all[cellAt(grid, [20 + i, 25, 40])]!);
  // Boxes of 3 voxels, seen end on in one panel: some 25 pixels.
  const { link, report } = await opened(row, {}, 0.00005);
  expect(link.length).toBeLessThan(8000);
  expectWhole(report, row);
});

lane("1,042 ids: too many for mail and chat, but a link that holds them opens", async () => {
  const ids = all.slice(-1042);
  await expect(opened(ids, {})).rejects.toThrow(/too long for a link/);
  const { link, report } = await opened(ids, { inline: true }, 0.002);
  expect(link).toContain(ids[0]);
  expectWhole(report, ids);
});

lane("100,000 ids: the state is in a file, the link is short", async () => {
  const ids = all.slice(-100_000);
  const { link, report } = await opened(ids, { save: "many" });
  expect(link).toBe(`${served.url}/viewer/#!${served.url}/many.json`);
  expect(link.length).toBeLessThan(200);
  expectWhole(report, ids);
});
