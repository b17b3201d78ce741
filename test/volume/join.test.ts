import { expect, test } from "vitest";
import type { SurfacePiece } from "../../lib/format/pack.ts";
import type { Vec3 } from "../../lib/format/vec.ts";
import { joinPieces } from "../../lib/volume/mesh/weld.ts";
import { joinPieces as joinPlain } from "../plain/volume/weld.ts";
import { chance, fillVolume, piecesOf } from "./volumes.ts";

const random = chance(23);

test("the kernel joins as the plain code does: pieces in any order, one or many", () => {
  for (const [size, step] of [
    [
      [20, 18, 16],
      [4, 6, 2],
    ],
    [
      [9, 40, 3],
      [4096, 8, 2],
    ],
    [
      [12, 12, 12],
      [4096, 4096, 4096],
    ],
  ] as [Vec3, Vec3][]) {
    for (const fill of [0.1, 0.6]) {
      const volume = fillVolume(size, () => (random() < fill ? 1 : 0));
      for (const cluster of [true, false]) {
        const pieces = piecesOf(volume, step, cluster);
        const shuffled = pieces.toSorted(() => random() - 0.5);
        expect(joinPieces(shuffled, size)).toEqual(joinPlain(pieces, size));
      }
    }
  }
});

/** Pieces of one triangle each, somewhere in a volume longer than 2^16 clusters, with keys above 2^32. */
test("far apart and with large keys", () => {
  const size: Vec3 = [500_000, 400_000, 300_000];
  const pieces = Array.from({ length: 300 }, (_, i): SurfacePiece => {
    const at = size.map((along) => 4 * Math.floor((random() * (along - 8)) / 4) * 32 + 32);
    const [x, y, z] = at as [number, number, number];
    return {
      label: 1,
      positions: Int32Array.of(x, y, z, x + 32, y, z, x, y + 64, z + (i % 3)),
      keys: Float64Array.of(i % 2 === 0 ? -1 : 2 ** 44 + 7 * i, -1, 2 ** 47 + i),
      triangles: Uint32Array.of(
        ...([
          [0, 1, 2],
          [1, 2, 0],
          [2, 0, 1],
        ][i % 3] as number[]),
      ),
    };
  });
  // The second half shares a vertex with the first.
  const shared = pieces.map((piece, i) => (i < 150 ? piece : sharing(piece, pieces[i - 150]!)));
  const joined = joinPieces(shared, size);
  expect(joined).toEqual(joinPlain(shared, size));
  expect(joined.positions.length).toBe(3 * (900 - 150));
});

function sharing(piece: SurfacePiece, other: SurfacePiece): SurfacePiece {
  const positions = piece.positions.slice();
  positions.set(other.positions.subarray(6, 9), 6);
  return { ...piece, positions, keys: Float64Array.of(-1, -1, other.keys[2]!) };
}

test("nothing joins to nothing, and an index beyond its piece is refused", () => {
  expect(joinPieces([], [1, 1, 1])).toEqual({ positions: new Float32Array(0), indices: new Uint32Array(0) });
  const piece = {
    label: 1,
    positions: new Int32Array(9),
    keys: new Float64Array(3).fill(-1),
    triangles: Uint32Array.of(0, 1, 3),
  };
  expect(() => joinPieces([piece], [1, 1, 1])).toThrow(/unreachable/);
  expect(() => joinPieces([piece, piece], [1, 1, 1])).toThrow(/unreachable/);
});
