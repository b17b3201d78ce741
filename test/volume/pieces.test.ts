import { expect, test } from "vitest";
import { encodePiece, type SurfacePiece } from "../../lib/format/pack.ts";
import type { Vec3 } from "../../lib/format/vec.ts";
import { meshPieces } from "../../lib/volume/mesh/simplify.ts";
import { joinPieces } from "../../lib/volume/mesh/weld.ts";
import { joinPieces as joinPlain } from "../plain/volume/weld.ts";
import { chance, fillVolume, piecesOf } from "./volumes.ts";

const size: Vec3 = [40, 36, 30];
const random = chance(29);
const volume = fillVolume(size, (x, y, z) =>
  Math.hypot(x - 20, y - 18, z - 15) < 11 || random() < 0.02 ? 1 : 0,
);
const pieces = piecesOf(volume, [16, 36, 8]);

test("pieces are joined from what encodePiece made of them, one after another and at any address", () => {
  const encoded = pieces.map((piece) => encodePiece(piece));
  const plain = joinPlain(pieces, size);
  expect(encoded.length).toBeGreaterThan(8);
  expect(joinPieces(encoded, size)).toEqual(plain);
  const runs = [encoded.slice(0, 5), encoded.slice(5)].map((run) => Buffer.concat(run));
  for (const shift of [0, 1, 6]) {
    const shifted = runs.map((run) => Buffer.concat([new Uint8Array(shift), run]).subarray(shift));
    expect(joinPieces(shifted, size)).toEqual(plain);
  }
  expect(meshPieces(runs, size, { error: 0.3 })).toEqual(meshPieces(pieces, size, { error: 0.3 }));
});

/** A strip of triangles in steps of a voxel, with keys at its ends. */
function strip(vertices: number, from: number): SurfacePiece {
  const positions = new Int32Array(3 * vertices);
  const keys = new Float64Array(vertices).fill(-1);
  for (let v = 0; v < vertices; v++) positions.set([32 * (from + (v >> 1)), 32 * (v & 1), 7], 3 * v);
  keys.set([2 * from, 2 * from + 1]);
  keys.set([2 * from + vertices - 2, 2 * from + vertices - 1], vertices - 2);
  const triangles = new Uint32Array(3 * (vertices - 2));
  for (let t = 0; t < vertices - 2; t++) triangles.set([t, t + 1 + (t & 1), t + 2 - (t & 1)], 3 * t);
  return { label: 1, positions, keys, triangles };
}

test("pieces wider than 2,048 voxels, and of more than 65,536 vertices", () => {
  const long: Vec3 = [80_000, 2, 2];
  const strips = [strip(70_000, 0), strip(5000, 34_999), strip(400, 37_498)];
  const encoded = strips.map((piece) => encodePiece(piece));
  // Width of positions and of indices.
  expect(encoded.map((bytes) => [...new Uint32Array(bytes.buffer, 20, 2)])).toEqual([
    [4, 4],
    [4, 2],
    [2, 2],
  ]);
  const joined = joinPieces([Buffer.concat(encoded)], long);
  expect(joined).toEqual(joinPlain(strips, long));
  expect(joined.positions.length / 3).toBe(70_000 + 5000 + 400 - 4);
});

test("what is no whole piece is refused, in the words of who reads it", () => {
  const good = encodePiece(pieces[0]!);
  const changed = (word: number, value: number) => {
    const copy = new Uint8Array(good);
    new Uint32Array(copy.buffer)[word] = value;
    return () => joinPieces([Buffer.concat([good, copy])], size);
  };
  const words = new Uint32Array(good.buffer);
  expect(changed(0, 1)).toThrow(/surface piece/);
  expect(changed(2, 2 ** 31)).toThrow(/header asks for/);
  expect(changed(2, 0)).toThrow(/surface piece/);
  expect(changed(5, 3)).toThrow(/surface piece/);
  expect(changed(words.length - 2, 0xffff_ffff)).toThrow(/names vertex 65535/);
  expect(() => joinPieces([good.subarray(0, good.length - 8)], size)).toThrow(/header asks for/);
  expect(() => joinPieces([good.subarray(0, 12)], size)).toThrow(/no header/);
  const keyed = pieces.find(({ keys }) => keys.filter((key) => key >= 0).length > 1)!;
  const out = encodePiece(keyed);
  const count = new Uint32Array(out.buffer)[3]!;
  const named = new Uint32Array(out.buffer, 40 + 8 * count, count);
  [named[0], named[1]] = [named[1]!, named[0]!];
  expect(() => joinPieces([out, good], size)).toThrow(/out of order/);
});

test("a piece of another volume is refused", () => {
  const outside = { ...pieces[0]!, positions: pieces[0]!.positions.map((p) => p - 32 * 60) };
  expect(() => joinPieces([encodePiece(outside)], size)).toThrow(
    /reaches -.* on axis 0 of a volume of 40,36,30/,
  );
});
