import { expect, test } from "vitest";
import { InputError } from "../../lib/format/error.ts";
import { orderSlices } from "../../lib/plan/order.ts";

const order = (...names: string[]) => orderSlices(names).slices;

test("by number, not by text", () => {
  expect(
    order("z10.tif", "z1.tif", "z9.tif", "z2.tif", ...[3, 4, 5, 6, 7, 8].map((n) => `z${n}.tif`)),
  ).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => `z${n}.tif`));
});

test("padding, extension, start and step are free", () => {
  expect(order("z010.tif", "z9.tif", "z0011.tif")).toEqual(["z9.tif", "z010.tif", "z0011.tif"]);
  expect(order("s02.TIFF", "s00.tif", "s01.tiff", "s03.TIF")).toEqual([
    "s00.tif",
    "s01.tiff",
    "s02.TIFF",
    "s03.TIF",
  ]);
  expect(order("iso.2610.tif", "iso.2600.tif", "iso.2605.tif")).toEqual([
    "iso.2600.tif",
    "iso.2605.tif",
    "iso.2610.tif",
  ]);
});

test("one number varies, whichever it is", () => {
  expect(order("exp2_c1_z10_v10.tif", "exp2_c1_z9_v10.tif")).toEqual([
    "exp2_c1_z9_v10.tif",
    "exp2_c1_z10_v10.tif",
  ]);
  expect(order("10_of_10.tif", "9_of_10.tif")).toEqual(["9_of_10.tif", "10_of_10.tif"]);
});

test("numbers beyond 2^53 are told apart", () => {
  expect(order("a9007199254740993.tif", "a9007199254740992.tif")[0]).toBe("a9007199254740992.tif");
});

test("names of all kinds, whole keys too", () => {
  const names = ["スライス_é_2.tif", "スライス_é_1.tif"];
  expect(order(...names)).toEqual([...names].reverse());
  expect(order("e\u0301_2.tif", "\u00e9_1.tif")).toEqual(["\u00e9_1.tif", "e\u0301_2.tif"]);
  expect(order("p/100%25 a+b #?2.tif", "p/100%25 a+b #?1.tif")[0]).toBe("p/100%25 a+b #?1.tif");
});

test("one file needs no number", () => {
  expect(order("stack.ome.tif")).toEqual(["stack.ome.tif"]);
});

test("everything else is ignored and said", () => {
  const litter = [".DS_Store", "Thumbs.db", "._s1.tif", "info", "notes.txt", "x.tif.txt", "p/.s.tif"];
  expect(orderSlices(["s1.tif", ...litter, "s2.tif"])).toEqual({
    slices: ["s1.tif", "s2.tif"],
    ignored: litter,
  });
});

test.each([
  [["info"], /no slices/],
  [["s1.tif", "s01.tif", "s2.tif"], /s1\.tif: duplicate of slice number 1, which s01\.tif has too/],
  [["s3.tif", "s3.tiff"], /s3\.tiff: duplicate of slice number 3, which s3\.tif has too/],
  [["a.tif", "a.tiff"], /duplicate/],
  [
    ["s0.tif", "s1.tif", "s3.tif", "s4.tif"],
    /s3\.tif: slice number 2 is missing: after s1\.tif comes 3.* steps of 1/,
  ],
  [["s0.tif", "s1.tif", "s3.tif"], /slice number 2 is missing: after s1\.tif comes 3/],
  [["s0.tif", "s5.tif", "s10.tif", "s20.tif"], /slice number 15 is missing: .* steps of 5/],
  [
    ["a1_b1.tif", "a1_b2.tif", "a2_b1.tif"],
    /a2_b1\.tif: does not belong .* a1_b1\.tif: more than one number/,
  ],
  [["mask1.tif", "raw2.tif"], /raw2\.tif: does not belong .* mask1\.tif: their names differ/],
  [["a#.tif", "a1.tif"], /their names differ/],
  [["s1.tif", "s2_3.tif"], /their names differ in more than a number/],
])("%j is refused", (names, message) => {
  expect(() => orderSlices(names)).toThrow(InputError);
  expect(() => orderSlices(names)).toThrow(message);
});

test("several gaps are told at once, but no more than ten", () => {
  const names = Array.from({ length: 40 }, (_, i) => `s${i + Math.floor(i / 3)}.tif`);
  const error = (() => {
    try {
      return orderSlices(names);
    } catch (e) {
      return e as InputError;
    }
  })();
  expect((error as InputError).faults).toHaveLength(10);
});
