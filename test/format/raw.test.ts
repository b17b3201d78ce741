import { expect, test } from "vitest";
import { addLabel, createLabels, idText } from "../../lib/format/label.ts";
import { decodeRaw, encodeRaw } from "../../lib/format/raw.ts";
import { cutView, wholeView } from "../../lib/format/view.ts";

test("raw chunks are little-endian ids, x fastest", () => {
  const table = createLabels();
  const a = addLabel(table, 0x0201, 0);
  const b = addLabel(table, 0x04030201, 0x08070605);
  const labels = Uint32Array.of(0, a, b, 0, a, a, b, b);
  const whole = wholeView(labels, [4, 2, 1]);
  const part = cutView(whole, [1, 0, 0], [2, 2, 1]);
  expect([...encodeRaw(part, table, { dataType: "uint64" })]).toEqual([
    ...[1, 2, 0, 0, 0, 0, 0, 0],
    ...[1, 2, 3, 4, 5, 6, 7, 8],
    ...[1, 2, 0, 0, 0, 0, 0, 0],
    ...[1, 2, 3, 4, 5, 6, 7, 8],
  ]);
  expect([...encodeRaw(cutView(whole, [0, 0, 0], [2, 1, 1]), table, { dataType: "uint16" })]).toEqual([
    0, 0, 1, 2,
  ]);
});

test.each([
  ["uint8", [7, 255], ["7", "255"]],
  ["uint16", [1, 2, 255, 255], ["513", "65535"]],
  ["uint32", [255, 255, 255, 255, 1, 0, 0, 0], ["4294967295", "1"]],
  [
    "uint64",
    [0, 0, 0, 0, 0, 0, 0, 128, 1, 0, 0, 0, 0, 0, 32, 0],
    ["9223372036854775808", "9007199254740993"],
  ],
] as const)("decodes %s", (dataType, bytes, ids) => {
  const table = createLabels();
  const target = wholeView(new Uint32Array(2), [2, 1, 1]);
  // An odd offset into a larger buffer: samples need not be aligned.
  const odd = Uint8Array.from([99, ...bytes]).subarray(1);
  decodeRaw(odd, table, { dataType, target });
  expect(Array.from(target.labels, (label) => idText(table, label))).toEqual(ids);
});

test("a chunk of the wrong length is refused", () => {
  const target = wholeView(new Uint32Array(2), [2, 1, 1]);
  expect(() => decodeRaw(new Uint8Array(3), createLabels(), { dataType: "uint16", target })).toThrow(
    /3 bytes.*needs 4/,
  );
});
