import { expect, test } from "vitest";
import { decodeLzw } from "../../../lib/format/tiff/lzw.ts";
import { decodePackbits } from "../../../lib/format/tiff/packbits.ts";
import { swapBytes, unpredict } from "../../../lib/format/tiff/predictor.ts";
import { allocate, release } from "../../../lib/kernel/memory.ts";
import { type Chance, chanceOf } from "../../fuzz/chance.ts";
import { mutateBytes } from "../../fuzz/mutate.ts";
import { packStrip } from "../../fuzz/tiff/pack.ts";
import * as plainLzw from "../../plain/format/tiff/lzw.ts";
import * as plainPackbits from "../../plain/format/tiff/packbits.ts";
import * as plainPredictor from "../../plain/format/tiff/predictor.ts";

/** 8-byte labels and bytes: runs, and rows that repeat the one before. */
function labels(chance: Chance): Uint8Array {
  const out = new Uint8Array(chance.below(chance.one([20, 400, 60_000])));
  const [size, stay, row] = [chance.one([1, 2, 4, 8]), chance.one([2, 20, 400]), chance.one([64, 1000])];
  let value = chance.word();
  for (let i = 0; i < out.length; i++) {
    if (i % size === 0 && chance.once(stay)) value = chance.word();
    out[i] = i >= row && !chance.once(50) ? out[i - row]! : value >>> (8 * (i % size));
  }
  return out;
}

type Decoder = (input: Uint8Array, out: Uint8Array) => number;

/** What a decoder makes of a strip and the fault that it finds; the bytes around must stay as they are. */
function outcome(decode: Decoder, input: Uint8Array, memory: Uint8Array): { bytes: Buffer; fault: string } {
  memory.fill(0xa5);
  const out = memory.subarray(24, -40);
  let length = 0;
  let fault = "";
  try {
    length = decode(input, out);
  } catch (error) {
    fault = (error as Error).message;
  }
  const around = [...memory.subarray(0, 24), ...memory.subarray(-40)];
  expect(
    around.every((byte) => byte === 0xa5),
    "writes outside its output",
  ).toBe(true);
  return { bytes: Buffer.from(out.subarray(0, length)), fault };
}

test.each([
  ["LZW", 5, decodeLzw, plainLzw.decodeLzw],
  ["PackBits", 32773, decodePackbits, plainPackbits.decodePackbits],
])(
  "%s: strips, right and damaged, give the bytes and the words of the plain decoder",
  (name, code, kernel, plain) => {
    const tally = { right: 0, refused: 0 };
    for (let number = 0; number < 2000; number++) {
      const chance = chanceOf(name, 2, number);
      const data = labels(chance);
      const packed = packStrip(chance, code, data);
      const input = chance.once(2) ? packed : new Uint8Array(mutateBytes(chance, packed));
      const room = chance.once(4) ? chance.below(2 * data.length + 2) : data.length;
      const memory = allocate(24 + room + 40);
      const [got, meant] = [
        outcome(kernel, input, memory),
        outcome(plain, input, new Uint8Array(24 + room + 40)),
      ];
      release(memory);
      expect(got.fault, `strip ${number}`).toBe(meant.fault);
      expect(got.bytes.equals(meant.bytes), `strip ${number}`).toBe(true);
      tally[meant.fault === "" ? "right" : "refused"]++;
    }
    expect(Math.min(tally.right, tally.refused)).toBeGreaterThan(200);
  },
  60_000,
);

test.each([1, 2, 4, 8] as const)(
  "samples of %i bytes are summed and swapped as by the plain functions",
  (bytes) => {
    for (let number = 0; number < 300; number++) {
      const chance = chanceOf("rows", 3, number);
      const [width, rows] = [1 + chance.below(100), 1 + chance.below(5)];
      const data = Uint8Array.from({ length: width * rows * bytes }, () => chance.word());
      const memory = allocate(data.length + 32).fill(0xa5);
      // Anywhere, as strips that are decoded right into a window of odd width are.
      const from = bytes * chance.below(3);
      const samples = memory.subarray(from, from + data.length);
      samples.set(data);
      const meant = new Uint8Array(data);
      unpredict(samples, width, bytes);
      plainPredictor.unpredict(meant, width, bytes);
      expect(new Uint8Array(samples)).toEqual(meant);
      swapBytes(samples, bytes);
      plainPredictor.swapBytes(meant, bytes);
      expect(new Uint8Array(samples)).toEqual(meant);
      const around = [...memory.subarray(0, from), ...memory.subarray(from + data.length)];
      expect(around.every((byte) => byte === 0xa5)).toBe(true);
      release(memory);
    }
  },
);
