import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { encodeFragment } from "../../lib/format/fragment.ts";
import { gzip } from "../../lib/format/gzip.ts";
import { encodePiece } from "../../lib/format/pack.ts";
import type { Vec3 } from "../../lib/format/vec.ts";
import { meshPart } from "../../lib/volume/mesh/part.ts";
import { meshPieces, simplifyMesh } from "../../lib/volume/mesh/simplify.ts";
import { joinPieces, type Mesh } from "../../lib/volume/mesh/weld.ts";
import { chance, fillVolume, piecesOf, type Volume } from "./volumes.ts";

/** Noise, blobs and dust: bodies that touch themselves, that fall apart, and that are lost. */
function volumeOf(seed: number): Volume {
  const random = chance(seed * 7919);
  const size: Vec3 = [12 + Math.floor(random() * 30), 12 + Math.floor(random() * 30), 10 + (seed % 9)];
  const [fill, side] = [random(), 1 + Math.floor(random() * 6)];
  const blobs = Array.from({ length: 42 ** 3 }, random);
  const blob = (...p: number[]) => blobs[p.reduce((n, i) => n * 42 + Math.floor(i / side), 0)]!;
  return fillVolume(size, (x, y, z) => {
    if (seed % 3 === 0) return random() < fill ? 1 : 0;
    if (seed % 3 === 1) return blob(x, y, z) < 0.4 && random() < 0.97 ? 1 : 0;
    const far = (2 * x - size[0]) ** 2 + (2 * y - size[1]) ** 2 + (4 * z - 2 * size[2]) ** 2;
    return far < 500 + 300 * blob(x, y, z) || random() < 0.02 ? 1 : 0;
  });
}

/** Whole meshes, such as are cut open, and parts, at several bounds. */
function* meshesOf(seed: number): Generator<Mesh> {
  const volume = volumeOf(seed);
  const { size } = volume;
  const pieces = piecesOf(
    volume,
    (
      [
        [8, 16, 10],
        [4096, 4096, 4096],
        [16, 64, 6],
      ] as const
    )[seed % 3]!,
  );
  const encoded = pieces.map((piece) => encodePiece(piece));
  const cell = { lo: [4, 4, 0], hi: [20, 18, 16] } as const;
  for (const error of [0, 0.05, 0.3, 1, 5, 100]) yield meshPieces(encoded, size, { error });
  const cut = joinPieces(
    pieces.filter((_, i) => i % 3 > 0),
    size,
  );
  for (const error of [0.3, 2]) yield simplifyMesh(cut, { error });
  for (const error of [0.3, 3]) yield meshPart(pieces, { cell, volume: size }, { error });
}

/** By the code before joining and simplifying were made faster. */
const golden = [
  "7345b9be486de388",
  "7428b97e1576f0e8",
  "194e8b8ea06966ac",
  "e9dde3a184620de3",
  "46c5eb6692e13b29",
  "b35ba879649cb210",
  "120af92e0cc69dcb",
  "00c17a5373e57a28",
  "22305cbf794deb3f",
];

test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])(
  "meshes and their gzipped fragments stay the same: volume %d",
  (seed) => {
    const hash = createHash("sha256");
    for (const { positions, indices } of meshesOf(seed)) {
      const fragment = encodeFragment(positions, indices);
      hash.update(fragment).update(gzip(fragment, "words"));
    }
    expect(hash.digest("hex").slice(0, 16)).toBe(golden[seed - 1]);
  },
);
