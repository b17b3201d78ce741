import { MeshoptSimplifier } from "meshoptimizer/simplifier";
import { beforeAll, expect, test } from "vitest";
import { checkManifold } from "../../lib/volume/mesh/manifold.ts";
import { weldPositions } from "../../lib/volume/mesh/merge.ts";
import { simplifyMesh } from "../../lib/volume/mesh/simplify.ts";
import type { Mesh } from "../../lib/volume/mesh/weld.ts";
import { measureDistances } from "./distance.ts";
import { chance, enclosedVolume, fillVolume, meshesOf } from "./volumes.ts";

beforeAll(() => MeshoptSimplifier.ready);

const whole = { open: 0, nonManifold: 0, pinched: 0 };

/** Bent, branching bodies with rough surfaces, as neurites have them. */
const branches = fillVolume([52, 48, 40], (x, y, z) => {
  const rough = Math.sin(1.7 * x + 0.9 * y) + Math.cos(1.3 * y - 1.1 * z) + Math.sin(z * x * 0.11);
  const tube = (u: number, v: number, r: number) => Math.hypot(u, v) < r + 0.3 * rough;
  const one = tube(y - 22 - 8 * Math.sin(x / 9), z - 20 - 6 * Math.cos(x / 7), 6);
  const two = tube(x - 26 - 7 * Math.sin(y / 8), z - 21, 5);
  return one || two ? 1 : 0;
});

test.each([0.1, 0.3, 0.6])(
  "error %d: no more triangles than meshoptimizer leaves, and no farther off",
  (error) => {
    const mesh = meshesOf(branches).get(1)!;
    const ours = simplifyMesh(mesh, { error });
    const [indices] = MeshoptSimplifier.simplify(mesh.indices, mesh.positions, 3, 0, error, [
      "ErrorAbsolute",
    ]);
    const theirs: Mesh = { positions: mesh.positions, indices };
    expect(ours.indices.length).toBeLessThan(1.03 * theirs.indices.length);
    const [a, b] = [ours, theirs].map((m) => measureDistances(branches, 1, m, 4000));
    for (const way of ["toVoxels", "toMesh"] as const) {
      expect(a![way].mean).toBeLessThan(1.05 * b![way].mean);
      expect(a![way].p99).toBeLessThan(1.05 * b![way].p99);
      expect(a![way].max).toBeLessThan(1.15 * b![way].max);
    }
    expect(enclosedVolume(ours) / enclosedVolume(theirs)).toBeCloseTo(1, 1.5);
  },
);

/** V - E + F: tells bodies, handles and cavities. */
function euler({ positions, indices }: Mesh): number {
  return positions.length / 3 - indices.length / 6;
}

test("what is manifold stays so without repair, and keeps its bodies, handles and cavities", () => {
  let simplified = 0;
  for (const [seed, fill] of [
    [3, 0.25],
    [4, 0.5],
    [5, 0.8],
  ] as const) {
    const random = chance(seed);
    // Blobs of two voxels: rough, but with something to collapse.
    const blobs = Array.from({ length: 12 ** 3 }, () => random() < fill);
    const at = (...p: number[]) => blobs[p.reduce((n, i) => n * 12 + (i >> 1), 0)]!;
    const volume = fillVolume([24, 24, 24], (x, y, z) => (at(x, y, z) && random() < 0.995 ? 1 : 0));
    const mesh = meshesOf(volume).get(1)!;
    if (checkManifold(mesh).nonManifold + checkManifold(mesh).pinched > 0) continue;
    for (const error of [0.05, 0.3, 1, 4]) {
      const simple = simplifyMesh(mesh, { error });
      expect(checkManifold(simple)).toEqual(whole);
      expect(checkManifold(weldPositions(simple))).toMatchObject({ open: 0, nonManifold: 0 });
      expect(euler(simple)).toBe(euler(mesh));
      if (simple.indices.length < mesh.indices.length) simplified++;
    }
  }
  expect(simplified).toBeGreaterThan(4);
});

test("a flat plate keeps its corners and little else; no error bound makes it vanish", () => {
  const plate = fillVolume([40, 30, 9], (x, y, z) =>
    x > 3 && x < 36 && y > 3 && y < 26 && z > 2 && z < 6 ? 1 : 0,
  );
  const mesh = meshesOf(plate).get(1)!;
  expect(mesh.indices.length / 3).toBeGreaterThan(800);
  const simple = simplifyMesh(mesh, { error: 0.1 });
  expect(simple.indices.length / 3).toBeLessThan(120);
  expect(Math.abs(enclosedVolume(simple) / enclosedVolume(mesh) - 1)).toBeLessThan(0.01);
  const crude = simplifyMesh(mesh, { error: 1000 });
  expect(checkManifold(crude)).toEqual(whole);
  expect(enclosedVolume(crude) / enclosedVolume(mesh)).toBeGreaterThan(0.5);
});
