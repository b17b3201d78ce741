import { expect, test } from "vitest";
import type { Vec3 } from "../../lib/format/vec.ts";
import { areNewApart } from "../../lib/volume/mesh/apart.ts";
import { type FlawList, findFlaws } from "../../lib/volume/mesh/manifold.ts";
import { mendFlaws } from "../../lib/volume/mesh/repair.ts";
import { meshPieces, simplifyMesh } from "../../lib/volume/mesh/simplify.ts";
import { joinPieces } from "../../lib/volume/mesh/weld.ts";
import { chance, fillVolume, piecesOf } from "./volumes.ts";

/** Noise: bodies that meet at edges and vertices everywhere, and dust that is lost. */
function* noise() {
  const random = chance(37);
  const size: Vec3 = [22, 20, 18];
  for (const fill of [0.1, 0.3, 0.5, 0.8]) {
    const volume = fillVolume(size, () => (random() < fill ? 1 : 0));
    for (const open of [false, true]) {
      const pieces = piecesOf(volume, [8, 20, 6]);
      yield { size, pieces: open ? pieces.filter((_, i) => i % 4 > 0) : pieces };
    }
  }
}

const verticesOf = (flaws: FlawList) => [...flaws.open, ...flaws.bad, ...flaws.pinched];

test("looking only at the vertices that may have flaws finds all of them, before and after mending", () => {
  let found = 0;
  for (const { size, pieces } of noise()) {
    const mesh = joinPieces(pieces, size);
    const all = findFlaws(mesh);
    const among = new Uint8Array(mesh.positions.length / 3);
    for (const v of verticesOf(all)) among[v] = 1;
    expect(findFlaws(mesh, among)).toEqual(all);
    for (const move of [1 / 16, 1 / 8]) {
      const mended = mendFlaws(mesh, move, all, among);
      expect(mended).toEqual(mendFlaws(mesh, move, all));
      expect(findFlaws(mended, among)).toEqual(findFlaws(mended));
    }
    found += all.bad.length + all.pinched.length;
  }
  expect(found).toBeGreaterThan(1000);
});

test("what is known of the pieces' mesh does not change it", () => {
  for (const { size, pieces } of noise()) {
    const joined = joinPieces(pieces, size);
    for (const error of [0.1, 0.3, 2])
      expect(meshPieces(pieces, size, { error })).toEqual(simplifyMesh(joined, { error }));
  }
});

test("new vertices are apart unless one is where another is", () => {
  const positions = Float32Array.from({ length: 300 }, (_, i) => (i * i) / 32);
  expect(areNewApart({ positions, indices: new Uint32Array(0) }, 60)).toBe(true);
  expect(areNewApart({ positions, indices: new Uint32Array(0) }, 100)).toBe(true);
  for (const [from, to] of [
    [3, 70],
    [65, 99],
  ] as const) {
    const changed = positions.slice();
    changed.copyWithin(3 * to, 3 * from, 3 * from + 3);
    expect(areNewApart({ positions: changed, indices: new Uint32Array(0) }, 60)).toBe(false);
    expect(areNewApart({ positions: changed, indices: new Uint32Array(0) }, 100)).toBe(true);
  }
});
