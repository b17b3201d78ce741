import { gunzipSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { gunzip, gzip } from "../../lib/format/gzip.ts";
import { allocate, release } from "../../lib/kernel/memory.ts";
import { type Chance, chanceOf } from "../fuzz/chance.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const utf8 = new TextEncoder();

function expectReadable(bytes: Uint8Array): Uint8Array {
  const file = gzip(bytes);
  expect(Buffer.compare(gunzipSync(file), bytes)).toBe(0);
  // What does not shrink is stored.
  const most = bytes.length + 23 + 5 * Math.ceil(bytes.length / 4000);
  expect(file.length).toBeLessThanOrEqual(most);
  const ofWords = gzip(bytes, "words");
  expect(Buffer.compare(gunzipSync(ofWords), bytes)).toBe(0);
  expect(ofWords.length).toBeLessThanOrEqual(most);
  return file;
}

test("header, fixed code, CRC and length, as RFC 1951 and 1952 have them", () => {
  // Bits of the block, first one lowest: 1, 01, then the end 0000000; of "a" 10010001 before it.
  expect(hex(gzip(new Uint8Array(0)))).toBe(`1f8b08000000000000ff${"0300"}${"00000000"}${"00000000"}`);
  expect(hex(gzip(utf8.encode("a")))).toBe(`1f8b08000000000000ff${"4b0400"}${"43beb7e8"}${"01000000"}`);
});

test("what cannot be shortened is stored in parts of 65,535 bytes", () => {
  const chance = chanceOf("stored", 0, 0);
  const noise = Uint8Array.from({ length: 4000 }, () => chance.word());
  const file = expectReadable(noise);
  expect(file.length).toBe(10 + 5 + 4000 + 8);
  expect(hex(file.subarray(10, 15))).toBe("01a00f5ff0");
  expectReadable(Uint8Array.from({ length: 500_000 }, () => chance.word()));
});

/** Bytes of one kind or another: runs, words that repeat, text, counters, noise, and what lies between. */
function makeBytes(chance: Chance, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const [values, stay, back] = [
    chance.one([1, 2, 16, 256]),
    chance.one([1, 5, 500]),
    chance.one([3, 40, 2000]),
  ];
  let byte = 0;
  for (let at = 0; at < length; ) {
    if (chance.once(stay)) byte = chance.below(values);
    bytes[at++] = byte;
    if (at > 4 && chance.once(back)) {
      const distance = 1 + chance.below(Math.min(at, chance.one([4, 300, 32_768, 40_000])));
      for (let n = chance.one([3, 4, 11, 258, 700]); n > 0 && at < length; n--, at++)
        bytes[at] = bytes[at - distance]!;
    }
  }
  return bytes;
}

test("bytes of all kinds and lengths: node:zlib reads them back", () => {
  const chance = chanceOf("gzip", 0, 0);
  for (let length = 0; length < 300; length++) expectReadable(makeBytes(chance, length));
  for (let i = 0; i < 200; i++)
    expectReadable(makeBytes(chance, chance.below(chance.one([1000, 70_000, 400_000]))));
  // One kind after the other: blocks with codes of their own.
  for (let i = 0; i < 10; i++) {
    const parts = Array.from({ length: 8 }, () => makeBytes(chance, chance.below(60_000)));
    expectReadable(new Uint8Array(Buffer.concat(parts)));
  }
});

test("very unequal frequencies: no code is longer than 15 bits", () => {
  const parts: Uint8Array[] = [];
  for (let value = 0, n = 1, before = 1; n < 150_000; value++) {
    parts.push(new Uint8Array(n).fill(value * 7));
    [n, before] = [n + before, n];
  }
  const bytes = new Uint8Array(Buffer.concat(parts));
  // Shuffled, so that there are literals rather than runs.
  const chance = chanceOf("shuffle", 0, 0);
  for (let i = bytes.length - 1; i > 0; i--) {
    const j = chance.below(i + 1);
    [bytes[i], bytes[j]] = [bytes[j]!, bytes[i]!];
  }
  expectReadable(bytes);
});

test("no longer than level 6 of zlib for words that repeat and for runs, and little longer for text", () => {
  const chance = chanceOf("size", 0, 0);
  const words = new Uint32Array(60_000);
  for (let i = 0; i < words.length; i++)
    words[i] = chance.once(5) ? chance.below(1000) * 65_537 : (words[i - 1 - chance.below(16)] ?? 0);
  const text = utf8.encode(
    Array.from({ length: 20_000 }, () => `{"id":"${chance.below(2000)}","n":${chance.below(50)}}`).join(","),
  );
  const ratio = (bytes: Uint8Array) => expectReadable(bytes).length / gzipSync(bytes, { level: 6 }).length;
  expect(ratio(new Uint8Array(words.buffer))).toBeLessThan(1);
  expect(ratio(new Uint8Array(1_000_000))).toBeLessThan(1.1);
  expect(ratio(text)).toBeLessThan(1.1);
});

test("of words: little longer than level 6 of zlib for those that repeat, at any place", () => {
  const chance = chanceOf("words", 0, 0);
  // Beyond 2^23, from where a place that was never seen is farther away than 2^31.
  const words = new Uint32Array(2_500_000);
  for (let i = 0; i < words.length; i++)
    words[i] = chance.once(3) ? chance.word() : (words[i - 1 - chance.below(100)] ?? 0);
  const bytes = new Uint8Array(words.buffer);
  const file = gzip(bytes, "words");
  expect(Buffer.compare(gunzipSync(file), bytes)).toBe(0);
  expect(file.length / gzipSync(bytes, { level: 6 }).length).toBeLessThan(1.1);
});

test("bytes in kernel memory, and again after others", () => {
  const chance = chanceOf("again", 0, 0);
  const bytes = makeBytes(chance, 50_000);
  const own = allocate(bytes.length);
  own.set(bytes);
  const file = hex(gzip(bytes));
  expect(hex(gzip(own))).toBe(file);
  gzip(makeBytes(chance, 90_000));
  expect(hex(gzip(bytes))).toBe(file);
  release(own);
});

test("what is unzipped: of any length, of several members, and not what is damaged", () => {
  const chance = chanceOf("gunzip", 0, 0);
  for (const length of [0, 1, 1000, 70_000, 3_000_000]) {
    const bytes = makeBytes(chance, length);
    for (const file of [gzip(bytes), gzipSync(bytes)]) {
      expect(Buffer.compare(gunzip(file), bytes)).toBe(0);
      expect(() => gunzip(file.subarray(0, file.length - 1))).toThrow("unexpected end of file");
      const other = new Uint8Array(file);
      other[file.length - 1]! ^= 1;
      expect(() => gunzip(other)).toThrow("incorrect length check");
    }
  }
  const both = Buffer.concat([gzip(utf8.encode("one ")), gzip(utf8.encode("two"))]);
  expect(new TextDecoder().decode(gunzip(both))).toBe("one two");
  expect(() => gunzip(Uint8Array.of(1, 2, 3))).toThrow("incorrect header check");
});
