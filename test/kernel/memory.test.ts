import { expect, test } from "vitest";
import { sourceHash } from "../../bin/kernels.ts";
import { sources } from "../../lib/kernel/binary.js";
import { addressOf, allocate, allocateWords, grown, isKernel, release } from "../../lib/kernel/memory.ts";

test("the binary was made of the sources that are here", () => {
  expect(sources, "npm run kernels").toBe(sourceHash());
});

test("what was allocated stays as it is while the memory grows", () => {
  const early = allocateWords(1000).fill(0xdeadbeef);
  const large = allocate(300_000_000).fill(7);
  expect(new Set(early)).toEqual(new Set([0xdeadbeef]));
  early[3] = 5;
  expect(early[3]).toBe(5);
  expect(addressOf(early) % 16).toBe(0);
  expect(isKernel(early) && isKernel(large)).toBe(true);
  const after = grown(allocate(10).fill(3), 1_000_000, 10);
  expect([...after.subarray(0, 10)]).toEqual(Array(10).fill(3));
  expect(after.length).toBeGreaterThanOrEqual(1_000_000);
  for (const one of [early, large, after]) release(one);
});

test("memory that is given back is given out again", () => {
  const first = allocate(1 << 20);
  release(first);
  const addresses = Array.from({ length: 100 }, () => {
    const one = allocate(1 << 20);
    release(one);
    return one.byteOffset;
  });
  expect(new Set(addresses).size).toBe(1);
});

test("kernels refuse memory that is not theirs, and more than there can be", () => {
  expect(() => addressOf(new Uint8Array(4))).toThrow("its own memory");
  expect(() => allocate(2 ** 31)).toThrow();
});
