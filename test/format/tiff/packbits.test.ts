import { expect, test } from "vitest";
import { decodePackbits } from "../../../lib/format/tiff/packbits.ts";

function decode(hex: string, length: number): string {
  const out = new Uint8Array(length);
  const got = decodePackbits(Buffer.from(hex.replaceAll(" ", ""), "hex"), out);
  return Buffer.from(out.subarray(0, got)).toString("hex");
}

test("the example of Apple's PackBits note, to which TIFF 6.0 section 9 refers", () => {
  const unpacked = "aaaaaa80002aaaaaaaaa80002a22aaaaaaaaaaaaaaaaaaaa";
  expect(decode("fe aa 02 80 00 2a fd aa 03 80 00 2a 22 f7 aa", 24)).toBe(unpacked);
});

test("the longest runs, and -128, which is skipped", () => {
  expect(decode("80 81 05", 128)).toBe("05".repeat(128));
  expect(decode(`7f ${"07".repeat(128)}`, 128)).toBe("07".repeat(128));
});

test("a pad byte or skipped bytes may follow; missing data are reported by the length", () => {
  expect(decode("01 05 06 00", 2)).toBe("0506");
  expect(decode("01 05 06 80 80 80", 2)).toBe("0506");
  expect(decode("01 05 06", 3)).toBe("0506");
});

test("refuses runs beyond the strip, data after it, and data that end inside a run", () => {
  expect(() => decode("02 05 06 07", 2)).toThrow(/beyond the 2 bytes/);
  expect(() => decode("fe 05", 2)).toThrow(/beyond the 2 bytes/);
  expect(() => decode("01 05 06 00 07", 2)).toThrow(/go on beyond the 2 bytes/);
  expect(() => decode("02 05", 3)).toThrow(/end inside a run/);
  expect(() => decode("fe", 3)).toThrow(/end inside a run/);
});
