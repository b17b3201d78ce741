import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { causes } from "../../lib/doctor/cause.ts";
import type { Diagnosis } from "../../lib/doctor/diagnose.ts";
import { diagnose } from "../../lib/doctor/diagnose.ts";
import { report } from "../../lib/doctor/report.ts";
import { type Ended, ended } from "../process.ts";
import { fixtureSite, isManifest, serveSite } from "./site.ts";

const root = path.resolve(import.meta.dirname, "../..");

function doctor(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [path.join(root, "bin/doctor.ts"), ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return ended(child);
}

test("0 and one line when all is sound; 1 and the causes when not; the same as JSON", async () => {
  const site = fixtureSite("igneous-legacy");
  const url = await serveSite(site);
  const sound = await doctor(url);
  expect(sound).toMatchObject({ code: 0, err: "" });
  expect(sound.out).toMatch(/^sound: nothing wrong was found$/m);
  expect(sound.out).toMatch(/48 x 40 x 24 voxels of 8 x 8 x 16 nm = 384 nm x 320 nm x 384 nm, 2 scales/);

  for (const key of [...site.keys()].filter(isManifest)) site.delete(key);
  const sick = await doctor(url);
  expect(sick.code).toBe(1);
  expect(sick.out).toMatch(/there are no meshes \[mesh-missing\]/);
  for (const words of [/where: {2}mesh\//, /a reader sees: /, /change: /]) expect(sick.out).toMatch(words);

  const told = await doctor(url, "--json", "--all");
  expect(told.code).toBe(1);
  const { findings, looked, volume } = JSON.parse(told.out) as Diagnosis;
  expect(findings).toMatchObject([{ cause: "mesh-missing", count: 1 }]);
  expect(looked.chunks).toBe(10);
  expect(volume).toMatchObject({ size: [48, 40, 24], scales: 2 });
});

test("wrong calls are told", async () => {
  expect(await doctor()).toMatchObject({ code: 1, err: expect.stringContaining("usage: npm run doctor") });
  expect(await doctor("https://host.org", "--viewer", "file:///home/me/index.html")).toMatchObject({
    code: 1,
    err: expect.stringContaining("a viewer that is opened as a file"),
  });
});

test("a viewer on the same host needs no CORS", async () => {
  const url = await serveSite(fixtureSite("igneous-legacy"), (_key, { headers }) => {
    delete headers["Access-Control-Allow-Origin"];
  });
  expect((await diagnose(url)).findings).toMatchObject([{ cause: "cors-missing" }]);
  expect((await diagnose(url, { viewer: `${url}viewer/` })).findings).toEqual([]);
});

test("advice is that of the server which answers", async () => {
  const url = await serveSite(fixtureSite("igneous-legacy"), (_key, { headers }) => {
    delete headers["Access-Control-Allow-Origin"];
    headers["Server"] = "nginx/1.26.0";
  });
  const text = report(await diagnose(url));
  expect(text).toMatch(/nginx: add_header Access-Control-Allow-Origin/);
  expect(text).not.toMatch(/gcloud|AllowedOrigins/);
});

test("chunks of background that were left out are a note, not a finding", async () => {
  const site = fixtureSite("neuroglancer-scripts");
  // Corners of the volume, far from the balls.
  expect(site.delete("8nm/32-48_0-16_0-8")).toBe(true);
  const { findings, notes } = await diagnose(await serveSite(site), { all: true });
  expect(findings).toEqual([]);
  expect(notes.map(({ said }) => said).join()).toMatch(/1 of 27 chunks asked for are not there/);
});

test("what a server says cannot move the terminal's cursor", async () => {
  const url = await serveSite(
    new Map([["info", { bytes: Buffer.from('{"type":"\\u001b[2J","scales":[]}') }]]),
  );
  expect(report(await diagnose(url))).not.toContain("\u001b");
});

test("docs/doctor.md tells every cause, in the words of the command", () => {
  const text = readFileSync(path.join(root, "docs/doctor.md"), "utf8");
  const told = [...text.matchAll(/^\| `([a-z][a-z0-9-]+)` \| ([^|]+) \|/gm)].map(([, name, title]) => [
    name,
    title,
  ]);
  expect(told).toEqual(Object.entries(causes).map(([name, { title }]) => [name, title]));
});
