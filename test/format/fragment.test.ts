import { expect, test } from "vitest";
import { decodeFragment, encodeFragment, encodeManifest } from "../../lib/format/fragment.ts";

/** Written out by hand from the format's description: count, three vertices, one triangle. */
const bytes = Uint8Array.from(
  [
    [3, 0, 0, 0],
    [0, 0, 0, 0], // 0
    [0, 0, 128, 63], // 1
    [0, 0, 0, 192], // -2
    [0, 0, 0, 63], // 0.5
    [0, 128, 71, 68], // 798
    [0, 0, 250, 68], // 2000
    [0, 36, 116, 73], // 1000000
    [0, 0, 0, 0],
    [0, 0, 128, 191], // -1
    [0, 0, 0, 0],
    [2, 0, 0, 0],
    [1, 0, 0, 0],
  ].flat(),
);
const positions = Float32Array.of(0, 1, -2, 0.5, 798, 2000, 1e6, 0, -1);
const indices = Uint32Array.of(0, 2, 1);

test("a fragment is the count, float32 vertices and uint32 triples, little-endian", () => {
  expect(encodeFragment(positions, indices)).toEqual(bytes);
});

test("a fragment is read back from any place in a buffer", () => {
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  expect(decodeFragment(shifted.subarray(1))).toEqual({ positions, indices });
});

test.each([
  ["too short for a count", bytes.subarray(0, 3), /3 bytes/],
  ["cut in the vertices", bytes.subarray(0, 20), /does not fit its 3 vertices/],
  ["cut inside a triangle", bytes.subarray(0, bytes.length - 4), /does not fit/],
  ["naming a missing vertex", bytes.with(bytes.length - 4, 3), /names vertex 3 of 3/],
])("a fragment %s is refused", (_, broken, message) => {
  expect(() => decodeFragment(broken)).toThrow(message);
});

test("arrays that are no triples are refused", () => {
  expect(() => encodeFragment(positions.subarray(1), indices)).toThrow(/not triples/);
  expect(() => encodeFragment(positions, indices.subarray(1))).toThrow(/not triples/);
});

test("a manifest names the fragments", () => {
  expect(new TextDecoder().decode(encodeManifest(["mesh.18446744073709551615.18446744073709551615"]))).toBe(
    '{"fragments":["mesh.18446744073709551615.18446744073709551615"]}',
  );
});
