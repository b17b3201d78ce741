import { expect, test } from "vitest";
import { bytesText, grouped, lengthText, volumeText } from "../../lib/format/page/quantity.ts";

const plain = (text: string) => text.replaceAll("\u00a0", " ");

test("numbers are grouped by thousands, before the point only", () => {
  expect([0, 999, 1000, 1234567, 1234.5678, -64].map(grouped)).toEqual([
    "0",
    "999",
    "1,000",
    "1,234,567",
    "1,234.5678",
    "-64",
  ]);
});

test("lengths, volumes and bytes have three digits in the unit that suits them", () => {
  expect([16, 798, 4096, 495_558, 1_121_988, 2.5e9].map(lengthText).map(plain)).toEqual([
    "16 nm",
    "798 nm",
    "4.10 µm",
    "496 µm",
    "1.12 mm",
    "2.50 m",
  ]);
  // 579,958 voxels of 798 x 798 x 2000 nm.
  const volumes = [12, 810_577_920, 579_958 * 798 * 798 * 2000, 2.5e18];
  expect(volumes.map(volumeText).map(plain)).toEqual(["12 nm³", "0.811 µm³", "738,639 µm³", "2.50 mm³"]);
  expect([0, 1, 999, 12_345_678, 3e12].map(bytesText).map(plain)).toEqual([
    "0 bytes",
    "1 byte",
    "999 bytes",
    "12.3 MB",
    "3.00 TB",
  ]);
});
