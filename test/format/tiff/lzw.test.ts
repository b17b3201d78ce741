import { expect, test } from "vitest";
import { decodeLzw } from "../../../lib/format/tiff/lzw.ts";

/** Codes as bits, most significant first, the last byte filled with zeros. */
function pack(codes: readonly [code: number, width: number][]): Uint8Array {
  const bits = codes.map(([code, width]) => code.toString(2).padStart(width, "0")).join("");
  return Uint8Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
    Number.parseInt(bits.slice(8 * i, 8 * i + 8).padEnd(8, "0"), 2),
  );
}

function decode(input: Uint8Array, length: number): number[] {
  const out = new Uint8Array(length);
  return [...out.subarray(0, decodeLzw(input, out))];
}

const nine = (...codes: number[]) => pack(codes.map((code) => [code, 9]));

test("the example of TIFF 6.0 section 13, as bytes", () => {
  const input = Uint8Array.from([0x80, 0x01, 0xe0, 0x40, 0x80, 0x44, 0x08, 0x0c, 0x06, 0x80, 0x80]);
  expect(nine(256, 7, 258, 8, 8, 258, 6, 6, 257)).toEqual(input);
  expect(decode(input, 9)).toEqual([7, 7, 7, 8, 8, 7, 7, 6, 6]);
});

test("a code that the table is just about to get repeats the previous string and its first byte", () => {
  expect(decode(nine(256, 1, 258, 259, 257), 6)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(decode(nine(256, 1, 2, 258, 260, 257), 7)).toEqual([1, 2, 1, 2, 1, 2, 1]);
});

test("a long string that overlaps its own copy is copied forward", () => {
  const growing = Array.from({ length: 100 }, (_, i) => 258 + i);
  // 1 + 2 + ... + 101 bytes.
  expect(decode(nine(256, 9, ...growing, 257), 5151)).toEqual(Array(5151).fill(9));
});

test("codes widen one code early, and a full table is kept until it is cleared", () => {
  const codes: [number, number][] = [[256, 9]];
  const literals: number[] = [];
  let next = 258;
  let width = 9;
  for (let i = 0; i < 5000; i++) {
    codes.push([(i * 7) % 256, width]);
    literals.push((i * 7) % 256);
    if (i > 0 && next < 4096 && ++next === 2 ** width - 1 && width < 12) width++;
  }
  codes.push([4095, width], [256, width], [5, 9], [257, 9]);
  // Entry 4095 is the pair made when literal number 3838 had been read.
  expect(decode(pack(codes), 5003)).toEqual([...literals, literals[3837], literals[3838], 5]);
});

test("a missing end code is no fault, missing data are reported by the length", () => {
  expect(decode(nine(256, 7, 258), 3)).toEqual([7, 7, 7]);
  expect(decode(nine(256, 7, 258), 4)).toEqual([7, 7, 7]);
  expect(decode(new Uint8Array(0), 4)).toEqual([]);
});

test("refuses what cannot be", () => {
  expect(() => decode(nine(256, 258, 257), 4)).toThrow(/code 258 .* beyond its table \(258\)/);
  expect(() => decode(nine(256, 7, 260, 257), 4)).toThrow(/code 260 .* beyond its table \(259\)/);
  expect(() => decode(nine(256, 7, 8, 9, 257), 2)).toThrow(/go on beyond the 2 bytes/);
  expect(() => decode(nine(256, 7, 258, 257), 2)).toThrow(/go on beyond the 2 bytes/);
  expect(() => decode(Uint8Array.from([0, 1, 0, 0]), 4)).toThrow(/old-style LZW/);
});

test("behind the last sample only zero bits are padding", () => {
  const padded = nine(256, 7, 0);
  expect(decode(padded, 1)).toEqual([7]);
  expect(() => decode(padded.with(padded.length - 1, 1), 1)).toThrow(/go on beyond the 1 bytes/);
});
