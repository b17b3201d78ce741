import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { explained, type Report, unexplained } from "./audit.ts";
import { type Entry, type Lock, looseLock, looseRequirements, looseVersions, type Manifest } from "./lock.ts";

const root = path.resolve(import.meta.dirname, "../..");
const read = (name: string) => readFileSync(path.join(root, name), "utf8");
const manifestOf = (folder: string) => JSON.parse(read(`${folder}package.json`)) as Manifest;
const lockOf = (folder: string) => JSON.parse(read(`${folder}package-lock.json`)) as Lock;

/** Packages that run a script when they are installed; viewer/.npmrc lets none of them. */
const scripts: Record<string, readonly string[]> = {
  // Looks whether its own program runs.
  "": ["esbuild"],
  "viewer/": ["esbuild", "core-js", "msgpackr-extract"],
};

test.each(["", "viewer/"])("%spackage.json and its lock pin every package by version and hash", (folder) => {
  const [manifest, lock] = [manifestOf(folder), lockOf(folder)];
  expect(Object.keys(lock.packages).length).toBeGreaterThan(150);
  expect(looseVersions(manifest)).toEqual([]);
  expect(looseLock(lock, manifest, scripts[folder]!)).toEqual([]);
});

test("no script of a package runs when the viewer is installed", () => {
  expect(read("viewer/.npmrc")).toMatch(/^ignore-scripts=true$/m);
});

test("Python packages are pinned: by hash where users install them", () => {
  expect(looseRequirements(read("emulator/requirements.txt"), { hashes: true })).toEqual([]);
  for (const name of ["test/peer/requirements.txt", "test/fixture/requirements.txt"])
    expect(looseRequirements(read(name), { hashes: false })).toEqual([]);
});

const hash = `sha512-${"A".repeat(86)}==`;
const good: Entry = { version: "1.2.3", integrity: hash };

test.each<[what: string, entry: Entry, says: RegExp]>([
  ["a range", { ...good, version: "^1.2.3" }, /has version \^1\.2\.3/],
  ["no hash", { version: "1.2.3" }, /has no hash/],
  ["a weak hash", { ...good, integrity: "sha1-AAAAAAAAAAAAAAAAAAAAAAAAAAA=" }, /has no hash/],
  ["a host", { ...good, resolved: "https://registry.example/a.tgz" }, /names where/],
  ["a folder", { ...good, link: true }, /is a link/],
  ["a script", { ...good, hasInstallScript: true }, /runs a script/],
  ["bundled in nothing", { version: "1.2.3", inBundle: true }, /has no hash/],
  ["a repository", { ...good, dependencies: { b: "git+https://host.example/b.git" } }, /wants b from git/],
  ["a repository in short", { ...good, dependencies: { b: "someone/b#main" } }, /wants b from someone/],
])("a lock with %s is refused", (_, entry, says) => {
  const lock = (of: Entry): Lock => ({ lockfileVersion: 3, packages: { "": {}, "node_modules/a": of } });
  expect(looseLock(lock(good), {}, [])).toEqual([]);
  expect(looseLock(lock(entry), {}, []).join("\n")).toMatch(says);
});

test("a package within one that has a hash needs none; a lock of another package.json is refused", () => {
  const bundled: Entry = { version: "1.0.0", inBundle: true };
  const packages = {
    "": { dependencies: { a: "1.2.3" } },
    "node_modules/a": good,
    "node_modules/a/node_modules/b": bundled,
    "node_modules/a/node_modules/b/node_modules/c": bundled,
  };
  const lock: Lock = { lockfileVersion: 3, packages };
  expect(looseLock(lock, { dependencies: { a: "1.2.3" } }, [])).toEqual([]);
  expect(looseLock(lock, { dependencies: { a: "1.2.4" } }, [])).toEqual([
    expect.stringMatching(/others than/),
  ]);
  expect(looseVersions({ dependencies: { a: "^1.2.3" }, overrides: { b: "latest" } })).toHaveLength(2);
});

test("requirements without one version, or without a hash, are refused", () => {
  const sha = `--hash=sha256:${"a".repeat(64)}`;
  const wrong = `# note\na>=1\nb==1.0 \\\n    ${sha} \\\n    ${sha}\nc==2\nd==1 --hash=md5:abc\n-r other.txt\n`;
  expect(looseRequirements(wrong, { hashes: true })).toEqual([
    "a>=1 is not one version",
    "c==2 has no hash",
    "d==1 has no hash",
    "-r is not one version",
  ]);
});

test("an audit is clean but for what is explained; no answer is not taken for a clean one", () => {
  const finding = { name: "b", url: "https://github.com/advisories/GHSA-1111", title: "runs away" };
  const report: Report = {
    vulnerabilities: { a: { severity: "high", via: ["b"] }, b: { severity: "high", via: [finding] } },
  };
  expect(unexplained(report, [])).toEqual(["high: b: runs away (https://github.com/advisories/GHSA-1111)"]);
  const known = { advisory: "GHSA-1111", package: "b", version: "1.0.0", why: "never called" };
  expect(unexplained(report, [known])).toEqual([]);
  expect(unexplained(report, [{ ...known, package: "c" }])).toHaveLength(1);
  expect(unexplained({ vulnerabilities: {} }, [])).toEqual([]);
  expect(unexplained({ message: "405 Method Not Allowed", error: {} }, [])).toBeUndefined();
});

test("what is explained is still installed, in the version that was looked at", () => {
  const stale = (list: typeof explained) =>
    list.filter(
      (one) =>
        !["", "viewer/"].some((folder) =>
          Object.entries(lockOf(folder).packages).some(
            ([place, { version }]) =>
              place.endsWith(`node_modules/${one.package}`) && version === one.version,
          ),
        ),
    );
  expect(stale(explained)).toEqual([]);
  expect(stale([{ advisory: "x", package: "fflate", version: "0.0.1", why: "" }])).toHaveLength(1);
});
