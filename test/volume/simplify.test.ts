import { expect, test } from "vitest";
import type { Vec3 } from "../../lib/format/vec.ts";
import { checkManifold } from "../../lib/volume/mesh/manifold.ts";
import { weldPositions } from "../../lib/volume/mesh/merge.ts";
import { placeMesh } from "../../lib/volume/mesh/place.ts";
import { repairMesh } from "../../lib/volume/mesh/repair.ts";
import { simplifyMesh } from "../../lib/volume/mesh/simplify.ts";
import { joinPieces, type Mesh } from "../../lib/volume/mesh/weld.ts";
import { measureDistances } from "./distance.ts";
import { enclosedVolume, fillVolume, meshesOf, piecesOf, type Volume } from "./volumes.ts";

const whole = { open: 0, nonManifold: 0, pinched: 0 };

/** A branching, curved body: the zero set of a gyroid, cut to a ball. */
const gyroid = fillVolume([48, 48, 48], (x, y, z) => {
  if (Math.hypot(x - 24, y - 24, z - 24) > 21) return 0;
  const [a, b, c] = [x / 4, y / 4.5, z / 5];
  const g = Math.sin(a) * Math.cos(b) + Math.sin(b) * Math.cos(c) + Math.sin(c) * Math.cos(a);
  return g > 0.2 ? 1 : g < -0.3 ? 2 : 0;
});

test.each([
  [0.3, 0.9, 1.5],
  [0.1, 0.8, 1.2],
])("error %d: distances to the voxels both ways, fewer triangles", (error, p99, max) => {
  for (const [label, mesh] of meshesOf(gyroid)) {
    const simple = simplifyMesh(mesh, { error });
    expect(simple.indices.length).toBeLessThan(mesh.indices.length * 0.9);
    const { toVoxels, toMesh } = measureDistances(gyroid, label, simple, 3000);
    for (const spread of [toVoxels, toMesh]) {
      expect(spread.mean).toBeLessThan(0.3);
      expect(spread.p99).toBeLessThan(p99);
      expect(spread.max).toBeLessThan(max);
    }
    expect(checkManifold(simple)).toEqual(whole);
    expect(checkManifold(weldPositions(simple)).nonManifold).toBe(0);
  }
});

test("without clusters the surface is within half a voxel of the faces everywhere", () => {
  const { toVoxels, toMesh } = measureDistances(gyroid, 1, meshesOf(gyroid, undefined, false).get(1)!, 3000);
  expect(toVoxels.max).toBeLessThan(0.25);
  expect(toMesh.max).toBeLessThan(0.4);
  expect(toMesh.mean).toBeLessThan(0.12);
});

test("the measure of distances is right: a box 0.75 too long on one side", () => {
  const volume = fillVolume([20, 20, 20], (...p) => (p.every((i) => i >= 4 && i < 14) ? 1 : 0));
  const exact = box([4, 4, 4], [14, 14, 14]);
  const same = measureDistances(volume, 1, exact, 500);
  expect(Math.max(same.toVoxels.max, same.toMesh.max)).toBeLessThan(1e-6);
  const { toVoxels, toMesh } = measureDistances(volume, 1, box([4, 4, 4], [14, 14, 14.75]), 4000);
  // The moved side is 100 of 630 (or 600) squares at 0.75; nothing else is off by more than that.
  for (const { mean, p99, max } of [toVoxels, toMesh]) {
    expect(mean).toBeGreaterThan(0.1);
    expect(mean).toBeLessThan(0.15);
    expect(p99).toBeCloseTo(0.75, 5);
    expect(max).toBeCloseTo(0.75, 5);
  }
});

/** The surface of a box as twelve triangles, outward. */
function box(lo: Vec3, hi: Vec3): Mesh {
  const corners = Array.from({ length: 8 }, (_, i) => [0, 1, 2].map((d) => ((i >> d) & 1 ? hi : lo)[d]!));
  const quads = [0, 4, 6, 2, 1, 3, 7, 5, 0, 1, 5, 4, 2, 6, 7, 3, 0, 2, 3, 1, 4, 5, 7, 6];
  const triangles = [0, 4, 8, 12, 16, 20].flatMap((q) => [0, 1, 2, 0, 2, 3].map((k) => quads[q + k]!));
  return { positions: Float32Array.from(corners.flat()), indices: Uint32Array.from(triangles) };
}

test("single voxels survive, alone and beside a large body", () => {
  const dust = fillVolume([40, 20, 20], (x, y, z) => {
    if (x === 35 && y % 4 === 1 && z % 4 === 2) return 1;
    return Math.hypot(x - 12, y - 10, z - 10) < 8 ? 1 : x === 30 && y === 3 && z === 3 ? 2 : 0;
  });
  for (const [label, mesh] of meshesOf(dust)) {
    for (const error of [0.3, 2]) {
      const simple = simplifyMesh(mesh, { error });
      expect(checkManifold(simple)).toEqual(whole);
      expect(bodies(simple)).toBe(label === 1 ? 26 : 1);
      expect(enclosedVolume(simple)).toBeGreaterThan(0.5 * enclosedVolume(mesh));
    }
  }
});

