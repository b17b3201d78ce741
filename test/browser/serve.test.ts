import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import type { Served } from "../../lib/server/serve.ts";
import { serve } from "../../lib/server/serve.ts";
import { idOf, makeDataset, middleOf, SEGMENTS } from "./dataset.ts";
import type { Fault } from "./fault.ts";
import { faulty } from "./fault.ts";
import { active, lane } from "./lane.ts";
import { builtViewer, openLink } from "./open.ts";

const isChunk = (key: string) => /^scale\d\/\d+-\d+_\d+-\d+_\d+-\d+$/.test(key);
const isFragment = (key: string) => /^mesh\/\d+:0:box$/.test(key);
let root: string;
let served: Served;

beforeAll(async () => {
  if (!active) return;
  root = await mkdtemp(path.join(tmpdir(), "neuropress-browser-"));
  await makeDataset(root);
  const viewer = await builtViewer();
  served = await serve({ root, port: 0, viewer });
});

afterAll(async () => {
  await served?.close();
  if (root !== undefined) await rm(root, { recursive: true, force: true });
});

/** Reads state and data through a proxy with a fault; the viewer itself comes from the whole server. */
async function reportWith(fault: Fault, timeout = 30_000) {
  const proxy = await faulty(served.url, fault);
  try {
    return await openLink(`${served.url}/viewer/#!${proxy.url}/state.json`, { timeout });
  } finally {
    proxy.close();
  }
}

lane("the printed link shows every segment in all four panels", async () => {
  const cells = Array.from({ length: SEGMENTS / 2 }, (_, cell) => cell);
  const png = process.env["PICTURE"];
  const report = await openLink(served.link, { at: cells.map(middleOf), ...(png !== undefined && { png }) });
  expect(report.failures).toEqual([]);
  expect(report.look?.layers).toMatchObject([{ name: "boxes", segments: SEGMENTS, withMesh: SEGMENTS }]);
  expect(report.panels.map(({ kind }) => kind).sort()).toEqual(["mesh", "slice", "slice", "slice"]);
  expect(report.values).toEqual(cells.map(idOf));
  expect(report.fetched.filter(({ url }) => isChunk(new URL(url).pathname.slice(1))).length).toBeGreaterThan(
    5,
  );
});

lane("a viewer of another origin shows it too", async () => {
  const report = await reportWith(() => {});
  expect(report.failures).toEqual([]);
  expect(report.look?.layers).toMatchObject([{ withMesh: SEGMENTS }]);
});

lane("one missing chunk, which the viewer draws as background, is a failure", async () => {
  let chosen: string | undefined;
  const report = await reportWith((key, head) => {
    if (isChunk(key)) chosen ??= key;
    if (key === chosen) head.status = 404;
  });
  expect(report.look?.ready, "the viewer itself sees nothing wrong").toBe(true);
  expect(report.failures).toEqual([expect.stringMatching(/^404 Not Found: .*scale/)]);
});

lane("gzip bytes without their Content-Encoding are a failure", async () => {
  const report = await reportWith((_, { headers }) => {
    delete headers["content-encoding"];
  });
  expect(report.failures.join("\n")).toMatch(/failed/);
});

lane("chunks without CORS, which the viewer draws as background, are a failure", async () => {
  const report = await reportWith((key, { headers }) => {
    if (isChunk(key)) delete headers["access-control-allow-origin"];
  });
  expect(report.failures.join("\n")).toMatch(/a slice panel has no colour/);
  expect(report.failures.join("\n")).toMatch(/^0 /m);
});

lane("no CORS at all is a failure", async () => {
  const report = await reportWith((_, { headers }) => {
    delete headers["access-control-allow-origin"];
  });
  expect(report.ok).toBe(false);
});

lane("one missing fragment is a failure that names the segment", async () => {
  const lost = `mesh/${idOf(3)}:0:box`;
  const report = await reportWith((key, head) => {
    if (isFragment(key) && key === lost) head.status = 404;
  });
  expect(report.failures.join("\n")).toMatch(`1 segments lack meshes (${idOf(3)})`);
});
