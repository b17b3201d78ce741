import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

/** Imports only go down: a folder may import folders of a lower rank, and itself. */
const rank: Record<string, number> = {
  "lib/kernel": -1,
  "lib/format": 0,
  "lib/volume": 1,
  "lib/verify": 1,
  "lib/plan": 1,
  "lib/store": 2,
  "lib/step": 3,
  "lib/stack": 4,
  "lib/server": 4,
  "lib/local": 4,
  "lib/cloud": 4,
  "lib/doctor": 4,
  lambdas: 5,
  bin: 5,
};
const root = path.resolve(import.meta.dirname, "..");
const folders = Object.keys(rank);
const folderOf = (file: string) => folders.find((f) => file.startsWith(`${f}/`));

function sources(): string[] {
  const all = readdirSync(root, { recursive: true, withFileTypes: true });
  return all
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/"))
    .filter((file) => /^(lib|lambdas|bin)\/(?!kernel\/assembly\/)/.test(file));
}

function imports(file: string): string[] {
  const text = readFileSync(path.join(root, file), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map((m) =>
    path.posix.normalize(path.posix.join(path.posix.dirname(file), m[1]!)),
  );
}

test("imports only go down the layers", () => {
  const files = sources();
  let seen = 0;
  const wrong: string[] = [];
  for (const file of files) {
    const own = folderOf(file);
    if (own === undefined) wrong.push(`${file} is in no layer`);
    for (const target of imports(file)) {
      seen++;
      const other = folderOf(target);
      if (own === undefined || other === undefined || own === other) continue;
      if (rank[other]! >= rank[own]!) wrong.push(`${file} -> ${target}`);
      if (own === "lib/stack" && other === "lib/step") wrong.push(`${file} -> ${target}: by path only`);
    }
  }
  expect(wrong).toEqual([]);
  expect(files.length, "the test must have visited the sources").toBeGreaterThan(10);
  expect(seen, "the test must have seen their imports").toBeGreaterThan(10);
});

test("verification has no code in common with what it verifies but triples", () => {
  const own = sources().filter((file) => file.startsWith("lib/verify/"));
  const foreign = own.flatMap((file) =>
    imports(file)
      .filter((target) => !target.startsWith("lib/verify/") && target !== "lib/format/vec.ts")
      .map((target) => `${file} -> ${target}`),
  );
  expect(foreign).toEqual([]);
  expect(own.length).toBeGreaterThan(10);
  // What unzips is not what the writer zips with.
  const importsZlib = (file: string) =>
    /import \{(.*)\} from "node:zlib"/.exec(readFileSync(path.join(root, file), "utf8"))?.[1]?.trim();
  expect(importsZlib("lib/format/gzip.ts")).toBe("crc32, gunzipSync");
  expect(importsZlib("lib/verify/gzip.ts")).toBe("crc32, inflateRawSync");
});

test("the pure layers touch no file system, network, clock or environment", () => {
  const wrong: string[] = [];
  for (const file of sources().filter((f) => (rank[folderOf(f)!] ?? 9) <= 1)) {
    const text = readFileSync(path.join(root, file), "utf8");
    if (/node:(fs|http|https|net|os|worker_threads|child_process)/.test(text))
      wrong.push(`${file}: I/O module`);
    if (/Date\.now|new Date|performance\.now|process\.env|Math\.random/.test(text))
      wrong.push(`${file}: clock, chance or environment`);
  }
  expect(wrong).toEqual([]);
});

test("house rules: no default exports, no enums, no utils, short files", () => {
  const wrong: string[] = [];
  for (const file of sources()) {
    const text = readFileSync(path.join(root, file), "utf8");
    if (/^export default/m.test(text)) wrong.push(`${file}: default export`);
    if (/utils?\.ts$/.test(file)) wrong.push(`${file}: name the concept`);
    if (text.split("\n").length > 301) wrong.push(`${file}: over 300 lines`);
  }
  expect(wrong).toEqual([]);
});

test("runs on the Node that the lock brings", () => {
  const major = Number(process.versions.node.split(".")[0]);
  expect(
    major,
    "run through npm (npm test), which puts Node 24 of node_modules first",
  ).toBeGreaterThanOrEqual(24);
});
