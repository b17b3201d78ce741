import { expect, test } from "vitest";
import { failuresOf } from "./judge.ts";

const layer = { name: "seg", loading: false, errors: [], segments: 3, withMesh: 3, withoutMesh: [] };
const chunks = { loaded: 5, failed: 0, waiting: 0 };
const view = (coloured: number, withMesh = 3, mesh = coloured) => ({
  look: { ready: true, chunks, messages: [], layers: [{ ...layer, withMesh }] },
  panels: [{ kind: "slice", coloured } as const, { kind: "mesh", coloured: mesh } as const],
  fetched: [],
});

test("panels must show what the caller expects, and more unless told otherwise", () => {
  expect(failuresOf(view(0.005))).toEqual([]);
  const bare = ["a slice panel has no colour", "a mesh panel has no colour"];
  expect(failuresOf(view(0.004))).toEqual(bare);
  expect(failuresOf(view(0.0002), { coloured: 0.0001 })).toEqual([]);
  expect(failuresOf(view(0.00005), { coloured: 0.0001 })).toEqual(bare);
});

test("a dataset without meshes misses none, but its slices must show", () => {
  expect(failuresOf(view(0.1, 0, 0)).length).toBe(2);
  expect(failuresOf(view(0.1, 0, 0), { meshes: false })).toEqual([]);
  expect(failuresOf(view(0, 0, 0), { meshes: false })).toEqual(["a slice panel has no colour"]);
});
