import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { convert } from "../../lib/local/convert.ts";
import { allCases } from "./all.ts";
import type { Case } from "./case.ts";
import { judge } from "./judge.ts";
import { type Fetch, plain } from "./read.ts";

/* A judge that finds nothing wrong is worth what it would have found. */

let folder: string;
let dataset: Fetch;
const named = (name: string) => allCases.find((one) => one.name === name) as Case;
const right = named("ids up to 2^64 - 1");
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "neuropress-judge-"));
  for (const [name, bytes] of right.files) await writeFile(path.join(folder, name), bytes);
  await convert({
    input: folder,
    output: path.join(folder, "../", `${path.basename(folder)}.out`),
    threads: 1,
  });
  dataset = async (key) => {
    const file = ["", ".gz"].map((end) => path.join(`${folder}.out`, key + end)).find(existsSync);
    return file === undefined ? undefined : plain(readFileSync(file));
  };
});
afterAll(() =>
  Promise.all([folder, `${folder}.out`].map((one) => rm(one, { recursive: true, force: true }))),
);

/** The right case with one voxel meant otherwise. */
function withVoxel(change: (id: bigint) => bigint): Case {
  const ids = right.volume!.ids.slice();
  const at = ids.indexOf(2n ** 64n - 1n);
  ids[at] = change(ids[at]!);
  return { ...right, volume: { ...right.volume!, ids } };
}

test("the right dataset is right", async () => {
  expect(await judge(right, { dataset })).toEqual([]);
});

test.each<[string, () => Case, RegExp]>([
  ["the last bit of a voxel", () => withVoxel((id) => id - 1n), /voxel \d+ is 18446744073709551615, not/],
  ["an id more", () => withVoxel(() => 77n), /segments are .*, not 77,/],
  ["another type", () => ({ ...right, volume: { ...right.volume!, dataType: "uint32" } }), /type is uint64/],
  ["another size", () => ({ ...right, volume: { ...right.volume!, size: [45, 34, 5] } }), /size is 45,34,6/],
  ["one that had to be refused", () => named("an empty file"), /was converted/],
])("it sees %s", async (_, one, wrong) => {
  expect((await judge(one(), { dataset })).join("\n")).toMatch(wrong);
});

test.each(["info", "mesh/info", "segment_properties/info", "8nm/0-45_0-34_0-6"])(
  "it misses %s",
  async (gone) => {
    const partly: Fetch = async (key) => (key === gone ? undefined : dataset(key));
    expect(await judge(right, { dataset: partly })).toEqual([`cannot be read: ${gone} is not there`]);
  },
);

test("it reads a refusal: every file by name, and the cause", async () => {
  const one = named("three slices whose strips do not decode");
  const said = (...names: string[]) => names.map((name) => `${name}: strip 0 does not decode`).join("\n");
  expect(await judge(one, { refused: said("label_000.tif", "label_002.tif", "label_005.tif") })).toEqual([]);
  expect(await judge(one, { refused: said("label_000.tif", "label_005.tif") })).toHaveLength(1);
  expect(await judge(one, { refused: "label_000.tif label_002.tif label_005.tif" })).toHaveLength(1);
  expect(await judge(right, { refused: "anything" })).toEqual(["was refused: anything"]);
});
