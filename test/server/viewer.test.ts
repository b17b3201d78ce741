import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { ensureViewer } from "../../lib/server/viewer.ts";
import { folder } from "./helper.ts";

const LOCK = {
  name: "stub",
  version: "1.0.0",
  lockfileVersion: 3,
  packages: { "": { name: "stub", version: "1.0.0" } },
};
const BUILD = `
  const fs = require("node:fs");
  fs.mkdirSync("dist");
  fs.writeFileSync("dist/index.html", fs.readFileSync("page.txt"));`;

/** A package without dependencies whose build copies page.txt: npm itself is real. */
async function stub(): Promise<string> {
  const made = await folder();
  const manifest = { name: "stub", version: "1.0.0", private: true, scripts: { build: "node build.cjs" } };
  await writeFile(path.join(made, "package.json"), JSON.stringify(manifest));
  await writeFile(path.join(made, "package-lock.json"), JSON.stringify(LOCK));
  await writeFile(path.join(made, "build.cjs"), BUILD);
  await writeFile(path.join(made, "page.txt"), "one");
  return made;
}

const page = (dist: string | undefined) => readFile(path.join(dist!, "index.html"), "utf8");

test("built once, again after an upgrade, and by two at once without harm", async () => {
  const made = await stub();
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  const both = await Promise.all([ensureViewer(say, made), ensureViewer(say, made)]);
  expect(both).toEqual([path.join(made, "dist"), path.join(made, "dist")]);
  expect(await page(both[0])).toBe("one");
  const said = lines.length;
  expect(await ensureViewer(say, made)).toBe(path.join(made, "dist"));
  expect(lines.length, "nothing to build, nothing to say").toBe(said);
  await writeFile(path.join(made, "page.txt"), "two");
  await ensureViewer(say, made);
  expect(await page(path.join(made, "dist"))).toBe("two");
  expect((await readdir(made)).filter((name) => name.startsWith(".build-"))).toEqual([]);
});

test("a build that fails says why and how to go on, and keeps what was there", async () => {
  const made = await stub();
  await ensureViewer(() => {}, made);
  await writeFile(path.join(made, "build.cjs"), "throw new Error('no room on this device')");
  const lines: string[] = [];
  expect(await ensureViewer((line) => lines.push(line), made)).toBeUndefined();
  expect(lines.join("\n")).toMatch(/npm run build ended with 1:.*no room on this device.*--no-viewer/s);
  expect(await page(path.join(made, "dist"))).toBe("one");
  expect((await readdir(made)).filter((name) => name.startsWith(".build-"))).toEqual([]);
});

test("the lock names no registry host, so that it installs from any", async () => {
  const text = await readFile(path.resolve(import.meta.dirname, "../../viewer/package-lock.json"), "utf8");
  const lock = JSON.parse(text);
  expect(text).not.toMatch(/"resolved":/);
  for (const [name, entry] of Object.entries<{ optionalDependencies?: object; integrity?: string }>(
    lock.packages,
  )) {
    if (name !== "") expect(entry.integrity, name).toMatch(/^sha512-/);
    // `npm ci` refuses a lock that leaves out a platform's package.
    for (const other of Object.keys(entry.optionalDependencies ?? {})) {
      const found =
        `node_modules/${other}` in lock.packages || `${name}/node_modules/${other}` in lock.packages;
      expect(found, `${name} needs ${other}`).toBe(true);
    }
  }
});
