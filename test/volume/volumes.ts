import type { Box, Vec3 } from "../../lib/format/vec.ts";
import { joinPieces, type Mesh } from "../../lib/volume/mesh/weld.ts";
import { clusterRange, fieldBox } from "../../lib/volume/surface/range.ts";
import { createExtractor, type SurfacePiece } from "../../lib/volume/surface.ts";

/** Dense labels [z][y][x], x fastest. */
export type Volume = { readonly labels: Uint32Array; readonly size: Vec3 };

export function fillVolume(size: Vec3, labelAt: (x: number, y: number, z: number) => number): Volume {
  const labels = new Uint32Array(size[0] * size[1] * size[2]);
  let i = 0;
  for (let z = 0; z < size[2]; z++)
    for (let y = 0; y < size[1]; y++) for (let x = 0; x < size[0]; x++) labels[i++] = labelAt(x, y, z);
  return { labels, size };
}

/** Random numbers in [0, 1), the same in every run (xorshift32, Marsaglia 2003). */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Labels of a box that may reach outside the volume, where all is 0. */
export function cutBox({ labels, size }: Volume, { lo, hi }: Box): Uint32Array {
  const inside = (x: number, y: number, z: number) =>
    x >= 0 && y >= 0 && z >= 0 && x < size[0] && y < size[1] && z < size[2];
  return fillVolume([hi[0] - lo[0], hi[1] - lo[1], hi[2] - lo[2]], (x, y, z) => {
    const [i, j, k] = [x + lo[0], y + lo[1], z + lo[2]];
    return inside(i, j, k) ? labels[(k * size[1] + j) * size[0] + i]! : 0;
  }).labels;
}

/** Pieces of all labels, block by block. */
export function piecesOf(volume: Volume, step: Vec3, cluster = true): SurfacePiece[] {
  const { size } = volume;
  const extractor = createExtractor({ cluster });
  const labelCount = volume.labels.reduce((a, b) => Math.max(a, b), 0) + 1;
  const pieces: SurfacePiece[] = [];
  for (let z = 0; z < size[2]; z += step[2])
    for (let y = 0; y < size[1]; y += step[1])
      for (let x = 0; x < size[0]; x += step[0]) {
        const lo: Vec3 = [x, y, z];
        const hi: Vec3 = [
          Math.min(x + step[0], size[0]),
          Math.min(y + step[1], size[1]),
          Math.min(z + step[2], size[2]),
        ];
        const range = clusterRange({ lo, hi }, size);
        const labels = cutBox(volume, fieldBox(range));
        pieces.push(...extractor.extract({ ...range, labels, volume: size, labelCount }));
      }
  return pieces;
}

/** Joined meshes by label; by default the volume is one block. */
export function meshesOf(volume: Volume, step?: Vec3, cluster = true): Map<number, Mesh> {
  const pieces = piecesOf(volume, step ?? [4096, 4096, 4096], cluster);
  const labels = [...new Set(pieces.map((p) => p.label))].sort((a, b) => a - b);
  const own = (label: number) => pieces.filter((p) => p.label === label);
  return new Map(labels.map((label) => [label, joinPieces(own(label), volume.size)]));
}

/** Signed volume enclosed by a closed mesh, cubic voxels. */
export function enclosedVolume({ positions, indices }: Mesh): number {
  let sum = 0;
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [3 * indices[i]!, 3 * indices[i + 1]!, 3 * indices[i + 2]!];
    const [x, y, z] = [0, 1, 2].map((d) => {
      const [u, v] = [(d + 1) % 3, (d + 2) % 3];
      return positions[b + u]! * positions[c + v]! - positions[b + v]! * positions[c + u]!;
    });
    sum += positions[a]! * x! + positions[a + 1]! * y! + positions[a + 2]! * z!;
  }
  return sum / 6;
}

/** Voxels of one label. */
export function voxelCount({ labels }: Volume, label: number): number {
  return labels.reduce((n, l) => n + (l === label ? 1 : 0), 0);
}
