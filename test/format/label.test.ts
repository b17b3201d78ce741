import { expect, test } from "vitest";
import { addLabel, createLabels, idText, sortLabels } from "../../lib/format/label.ts";
import { labelRun, samplesOf } from "../../lib/format/samples.ts";

const words = (ids: bigint[]) => new Uint8Array(BigUint64Array.from(ids).buffer);

test("uint64 ids keep every digit and come out in the order of their values", () => {
  const ids = [2n ** 64n - 1n, 5n, 2n ** 53n + 1n, 2n ** 53n, 2n ** 63n, 0n, 2n ** 32n + 5n, 5n];
  const table = createLabels();
  const labels = new Uint32Array(ids.length);
  expect(labelRun(table, samplesOf(words(ids), 64), { from: 0, count: ids.length, labels, at: 0 })).toBe(-1);
  sortLabels(table, labels);
  expect(Array.from(labels, (label) => idText(table, label))).toEqual(ids.map(String));
  expect(Array.from({ length: table.count }, (_, label) => idText(table, label))).toEqual([
    "0",
    "5",
    "4294967301",
    "9007199254740992",
    "9007199254740993",
    "9223372036854775808",
    "18446744073709551615",
  ]);
});

test("label 0 is background even if the volume has none", () => {
  const table = createLabels();
  const labels = new Uint32Array(2);
  labelRun(table, samplesOf(Uint8Array.of(9, 3), 8), { from: 0, count: 2, labels, at: 0 });
  sortLabels(table, labels);
  expect(Array.from(labels)).toEqual([2, 1]);
  expect(idText(table, 0)).toBe("0");
});

test("many ids: the table grows, and finds each again", () => {
  const table = createLabels();
  for (let i = 0; i < 50_000; i++) expect(addLabel(table, i, i % 7)).toBe(i === 0 ? 0 : i);
  for (let i = 0; i < 50_000; i += 997) expect(addLabel(table, i, i % 7)).toBe(i);
});

test.each([
  { bits: 8 as const, bytes: Uint8Array.of(1, 200), at: 1 },
  { bits: 16 as const, bytes: new Uint8Array(Uint16Array.of(7, 8, 300).buffer), at: 2 },
  { bits: 32 as const, bytes: new Uint8Array(Uint32Array.of(128, 0).buffer), at: 0 },
  { bits: 64 as const, bytes: words([3n, 2n ** 40n]), at: 1 },
])("an id above the limit is refused with its place, $bits bits", ({ bits, bytes, at }) => {
  const table = createLabels({ lo: 127, hi: 0 });
  const count = (bytes.length * 8) / bits;
  expect(
    labelRun(table, samplesOf(bytes, bits), { from: 0, count, labels: new Uint32Array(count), at: 0 }),
  ).toBe(at);
});
