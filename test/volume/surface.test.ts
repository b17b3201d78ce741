import { describe, expect, test } from "vitest";
import type { Vec3 } from "../../lib/format/vec.ts";
import { checkManifold } from "../../lib/volume/mesh/manifold.ts";
import { weldPositions } from "../../lib/volume/mesh/merge.ts";
import { simplifyMesh } from "../../lib/volume/mesh/simplify.ts";
import { joinPieces, type Mesh } from "../../lib/volume/mesh/weld.ts";
import { clusterRange, fieldBox } from "../../lib/volume/surface/range.ts";
import {
  chance,
  enclosedVolume,
  fillVolume,
  meshesOf,
  piecesOf,
  type Volume,
  voxelCount,
} from "./volumes.ts";

const whole = { open: 0, nonManifold: 0, pinched: 0 };

/** V - E + F of a closed mesh: 2 for each body without handles. */
function euler({ positions, indices }: Mesh): number {
  return positions.length / 3 - indices.length / 6;
}

function extent({ positions }: Mesh, d: number): [number, number] {
  const values = [...positions].filter((_, i) => i % 3 === d);
  return [Math.min(...values), Math.max(...values)];
}

describe.each([true, false])("surfaces with clusters: %s", (cluster) => {
  test("a cube is one closed body, outward, at its place", () => {
    const volume = fillVolume([20, 20, 20], (...p) => (p.every((i) => i >= 6 && i <= 12) ? 1 : 0));
    const mesh = meshesOf(volume, undefined, cluster).get(1)!;
    expect(checkManifold(mesh)).toEqual(whole);
    expect(euler(mesh)).toBe(2);
    // The edges of the 7^3 voxels are bevelled, 0.81 (clusters) or 1/8 of a voxel in section; nothing is added.
    expect(enclosedVolume(mesh)).toBeLessThan(343);
    expect(enclosedVolume(mesh)).toBeGreaterThan(cluster ? 343 - 12 * 7 : 343 - 12 * 7 * 0.125);
    for (let d = 0; d < 3; d++) expect(extent(mesh, d)).toEqual([6, 13]);
  });

  test("a sphere has its volume and its centre", () => {
    const volume = fillVolume([31, 31, 31], (...p) => (Math.hypot(...p.map((i) => i - 15)) <= 12 ? 1 : 0));
    const mesh = meshesOf(volume, undefined, cluster).get(1)!;
    expect(checkManifold(mesh)).toEqual(whole);
    expect(euler(mesh)).toBe(2);
    expect(enclosedVolume(mesh) / voxelCount(volume, 1)).toBeCloseTo(0.985, 1.5);
    for (let d = 0; d < 3; d++) {
      const [lo, hi] = extent(mesh, d);
      expect((lo + hi) / 2).toBeCloseTo(15.5, 1);
    }
  });

  test("a torus keeps its hole, a hollow ball its cavity", () => {
    const torus = fillVolume([40, 40, 14], (x, y, z) =>
      Math.hypot(Math.hypot(x - 19.3, y - 19.1) - 12, z - 6.7) <= 4 ? 1 : 0,
    );
    expect(euler(meshesOf(torus, undefined, cluster).get(1)!)).toBe(0);
    const ball = fillVolume([31, 31, 31], (...p) => {
      const r = Math.hypot(...p.map((i) => i - 15));
      return r <= 12 && r > 6 ? 1 : 0;
    });
    const mesh = meshesOf(ball, undefined, cluster).get(1)!;
    expect(euler(mesh)).toBe(4);
    expect(enclosedVolume(mesh) / voxelCount(ball, 1)).toBeCloseTo(0.985, 1.5);
  });

  test("boxes at the volume's border close there, in odd and even sizes", () => {
    for (const size of [
      [9, 8, 7],
      [8, 9, 10],
      [1, 1, 1],
      [2, 1, 3],
    ] as Vec3[]) {
      const mesh = meshesOf(
        fillVolume(size, () => 1),
        undefined,
        cluster,
      ).get(1)!;
      expect(checkManifold(mesh), `${size}`).toEqual(whole);
      expect(euler(mesh)).toBe(2);
      for (let d = 0; d < 3 && Math.min(...size) > 6; d++) expect(extent(mesh, d)).toEqual([0, size[d]]);
      expect(enclosedVolume(mesh)).toBeGreaterThan(0);
    }
  });

  test("two labels that touch both close, and meet without a gap", () => {
    const volume = fillVolume([16, 16, 16], (x, y, z) => {
      if (y < 3 || y > 12 || z < 3 || z > 12) return 0;
      return x < 3 || x > 12 ? 0 : x < 8 ? 1 : 2;
    });
    const meshes = meshesOf(volume, undefined, cluster);
    for (const label of [1, 2]) expect(checkManifold(meshes.get(label)!)).toEqual(whole);
    expect(extent(meshes.get(1)!, 0)).toEqual([3, 8]);
    expect(extent(meshes.get(2)!, 0)).toEqual([8, 13]);
  });

  test("single voxels anywhere have a body of their own", () => {
    for (let i = 0; i < 8; i++) {
      const at = [3 + (i & 1), 3 + ((i >> 1) & 1), 3 + (i >> 2)];
      const volume = fillVolume([8, 8, 8], (...p) => (p.every((c, d) => c === at[d]) ? 1 : 0));
      const mesh = meshesOf(volume, undefined, cluster).get(1)!;
      expect(checkManifold(mesh)).toEqual(whole);
      expect(euler(mesh)).toBe(2);
      // The mean of an isolated corner's three cuts lies 1/6 voxel from the centre: a cube of 1/27.
      expect(enclosedVolume(mesh)).toBeGreaterThan(cluster ? 0.03 : 0.25);
      for (let d = 0; d < 3; d++) expect(extent(mesh, d)[0] + extent(mesh, d)[1]).toBe(2 * at[d]! + 1);
    }
  });

  test("voxels joined by edges or corners only are separate bodies", () => {
    const checker = fillVolume([9, 8, 7], (x, y, z) => ((x + y + z) % 2 === 0 ? 1 : 0));
    const mesh = meshesOf(checker, undefined, cluster).get(1)!;
    expect(checkManifold(mesh)).toEqual(whole);
    expect(euler(mesh)).toBe(2 * voxelCount(checker, 1));
    const diagonal = fillVolume([8, 8, 8], (x, y, z) => (x === y && y === z ? 1 : 0));
    expect(euler(meshesOf(diagonal, undefined, cluster).get(1)!)).toBe(16);
  });

  test("filaments and sheets one voxel thick stay whole", () => {
    const helix = fillVolume([24, 24, 30], (x, y, z) => {
      const t = Math.floor(z / 2) * 0.45;
      const on = (s: number) =>
        x === Math.round(11 + 8 * Math.cos(s)) && y === Math.round(11 + 8 * Math.sin(s));
      return on(t) ? 1 : 0;
    });
    const bodies = faceBodies(helix, 1);
    const mesh = meshesOf(helix, undefined, cluster).get(1)!;
    expect(checkManifold(mesh)).toEqual(whole);
    expect(euler(mesh)).toBe(2 * bodies);
    const line = fillVolume([30, 7, 7], (x, y, z) => (y === 3 && z === 2 && x > 1 && x < 28 ? 1 : 0));
    const thread = meshesOf(line, undefined, cluster).get(1)!;
    expect(euler(thread)).toBe(2);
    expect(extent(thread, 0)[1] - extent(thread, 0)[0]).toBeGreaterThan(25);
    const sheet = fillVolume([20, 20, 9], (x, y, z) =>
      z === 4 + (x > 9 ? 1 : 0) || (x === 9 && z === 5) ? 1 : 0 * y,
    );
    expect(euler(meshesOf(sheet, undefined, cluster).get(1)!)).toBe(2);
  });
});

