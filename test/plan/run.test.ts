import { expect, test } from "vitest";
import { executionName, isInput, runId } from "../../lib/plan/run.ts";

const files = [
  { name: "z10.tif", size: 100, etag: "ee" },
  { name: "info", size: 120, etag: "aa" },
  { name: "z1.tif", size: 100, etag: "cc" },
  { name: "labels.csv", size: 7, etag: "bb" },
  { name: "z2.tif", size: 100, etag: "dd" },
];
const input = { project: "lab/größe", files, program: "neuropress 1.2.3" };

test("a run's name is the same for ever: made with Python's hashlib of the sorted inputs as JSON", () => {
  expect(runId(input)).toBe("0b457652c84d35116e62d68f");
});

test("neither the order of a listing nor files that do not count change it", () => {
  expect(runId({ ...input, files: [...files].reverse() })).toBe(runId(input));
  const litter = [".DS_Store", "._z1.tif", "notes.txt", "state.json"].map((name) => ({ name, size: 3 }));
  expect(runId({ ...input, files: [...litter, ...files] })).toBe(runId(input));
});

test("anything that can change the dataset changes it", () => {
  const other = (change: Partial<(typeof files)[number]>, at: number) =>
    runId({ ...input, files: files.map((file, i) => (i === at ? { ...file, ...change } : file)) });
  const runs = [
    runId(input),
    runId({ ...input, project: "lab/grösse" }),
    runId({ ...input, program: "neuropress 1.2.4" }),
    runId({ ...input, files: files.slice(1) }),
    runId({ ...input, files: [...files, { name: "neuropress.json", size: 2, etag: "ff" }] }),
    other({ etag: "00" }, 0),
    other({ size: 99 }, 0),
    other({ name: "z11.tif" }, 0),
    other({ etag: "00" }, 1),
    other({ etag: "00" }, 3),
  ];
  expect(new Set(runs).size).toBe(runs.length);
});

test("what counts as input", () => {
  const counted = ["info", "labels.csv", "neuropress.json", "a.tif", "a.TIFF"];
  const left = ["Info", "info.json", ".a.tif", "a.tif.part", "state.json", "", "status.json"];
  expect([...counted, ...left].filter(isInput)).toEqual(counted);
});

test("an execution's name is what Step Functions allows, 80 letters at most", () => {
  const run = "0123456789abcdef01234567";
  expect(executionName("lab/mouse_7-b", run)).toBe(`mouse_7-b-${run}`);
  expect(executionName("a b+c%d/größe (2)", run)).toBe(`gro-e-2--${run}`);
  expect(executionName("日本", run)).toBe(`--${run}`);
  const long = executionName("x".repeat(100), run, "abcdefghijkl");
  expect(long).toMatch(/^x{40}-[0-9a-f]{24}-abcdefghijkl$/);
  expect(long.length).toBeLessThanOrEqual(80);
});
