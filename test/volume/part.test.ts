import { expect, test } from "vitest";
import { type Box, mapVec, type Vec3 } from "../../lib/format/vec.ts";
import { checkManifold } from "../../lib/volume/mesh/manifold.ts";
import { weldPositions } from "../../lib/volume/mesh/merge.ts";
import { meshPart } from "../../lib/volume/mesh/part.ts";
import { simplifyMesh } from "../../lib/volume/mesh/simplify.ts";
import type { Mesh } from "../../lib/volume/mesh/weld.ts";
import { chance, enclosedVolume, fillVolume, meshesOf, piecesOf, type Volume } from "./volumes.ts";

function cellsOf(size: Vec3, side: number): Box[] {
  const cells: Box[] = [];
  // The last cells hold what lies just at the end, the first what was mended beyond the begin.
  for (let z = -side; z <= size[2]; z += side)
    for (let y = -side; y <= size[1]; y += side)
      for (let x = -side; x <= size[0]; x += side)
        cells.push({ lo: [x, y, z], hi: mapVec((d) => [x, y, z][d]! + side) });
  return cells;
}

function together(parts: readonly Mesh[]): Mesh {
  const positions = new Float32Array(parts.reduce((sum, part) => sum + part.positions.length, 0));
  const indices = new Uint32Array(parts.reduce((sum, part) => sum + part.indices.length, 0));
  let [v, i] = [0, 0];
  for (const part of parts) {
    positions.set(part.positions, 3 * v);
    indices.set(
      part.indices.map((vertex) => vertex + v),
      i,
    );
    v += part.positions.length / 3;
    i += part.indices.length;
  }
  return weldPositions({ positions, indices });
}

const whole = { open: 0, nonManifold: 0, pinched: 0 };

/** Noise, whose surfaces meet themselves everywhere, and rough bodies, which collapse far. */
function volumes(): Volume[] {
  const size: Vec3 = [30, 26, 24];
  const random = chance(17);
  const noise = [0.2, 0.4, 0.7].map((fill) => fillVolume(size, () => (random() < fill ? 1 : 0)));
  const rough = [0.2, 0.5].map((amount) =>
    fillVolume(size, (x, y, z) =>
      Math.sin(x / 4) + Math.cos(y / 5) + Math.sin(z / 3) + amount * (random() - 0.5) > 0 ? 1 : 0,
    ),
  );
  return [...noise, ...rough];
}

test.each([0, 0.3, 2])("parts of a mesh are closed and manifold together; error %d", (error) => {
  for (const [i, volume] of volumes().entries()) {
    for (const side of [8, 13]) {
      const pieces = piecesOf(volume, [16, 26, 8]);
      const parts = cellsOf(volume.size, side).map((cell) =>
        meshPart(pieces, { cell, volume: volume.size }, { error }),
      );
      const mesh = together(parts);
      expect(checkManifold(mesh), `volume ${i}, cells of ${side}`).toEqual(whole);
      const once = simplifyMesh(meshesOf(volume).get(1)!, { error });
      // A large bound shrinks noise as it likes, up to half of each body, and more of one that lies in two cells.
      expect(Math.abs(enclosedVolume(mesh) / enclosedVolume(once) - 1)).toBeLessThan(error > 1 ? 0.6 : 0.1);
    }
  }
});

test("parts do not depend on the blocks", () => {
  const [, volume] = volumes();
  const cell: Box = { lo: [12, 12, 0], hi: [24, 24, 12] };
  const [a, b] = (
    [
      [16, 26, 8],
      [4096, 4096, 4096],
    ] as Vec3[]
  ).map((step) => meshPart(piecesOf(volume!, step), { cell, volume: volume!.size }, { error: 0.3 }));
  expect(a!.indices.length).toBeGreaterThan(300);
  expect(a).toEqual(b);
});
