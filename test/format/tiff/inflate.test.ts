import { constants, deflateSync, inflateSync } from "node:zlib";
import { zlibSync } from "fflate";
import { expect, test } from "vitest";
import { decodeDeflate } from "../../../lib/format/tiff/inflate.ts";
import { allocate, release } from "../../../lib/kernel/memory.ts";
import { type Chance, chanceOf } from "../../fuzz/chance.ts";
import { mutateBytes } from "../../fuzz/mutate.ts";

/** Bits of deflate blocks as text, each field first bit first, as a zlib stream of the data. */
function stream(bits: string, data: Uint8Array): Uint8Array {
  const text = bits.replaceAll(/[^01]/g, "");
  const bytes = Array.from({ length: Math.ceil(text.length / 8) }, (_, i) =>
    [...text.slice(8 * i, 8 * i + 8)].reduce((sum, bit, at) => sum + (Number(bit) << at), 0),
  );
  const sum = deflateSync(data).subarray(-4);
  return Uint8Array.from([0x78, 0x9c, ...bytes, ...sum]);
}

function decode(input: Uint8Array, length: number): number[] {
  const out = new Uint8Array(length);
  return [...out.subarray(0, decodeDeflate(input, out))];
}

const bytes = (...values: number[]) => Uint8Array.from(values);

test("literal streams: stored, fixed codes, and codes of one bit", () => {
  // RFC 1951 section 3.2.6: literals 0 to 143 are 00110000 onwards, 256 is 0000000, length 3 is 0000001.
  expect(decode(stream("1 10  00110111 0000000", bytes(7)), 1)).toEqual([7]);
  expect(decode(stream("1 10  00110111 0000001 00000 0000000", bytes(7, 7, 7, 7)), 4)).toEqual([7, 7, 7, 7]);
  const stored = `1 00 00000  10100000 00000000  01011111 11111111  11100000 00010000 10010000 01010000 00110000`;
  expect(decode(stream(stored, bytes(7, 8, 9, 10, 12)), 5)).toEqual([7, 8, 9, 10, 12]);
  // Code lengths 1 and 18 of one bit each; 256 has one bit, of which only 0 is a code, and there is no distance.
  const alone = `1 01 00000 00000 0111  ${"000".repeat(2)} 100 ${"000".repeat(14)} 100`;
  const lengths = "1 1111111 1 1101011 0 0";
  expect(decode(stream(`${alone} ${lengths} 0`, bytes()), 4)).toEqual([]);
  expect(() => decode(stream(`${alone} ${lengths} 1 0000000`, bytes()), 4)).toThrow(
    "invalid literal/length code",
  );
});

const five = bytes(1, 2, 3, 4, 5);
const good = deflateSync(five);
test.each([
  [bytes(), "unexpected end of file"],
  [bytes(0x78), "unexpected end of file"],
  [good.subarray(0, -1), "unexpected end of file"],
  [good.with(-1, good.at(-1)! ^ 1), "incorrect data check"],
  [good.with(1, 0x9d), "incorrect header check"],
  [bytes(0x77, 0x09), "unknown compression method"],
  [bytes(0x88, 0x1c), "invalid window size"],
  [bytes(0x78, 0xbb, 0, 0, 0, 0), "Missing dictionary"],
  [stream("1 11", bytes()), "invalid block type"],
  [stream("1 00 00000 00000000 00000000 00000000 00000000", bytes()), "invalid stored block lengths"],
  [stream("1 10 0000001 00000", bytes()), "invalid distance too far back"],
  [stream("1 10 00110111 0000001 11111", bytes()), "invalid distance code"],
  [stream("1 10 11000110", bytes()), "invalid literal/length code"],
  [stream("1 01 01111 00000 0000", bytes()), "too many length or distance symbols"],
  [stream(`1 01 00000 00000 0000 ${"100".repeat(4)}`, bytes()), "invalid code lengths set"],
  [deflateSync(bytes(1, 2, 3, 4, 5, 6)), "the data go on beyond the 5 bytes of the strip"],
])("%# is refused in zlib's words", (input, words) => {
  expect(() => decode(input, 5)).toThrow(words);
  if (!words.includes("go on")) expect(() => inflateSync(input)).toThrow(words);
});

