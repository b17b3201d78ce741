import { expect, test } from "vitest";
import { decodePiece, encodePiece, type SurfacePiece, splitPieces } from "../../lib/format/pack.ts";

const small: SurfacePiece = {
  label: 4_000_000_000,
  positions: Int32Array.of(-16, 0, 100, 65_519, 7, -5, 3, 3, 3),
  keys: Float64Array.of(-1, 2 ** 52 + 1, 0),
  triangles: Uint32Array.of(0, 2, 1),
};

/** Written out by hand from the description in pack.ts. */
const words = [
  [0x314d504e, 4_000_000_000, 3, 2, 1, 2, 2], // "NPM1", label, vertices, keyed, triangles, widths
  [0xfffffff0, 0, 0xfffffffb], // origin -16, 0, -5
  [1, 0x43300000, 0, 0], // keys 2^52 + 1 and 0 as float64
  [1, 2], // of the vertices 1 and 2
  [0x0000_0000, 0xffff_0069, 0x0000_0007, 0x0003_0013, 0x0000_0008, 0], // positions from the origin
  [0x0002_0000, 0x0000_0001], // indices
].flat();

test("a piece is packed as described, with 16-bit numbers where they fit", () => {
  expect(new Uint32Array(encodePiece(small).buffer)).toEqual(Uint32Array.from(words));
});

test("a piece is read back from any place in a buffer", () => {
  const packed = encodePiece(small);
  const shifted = new Uint8Array(packed.length + 3);
  shifted.set(packed, 3);
  expect(decodePiece(shifted.subarray(3))).toEqual(small);
});

test("a piece wider than 2,048 voxels or of more than 65,536 vertices takes 32-bit numbers", () => {
  const vertices = 65_537;
  const piece: SurfacePiece = {
    label: 1,
    positions: Int32Array.from({ length: 3 * vertices }, (_, i) => i * 9 - 70_000),
    keys: new Float64Array(vertices).fill(-1),
    triangles: Uint32Array.of(0, 65_536, 1),
  };
  const packed = encodePiece(piece);
  expect(packed.length).toBe(40 + 12 * vertices + 4 + 16);
  expect(decodePiece(packed)).toEqual(piece);
});

test("bytes that are no whole piece are refused", () => {
  const packed = encodePiece(small);
  expect(() => decodePiece(packed.subarray(0, packed.length - 8))).toThrow(/header asks for/);
  expect(() => decodePiece(packed.with(0, 0))).toThrow(/surface piece/);
  expect(() => decodePiece(packed.subarray(0, 12))).toThrow(/no header/);
});

test("a piece that names what it does not hold is refused, whatever its header claims", () => {
  const changed = (...changes: [number, number][]) => {
    const copy = Uint32Array.from(words);
    for (const [word, value] of changes) copy[word] = value;
    return () => decodePiece(new Uint8Array(copy.buffer));
  };
  const header = new Uint8Array(Uint32Array.of(0x314d504e, 1, 2 ** 31, 0, 0, 0, 2, 0, 0, 0).buffer);
  expect(() => decodePiece(header)).toThrow(/^surface piece of 40 bytes: its header asks for 40$/);
  expect(changed([22, 0x0003_0000])).toThrow(/names vertex 3 of 3/);
  expect(changed([14, 2])).toThrow(/vertex 2 of 3 is out of order/);
  expect(changed([15, 3])).toThrow(/vertex 3 of 3 is out of order/);
  expect(changed([13, 0xbff0_0000])).toThrow(/key -1 of vertex 2/);
  expect(changed()()).toEqual(small);
});

test("pieces one after another are cut apart, and the last must be whole", () => {
  const packed = encodePiece(small);
  const both = Buffer.concat([packed, packed]);
  expect([...splitPieces(both)].map((piece) => decodePiece(piece))).toEqual([small, small]);
  expect([...splitPieces(new Uint8Array(0))]).toEqual([]);
  expect(() => [...splitPieces(both.subarray(0, both.length - 8))]).toThrow(/header asks for/);
  expect(() => [...splitPieces(both.subarray(0, packed.length + 8))]).toThrow(/no header/);
});
