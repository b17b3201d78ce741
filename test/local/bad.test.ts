import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { convert } from "../../lib/local/convert.ts";
import { allCases } from "../bad/all.ts";
import type { Case } from "../bad/case.ts";
import { readCases } from "../bad/folder.ts";
import { judge, type Outcome } from "../bad/judge.ts";
import { plain } from "../bad/read.ts";

/*
 * Every awkward and broken input, converted on this machine over an earlier result; and those of a folder where
 * NEUROPRESS_BAD_INPUTS names one.
 */

const foreign = process.env["NEUROPRESS_BAD_INPUTS"];
const cases = [...allCases, ...(foreign === undefined ? [] : readCases(foreign))];

let folder: string;
let output: string;
let earlier: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "neuropress-bad-"));
  output = path.join(folder, "out");
  const [first] = allCases as [Case];
  await convert({ input: await unpack(first), output });
  earlier = await fingerprint(output);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function unpack({ files }: Case): Promise<string> {
  const input = path.join(folder, "in");
  await rm(input, { recursive: true, force: true });
  await mkdir(input);
  for (const [name, bytes] of files) await writeFile(path.join(input, name), bytes);
  return input;
}

/** All names of a folder, hidden ones too, and all bytes. */
async function fingerprint(root: string): Promise<string> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const hash = createHash("sha256");
  for (const file of files.sort()) hash.update(`${file}\n`).update(await readFile(file));
  return hash.digest("hex");
}

async function outcomeOf(one: Case, place: string): Promise<Outcome> {
  const input = await unpack(one);
  try {
    await convert({ input, output: place, threads: 1 });
  } catch (error) {
    // Any other error is ours, and no answer to a user.
    expect((error as Error).name, String((error as Error).stack)).toBe("InputError");
    return { refused: (error as Error).message };
  }
  const dataset = async (key: string) => {
    const file = [key, `${key}.gz`].map((name) => path.join(place, name)).find(existsSync);
    return file === undefined ? undefined : plain(readFileSync(file));
  };
  return { dataset };
}

for (const [group, some] of Map.groupBy(cases, (one) => one.group)) {
  describe(group, () => {
    test.each(some.map((one) => [one.name, one] as const))("%s", async (_, one) => {
      const place = one.volume === undefined ? output : path.join(folder, "new");
      const outcome = await outcomeOf(one, place);
      expect(await judge(one, outcome)).toEqual([]);
      const hidden = (await readdir(folder)).filter((name) => name.startsWith("."));
      expect(hidden, "nothing is left of the run").toEqual([]);
      if ("refused" in outcome) expect(await fingerprint(output), "the earlier result").toBe(earlier);
      await rm(path.join(folder, "new"), { recursive: true, force: true });
    });
  });
}

test("names of cases are given once", () => {
  const names = cases.map(({ group, name }) => `${group}: ${name}`);
  expect(names.filter((name, i) => names.indexOf(name) < i)).toEqual([]);
});

test("slices may be links to files; one that leads nowhere is told", async () => {
  const input = await unpack(allCases[0] as Case);
  const linked = path.join(folder, "linked");
  await mkdir(linked);
  for (const name of await readdir(input)) await symlink(path.join(input, name), path.join(linked, name));
  const place = path.join(folder, "of-links");
  await convert({ input: linked, output: place, threads: 1 });
  expect(readFileSync(path.join(place, "info"))).toEqual(readFileSync(path.join(output, "info")));
  await rm(path.join(input, "label_002.tif"));
  await expect(convert({ input: linked, output: place })).rejects.toThrow(/label_002\.tif: is gone/);
});