test("what follows the stream does not matter, and a short stream is told by its length", () => {
  expect(decode(bytes(...good, 0, 1, 2), 5)).toEqual([...five]);
  expect(decode(good, 9)).toEqual([...five]);
  expect(decode(deflateSync(bytes()), 0)).toEqual([]);
});

/** Labels and what is not like them: few values or many, long runs, repeats from near and from far. */
function samples(chance: Chance): Uint8Array {
  const out = new Uint8Array(chance.below(chance.one([8, 300, 5000, 100_000])));
  const stay = chance.one([1, 3, 30, 1000]);
  const apart = chance.one([1, 2, 3, 4, 5, 7, 8, 13, 16, 17, 24, 40, 300, 2048, 32_768]);
  const most = chance.one([2, 20, 256]);
  for (let i = 0; i < out.length; i++)
    out[i] = i < apart || chance.once(stay) ? chance.below(most) : out[i - apart]!;
  return out;
}

const { Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED } = constants;

function packed(chance: Chance, data: Uint8Array): Uint8Array {
  if (chance.once(4)) return zlibSync(data, { level: chance.one([0, 1, 4, 6, 9] as const) });
  return deflateSync(data, {
    level: chance.one([0, 1, 3, 6, 9]),
    strategy: chance.one([
      Z_DEFAULT_STRATEGY,
      Z_DEFAULT_STRATEGY,
      Z_FILTERED,
      Z_HUFFMAN_ONLY,
      Z_RLE,
      Z_FIXED,
    ]),
    memLevel: chance.one([1, 8, 9]),
    windowBits: chance.one([9, 12, 15]),
  });
}

/** The bytes by ours, between others that must stay as they are; or the refusal. */
function ours(input: Uint8Array, room: number, margin: number): Uint8Array | string {
  const memory = allocate(margin + room + 64).fill(0xa5);
  try {
    const length = decodeDeflate(input, memory.subarray(margin, margin + room));
    return new Uint8Array(memory.subarray(margin, margin + length));
  } catch (error) {
    return (error as Error).message;
  } finally {
    const around = [...memory.subarray(0, margin), ...memory.subarray(margin + room)];
    expect(
      around.every((byte) => byte === 0xa5),
      "writes outside its output",
    ).toBe(true);
    release(memory);
  }
}

function theirs(input: Uint8Array, room: number): Uint8Array | string {
  try {
    const all = new Uint8Array(inflateSync(input, { maxOutputLength: 4_000_000 }));
    return all.length > room ? `the data go on beyond the ${room} bytes of the strip` : all;
  } catch (error) {
    return (error as Error).message;
  }
}

test("thousands of streams, right and damaged, read as zlib reads them or are refused by both", () => {
  const tally = { read: 0, refused: 0 };
  for (let number = 0; number < 4000; number++) {
    const chance = chanceOf("inflate", 1, number);
    const data = samples(chance);
    const right = packed(chance, data);
    const input = chance.once(3) ? right : new Uint8Array(mutateBytes(chance, right));
    const room = chance.once(4) ? chance.below(2 * data.length + 2) : data.length;
    const [got, meant] = [ours(input, room, chance.below(40)), theirs(input, room)];
    if (typeof meant === "string") {
      // Of two faults they may meet another one first.
      expect(typeof got, `stream ${number}: zlib says ${meant}`).toBe("string");
      tally.refused++;
      continue;
    }
    if (typeof got === "string") throw new Error(`stream ${number} is refused: ${got}`);
    expect(Buffer.compare(got, meant), `stream ${number}`).toBe(0);
    tally.read++;
  }
  expect(tally.read).toBeGreaterThan(1000);
  expect(tally.refused).toBeGreaterThan(1000);
}, 120_000);
