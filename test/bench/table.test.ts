import { expect, test } from "vitest";
import { parseCores } from "../../bench/core.ts";
import { median } from "../../bench/median.ts";
import { compare } from "../../bench/row/kernel.ts";
import { allRows } from "../../bench/row/rows.ts";
import { type RatioRow, ratioOf, ratioTable, verdict } from "../../bench/table.ts";
import { tableOf } from "../../bench/together.ts";

const row: RatioRow = {
  name: "encode",
  stage: "encoder",
  against: "C++",
  ours: [2, 1, 9],
  peer: [3.9, 4, 40],
  least: 2,
  aim: 4,
  same: "yes",
  notes: ["a note"],
};

test("the median is the middle, or the mean of the two in the middle", () => {
  expect(median([9, 1, 2])).toBe(2);
  expect(median([10, 9, 1, 2])).toBe(5.5);
  expect(() => median([])).toThrow();
});

test("a ratio is the peer's median over ours", () => {
  expect(ratioOf(row)).toBe(2);
});

test.each([
  ["reaches the least exactly", {}, "yes"],
  ["misses it by a hair, and is not rounded up", { peer: [3.999_999] }, "NO"],
  ["reaches the aim", { peer: [8] }, "aim"],
  ["has no limits", { least: undefined, aim: undefined }, ""],
  ["has only an aim, and misses it", { least: undefined }, ""],
  ["is fast and wrong", { peer: [80], same: "differs" }, "DIFFERS"],
] as const)("verdict of a row that %s", (_, change, expected) => {
  const { least, aim, ...rest } = { ...row, ...change };
  expect(verdict({ ...rest, ...(least && { least }), ...(aim && { aim }) })).toBe(expected);
});

test("the table is markdown with a line per row and the notes below", () => {
  expect(ratioTable([row]).split("\n")).toEqual([
    "| row | stage | against | ours, s | peer, s | ratio | at least | aim | met? | same result |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    "| encode | encoder | C++ | 2.00 [1.00-9.00] | 4.00 [3.90-40.0] | 2.00 | 2 | 4 | yes | yes |",
    "",
    "- encode: a note",
  ]);
});

test("a result that is missing on either side is no equal one", () => {
  const [none, one, other] = [{ seconds: 1 }, { seconds: 1, digest: "a" }, { seconds: 1, digest: "b" }];
  expect(compare([one, one])).toBe("yes");
  expect([compare([one, other]), compare([none, none]), compare([one, none])]).toEqual(
    Array(3).fill("differs"),
  );
});

test("every row has a name of its own, and those that must be met are there", () => {
  const names = allRows({ guide: "guide", dense: "dense", noise: "noise" }).flatMap((plan) => plan.names);
  expect(new Set(names).size).toBe(names.length);
  const needed = [
    "tiff-raw-u64",
    "tiff-lzw-u8",
    "ingest-cloudvolume",
    "encode-guide",
    "encode-noise",
    "threads",
  ];
  const meshes = ["mesh-zmesh", "mesh-igneous", "whole-igneous", "whole-guide", "whole-dense"];
  expect(names).toEqual(expect.arrayContaining([...needed, ...meshes]));
});

test("a list of processors as Linux writes it", () => {
  expect(parseCores("0-2,5,7-8")).toEqual([0, 1, 2, 5, 7, 8]);
  expect(parseCores("3")).toEqual([3]);
});

test("runs together: what each has found, and what is missing in one", () => {
  const second = { machine: "later", rows: [{ ...row, ours: [4] }] };
  const text = tableOf([{ machine: "first", rows: [row, { ...row, name: "other" }] }, second]);
  expect(text.split("\n")).toEqual([
    "run 1: first",
    "run 2: later",
    "",
    expect.stringMatching(
      /^\| row \| against \| ours 1, s \| ours 2, s \| peer 1, s \| peer 2, s \| ratio 1 \| ratio 2 \|/,
    ),
    expect.stringMatching(/^\| --- /),
    "| encode | C++ | 2.00 | 4.00 | 4.00 | 4.00 | 2.00 | 1.00 | 2 | 4 | yes, NO | yes |",
    "| other | C++ | 2.00 |  | 4.00 |  | 2.00 |  | 2 | 4 | yes | yes |",
  ]);
});
