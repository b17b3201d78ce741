import { expect, test } from "vitest";
import { colorText, segmentColor } from "../../lib/format/color.ts";

test("colours are those of neuroglancer 2.41.2 (SegmentColorHash, seed 0), both words of the id counting", () => {
  // Written down from a run of neuroglancer's own hash_function.js and colorspace.js.
  const golden = [
    [1n, "#5e80ff"],
    [2n, "#ff3578"],
    [3n, "#9bff0c"],
    [42n, "#6674ff"],
    [1042n, "#44ff44"],
    [4294967295n, "#ffb534"],
    [4294967296n, "#6ff0ff"],
    [9007199254740993n, "#ff30e4"],
    [10330565667105460571n, "#d86fff"],
    [18446744073709551615n, "#d3ff03"],
  ] as const;
  for (const [id, color] of golden) {
    const [lo, hi] = [Number(id & 0xffffffffn), Number(id >> 32n)];
    const expected = Number.parseInt(color.slice(1), 16);
    // The viewer reckons in float32: a half may be rounded the other way.
    for (const shift of [16, 8, 0]) {
      const off = ((segmentColor(lo, hi) >> shift) & 255) - ((expected >> shift) & 255);
      expect(Math.abs(off), `${id} ${colorText(segmentColor(lo, hi))} ${color}`).toBeLessThanOrEqual(1);
    }
  }
});

test("small numbers keep their zeros", () => {
  expect(colorText(0x00000f)).toBe("#00000f");
});