/** Number of face-connected bodies of a label, by flood fill. */
function faceBodies({ labels, size }: Volume, label: number): number {
  const left = new Set<number>();
  labels.forEach((l, i) => void (l === label && left.add(i)));
  const steps = [1, -1, size[0], -size[0], size[0] * size[1], -size[0] * size[1]];
  let bodies = 0;
  for (const first of left) {
    bodies++;
    const queue = [first];
    left.delete(first);
    for (const voxel of queue) for (const s of steps) if (left.delete(voxel + s)) queue.push(voxel + s);
  }
  return bodies;
}

function noise(size: Vec3, labels: number, fill: number, seed: number): Volume {
  const random = chance(seed);
  return fillVolume(size, () => (random() < fill ? 1 + Math.floor(random() * labels) : 0));
}

test.each([
  [1, 0.3],
  [1, 0.7],
  [3, 0.7],
  [5, 1],
])("noise of %i labels, %d filled: every label closed, manifold, outward", (labels, fill) => {
  const volume = noise([24, 24, 24], labels, fill, 99);
  for (const cluster of [true, false]) {
    const meshes = meshesOf(volume, undefined, cluster);
    expect([...meshes.keys()]).toEqual(Array.from({ length: labels }, (_, i) => i + 1));
    for (const [label, mesh] of meshes) {
      expect(checkManifold(mesh).open).toBe(0);
      for (const error of [0, 0.3]) {
        const mended = simplifyMesh(mesh, { error });
        expect(checkManifold(mended), `label ${label}, error ${error}`).toEqual(whole);
        expect(checkManifold(weldPositions(mended))).toMatchObject({ open: 0, nonManifold: 0 });
        expect(enclosedVolume(mended) / enclosedVolume(mesh)).toBeGreaterThan(0.8);
      }
      expect(enclosedVolume(mesh)).toBeGreaterThan(0);
    }
  }
});

