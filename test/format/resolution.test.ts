import { expect, test } from "vitest";
import { parseResolution } from "../../lib/format/resolution.ts";

test.each([
  ["798x798x2000nm", [798, 798, 2000]],
  ["4x4x40", [4, 4, 40]],
  ["0.798x0.798x2um", [798, 798, 2000]],
  ["0.0046x4.6x47.5 µm", [4.6, 4600, 47500]],
  ["1x1x2mm", [1e6, 1e6, 2e6]],
])("%s", (text, expected) => {
  expect(parseResolution(text)).toEqual(expected);
});

test.each(["798", "8x8", "8x8x8inch", "0x8x8nm", "-8x8x8", "axbxc", "1..2x8x8", ""])("refuses %j", (text) => {
  expect(() => parseResolution(text)).toThrow(/--resolution: .*is not three voxel sizes/);
});
