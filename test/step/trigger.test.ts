import { expect, test } from "vitest";
import { decide } from "../../lib/step/trigger.ts";
import type { Store } from "../../lib/store/store.ts";
import { stackOf } from "./stack.ts";
import { makeVolume } from "./volume.ts";

const small = async () => (await makeVolume([20, 10, 4], (x, y, z) => BigInt(x + y + z))).input;
const text = (value: unknown) =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const json = { contentType: "application/json" };
const infoOf = (z: number, [x, y] = [20, 10]) => ({
  type: "segmentation",
  scales: [{ size: [x, y, z], resolution: [8, 8, 8] }],
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
        found: "size says 2 slices (z), but there are 3 or more",
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

const put = async (names: readonly string[], info = infoOf(4)) => {
  const input = await small();
  for (const z of [0, 1, 2, 3]) await input.delete(`z${z}.tif`);
  for (const name of names) await input.put(name, stackOf([20, 10, 1]), json);
  await input.put("info", text(info), json);
  return input;
};

test("of too many slices those are named that do not belong together", async () => {
  const faultOf = async (...names: string[]) => {
    const decision = await decide(await put(names), "p");
    return decision.state === "failed" ? decision.faults[0] : decision;
  };
  const twice = await faultOf("z0.tif", "z1.tif", "z2.tif", "z3.tif", "z3.tiff");
  expect(twice).toMatchObject({ file: "z3.tiff", found: expect.stringMatching(/^duplicate.*z3\.tif /) });
  const other = await faultOf("z0.tif", "z1.tif", "z2.tif", "z3.tif", "overview.tif");
  expect(other).toMatchObject({
    file: expect.any(String),
    found: expect.stringMatching(/more than a number/),
  });
  expect(await faultOf("z0.tif", "z1.tif", "z2.tif", "z3.tif", "z4.tif")).toMatchObject({ file: "info" });
});

test("who waits in vain is told why", async () => {
  const wordOf = async (input: Store) => (await decide(input, "p")) as { message: string };
  const strange = await put(["overview.tif", "stack.tif"]);
  expect((await wordOf(strange)).message).toMatch(
    /^2 of 4 slices are there, but stack\.tif does not belong .*overview\.tif.*must be the only TIFF/,
  );
  const pages = await put(["z0.tif", "z1.tif"]);
  await pages.put("z1.tif", stackOf([20, 10, 3]), json);
  expect((await wordOf(pages)).message).toMatch(/^2 of 4 slices are there, but z1\.tif has several pages/);
  await pages.put("z1.tif", text("broken"), json);
  expect((await wordOf(pages)).message).toBe("2 of 4 slices are there");
  expect((await wordOf(await put(["z0.tif", "z1.tif", "z1.tiff"]))).message).toMatch(/z1\.tiff duplicate of/);
});

test("of many slices that are not all there one is looked into", async () => {
  const names = Array.from({ length: 30 }, (_, z) => `z${z}.tif`);
  const { counted, calls } = counting(await put(names, infoOf(31)));
  expect(await decide(counted, "p")).toMatchObject({ message: "30 of 31 slices are there" });
  expect(calls.filter((call) => call.startsWith("get"))).toEqual(["get info", "get z0.tif"]);
});

test("an info of another size than a slice fails before all slices are there", async () => {
  const input = await put(["z0.tif", "z1.tif", "z2.tif"], infoOf(20, [4, 10]));
  expect(await decide(input, "p")).toMatchObject({
    state: "failed",
    faults: [{ file: "info", found: "size says 4 x 10 (x, y), but the slices are 20 x 10" }],
  });
});

test("a project whose name leaves no room for what comes below it, or has control characters", async () => {
  const input = await small();
  for (const name of ["p".repeat(601), "細".repeat(201), "a\u0007b"]) {
    const decision = await decide(input, name);
    expect(decision).toMatchObject({ state: "failed", faults: [{ file: "PROJECT" }] });
  }
});