const splits: Vec3[] = [
  [8, 6, 10],
  [2, 24, 14],
  [26, 4, 2],
  [12, 12, 12],
];

test.each([true, false])(
  "the mesh is the same, byte for byte, for every block split; clusters: %s",
  (cluster) => {
    const smooth = fillVolume([27, 22, 25], (x, y, z) =>
      Math.max(0, Math.round(3 * Math.sin(x / 4) + 2 * Math.cos(y / 3 + z / 5))),
    );
    for (const volume of [noise([27, 22, 25], 4, 0.8, 5), smooth]) {
      const once = meshesOf(volume, undefined, cluster);
      for (const split of splits) {
        const cut = meshesOf(volume, split, cluster);
        expect([...cut.keys()]).toEqual([...once.keys()]);
        for (const [label, mesh] of once) {
          expect(
            Buffer.from(cut.get(label)!.positions.buffer).equals(Buffer.from(mesh.positions.buffer)),
          ).toBe(true);
          expect(Buffer.from(cut.get(label)!.indices.buffer).equals(Buffer.from(mesh.indices.buffer))).toBe(
            true,
          );
        }
      }
    }
  },
);

test("pieces come by ascending label, without unused vertices, on the grid of 1/32 voxel", () => {
  const pieces = piecesOf(noise([12, 12, 12], 3, 0.6, 3), [4096, 4096, 4096]);
  expect(pieces.map((p) => p.label)).toEqual([1, 2, 3]);
  for (const { positions, keys, triangles } of pieces) {
    expect(positions.length).toBe(3 * keys.length);
    expect(new Set(triangles).size).toBe(keys.length);
  }
});

test("clusters of a block: owned ones tile the volume, one more layer is scanned inside it", () => {
  const volume: Vec3 = [13, 8, 64];
  expect(clusterRange({ lo: [0, 0, 0], hi: [8, 8, 32] }, volume)).toEqual({
    clusterLo: [0, 0, 0],
    clusterHi: [5, 5, 17],
    ownedHi: [4, 5, 16],
  });
  const last = clusterRange({ lo: [8, 0, 32], hi: [13, 8, 64] }, volume);
  expect(last).toEqual({ clusterLo: [4, 0, 16], clusterHi: [7, 5, 33], ownedHi: [7, 5, 33] });
  expect(fieldBox(last)).toEqual({ lo: [7, -1, 31], hi: [14, 10, 66] });
  expect(() => clusterRange({ lo: [0, 0, 0], hi: [7, 8, 64] }, volume)).toThrow(/not on clusters/);
  expect(() => clusterRange({ lo: [1, 0, 0], hi: [13, 8, 64] }, volume)).toThrow(/not on clusters/);
});

test("pieces of another volume are not joined", () => {
  const pieces = piecesOf(
    fillVolume([12, 12, 12], () => 1),
    [4, 4, 4],
  );
  expect(() => joinPieces(pieces, [12, 12, 10])).toThrow(/reaches 10.* on axis 2/);
});
