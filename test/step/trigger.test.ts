import { expect, test } from "vitest";
import { decide } from "../../lib/step/trigger.ts";
import type { Store } from "../../lib/store/store.ts";
import { stackOf } from "./stack.ts";
import { makeVolume } from "./volume.ts";

const small = async () => (await makeVolume([20, 10, 4], (x, y, z) => BigInt(x + y + z))).input;
const text = (value: unknown) =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const json = { contentType: "application/json" };
const infoOf = (z: number) => ({
  type: "segmentation",
  scales: [{ size: [20, 10, z], resolution: [8, 8, 8] }],
});

/** Counts what a decision costs. */
function counting(store: Store) {
  const calls: string[] = [];
  const counted: Store = {
    ...store,
    get(key, range) {
      calls.push(`get ${key}`);
      return store.get(key, range);
    },
    head(key) {
      calls.push(`head ${key}`);
      return store.head(key);
    },
    async *entries() {
      calls.push("list");
      for await (const entry of store.entries()) {
        calls.push(`entry ${entry.key}`);
        yield entry;
      }
    },
  };
  return { counted, calls };
}

test("a whole input starts, at the price of one get and one listing", async () => {
  const { counted, calls } = counting(await small());
  expect(await decide(counted, "p")).toEqual({
    state: "start",
    run: expect.stringMatching(/^[0-9a-f]{24}$/),
  });
  expect(calls.filter((call) => !call.startsWith("entry"))).toEqual(["get info", "list"]);
});

test("without info nothing is listed", async () => {
  const input = await small();
  await input.delete("info");
  const { counted, calls } = counting(input);
  expect(await decide(counted, "p")).toEqual({
    state: "waiting",
    message: expect.stringMatching(/^info is not there yet/),
  });
  expect(calls).toEqual(["get info"]);
});

test("slices that are missing are counted", async () => {
  const input = await small();
  await input.delete("z2.tif");
  expect(await decide(input, "p")).toEqual({
    state: "waiting",
    message: "3 of 4 slices are there",
    slices: { have: 3, need: 4 },
  });
  for (const z of [0, 1, 3]) await input.delete(`z${z}.tif`);
  expect(await decide(input, "p")).toMatchObject({ slices: { have: 0, need: 4 } });
});

test("files that are no input neither count nor change the run", async () => {
  const input = await small();
  const before = await decide(input, "p");
  await input.put(".DS_Store", text("x"), json);
  await input.put("notes.txt", text("x"), json);
  await input.put("deeper/z9.tif", text("x"), json);
  expect(await decide(input, "p")).toEqual(before);
  await input.put("labels.csv", text("1,soma"), json);
  expect(await decide(input, "p")).not.toEqual(before);
});

test("a wrong info fails with all that is wrong in it, and nothing is listed", async () => {
  const input = await small();
  await input.put("info", text({ type: "image", scales: [{ size: [1, 2], resolution: [8, 8, 8] }] }), json);
  const { counted, calls } = counting(input);
  expect(await decide(counted, "p")).toEqual({
    state: "failed",
    faults: [
      expect.objectContaining({ file: "info", found: expect.stringMatching(/^type is "image"/) }),
      expect.objectContaining({ file: "info", found: expect.stringMatching(/^scales\[0\]\.size is/) }),
    ],
  });
  expect(calls).toEqual(["get info"]);
});

test("more slices than info says contradict it; the listing ends there", async () => {
  const input = await small();
  await input.put("info", text(infoOf(2)), json);
  const { counted, calls } = counting(input);
  expect(await decide(counted, "p")).toEqual({
    state: "failed",
    faults: [
      {
        file: "info",
        found: "size says 2 slices (z), but there are more",
        advice: "Remove what does not belong to the volume, or mend z",
      },
    ],
  });
  expect(calls.filter((call) => /tif/.test(call))).toHaveLength(3);
});

test("one file that holds all pages starts; its first page alone waits", async () => {
  const input = await small();
  for (const z of [0, 1, 2, 3]) await input.delete(`z${z}.tif`);
  await input.put("all.tif", stackOf([20, 10, 4]), { contentType: "image/tiff" });
  expect(await decide(input, "p")).toMatchObject({ state: "start" });
  await input.put("all.tif", stackOf([20, 10, 1]), { contentType: "image/tiff" });
  expect(await decide(input, "p")).toMatchObject({ state: "waiting", slices: { have: 1, need: 4 } });
  await input.put("all.tif", text("<html>"), { contentType: "image/tiff" });
  expect(await decide(input, "p")).toMatchObject({ state: "failed", faults: [{ file: "all.tif" }] });
});

test("a very long chain of pages is not walked to its end", async () => {
  const input = await small();
  for (const z of [0, 1, 2, 3]) await input.delete(`z${z}.tif`);
  const pages = 200;
  // Pages far from each other, so that each is a read of its own.
  await input.put("all.tif", stackOf([2, 2, pages], 2 ** 17), { contentType: "image/tiff" });
  await input.put("info", text(infoOf(pages)), json);
  const { counted, calls } = counting(input);
  expect(await decide(counted, "p")).toMatchObject({ state: "start" });
  expect(calls.filter((call) => call === "get all.tif").length).toBeLessThan(40);
});