/** Connected parts of a mesh. */
function bodies({ indices }: Mesh): number {
  const at = new Map<number, Set<number>>();
  for (let i = 0; i < indices.length; i += 3) {
    const sets = new Set([0, 1, 2].map((k) => at.get(indices[i + k]!) ?? new Set<number>()));
    const all = new Set([...sets].flatMap((s) => [...s]).concat([...indices.subarray(i, i + 3)]));
    for (const v of all) at.set(v, all);
  }
  return new Set(at.values()).size;
}

test("error 0 leaves a good mesh as it is", () => {
  const mesh = meshesOf(gyroid, undefined, false).get(1)!;
  expect(simplifyMesh(mesh, { error: 0 })).toBe(mesh);
});

test("parts with locked borders are closed together", () => {
  const size: Vec3 = [48, 48, 48];
  const pieces = piecesOf(gyroid, [24, 48, 16]).filter((p) => p.label === 1);
  const sides = [pieces.slice(0, 3), pieces.slice(3)];
  expect(pieces.length).toBe(6);
  const before = sides.map((side) => joinPieces(side, size));
  const after = before.map((mesh) => simplifyMesh(mesh, { error: 0.3 }));
  const open = (mesh: Mesh) => checkManifold(mesh).open;
  expect(open(before[0]!)).toBeGreaterThan(50);
  for (const [i, mesh] of after.entries()) {
    expect(open(mesh)).toBe(open(before[i]!));
    expect(mesh.indices.length).toBeLessThan(before[i]!.indices.length * 0.7);
  }
  expect(checkManifold(weldPositions(together(after)))).toMatchObject({ open: 0, nonManifold: 0 });
});

function together(parts: Mesh[]): Mesh {
  const positions = Float32Array.from(parts.flatMap((m) => [...m.positions]));
  let first = 0;
  const indices = parts.flatMap((m) => {
    const own = [...m.indices].map((i) => i + first);
    first += m.positions.length / 3;
    return own;
  });
  return { positions, indices: Uint32Array.from(indices) };
}

/** Two tetrahedra with outward faces; `merge` names the vertices of the second that are the first's. */
function tetrahedra(merge: readonly number[]): Mesh {
  const a = [0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2];
  const b = [0, -1, -1, 2, -1, -1, 0, -3, -1, 0, -1, -3];
  const faces = [0, 2, 1, 0, 1, 3, 0, 3, 2, 1, 2, 3];
  const second = faces.map((v) => (merge.includes(v) ? v : v + 4));
  return { positions: Float32Array.from([...a, ...b]), indices: Uint32Array.from([...faces, ...second]) };
}

test("the check counts what is wrong", () => {
  expect(checkManifold(tetrahedra([]))).toEqual(whole);
  expect(checkManifold(tetrahedra([0]))).toEqual({ ...whole, pinched: 1 });
  expect(checkManifold(tetrahedra([0, 1]))).toMatchObject({ open: 0, nonManifold: 1 });
  const { positions, indices } = tetrahedra([]);
  expect(checkManifold({ positions, indices: indices.subarray(3) })).toMatchObject({
    open: 3,
    nonManifold: 0,
  });
  const inverted = indices.slice();
  inverted.set([1, 2, 0], 0);
  expect(checkManifold({ positions, indices: inverted })).toMatchObject({ open: 0, nonManifold: 3 });
});

test("bodies that share an edge or a vertex are parted, their volumes nearly kept", () => {
  for (const merge of [[0], [1], [0, 1]]) {
    const joined = tetrahedra(merge);
    const mended = repairMesh(joined, 1 / 16);
    expect(checkManifold(mended)).toEqual(whole);
    expect(checkManifold(weldPositions(mended))).toEqual(whole);
    expect(bodies(mended)).toBe(2);
    expect(Math.abs(enclosedVolume(mended) - enclosedVolume(joined))).toBeLessThan(0.3);
  }
});

test("a flap of two triangles back to back is removed", () => {
  const { positions, indices } = tetrahedra([]);
  const tip = Float32Array.from([...positions, 1, 1, 5]);
  const flap = { positions: tip, indices: Uint32Array.from([...indices, 0, 1, 8, 1, 0, 8]) };
  expect(checkManifold(flap).nonManifold).toBe(1);
  expect(repairMesh(flap, 1 / 16)).toEqual({ positions, indices });
});

test("vertices are placed in nanometres of the global frame, rounded once", () => {
  const volume: Volume = fillVolume([9, 9, 9], (...p) => (p.every((i) => i >= 2 && i < 7) ? 1 : 0));
  const mesh = meshesOf(volume).get(1)!;
  const placed = placeMesh(mesh, { resolution: [4, 4, 40.1], voxelOffset: [100_000, -7, 3] });
  for (let i = 0; i < placed.length; i += 3) {
    expect(placed[i]).toBe(Math.fround((mesh.positions[i]! + 100_000) * 4));
    expect(placed[i + 1]).toBe(Math.fround((mesh.positions[i + 1]! - 7) * 4));
    expect(placed[i + 2]).toBe(Math.fround((mesh.positions[i + 2]! + 3) * 40.1));
  }
  const x = [...placed].filter((_, i) => i % 3 === 0);
  expect([Math.min(...x), Math.max(...x)]).toEqual([400_008, 400_028]);
});
