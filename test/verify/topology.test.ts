import { expect, test } from "vitest";
import { measure } from "../../lib/verify/measure.ts";
import { type Topology, topologyOf, unbalanced } from "../../lib/verify/topology.ts";
import { type Chance, chanceOf } from "../fuzz/chance.ts";

/** The half-edges of triangles, by name. */
function edgesOf(triangles: readonly number[][]): Map<string, number> {
  const edges = new Map<string, number>();
  for (const [a, b, c] of triangles as [number, number, number][]) {
    for (const name of [`${a},${b}`, `${b},${c}`, `${c},${a}`]) edges.set(name, (edges.get(name) ?? 0) + 1);
  }
  return edges;
}

/** By the definition: every edge once in either direction, and around a vertex one fan. */
function isSound(triangles: readonly number[][]): boolean {
  const edges = edgesOf(triangles);
  for (const [name, count] of edges) {
    const [start, end] = name.split(",");
    if (count !== 1 || edges.get(`${end},${start}`) !== 1 || start === end) return false;
  }
  return [...new Set(triangles.flat())].every((vertex) => {
    const links = triangles
      .filter((one) => one.includes(vertex))
      .map((one) => one.filter((v) => v !== vertex));
    const met = new Set(links[0]);
    for (let size = -1; size !== met.size; ) {
      size = met.size;
      for (const link of links) if (link.some((v) => met.has(v))) for (const v of link) met.add(v);
    }
    return links.flat().every((v) => met.has(v));
  });
}

const sound: Topology = { open: 0, knots: 0 };

test("all sets of triangles of four vertices: those that are closed and manifold, and no others", () => {
  const all = [0, 1, 2, 3].flatMap((left) => {
    const [a, b, c] = [0, 1, 2, 3].filter((v) => v !== left);
    return [
      [a, b, c],
      [a, c, b],
    ] as number[][];
  });
  let closed = 0;
  for (let set = 1; set < 256; set++) {
    const triangles = all.filter((_, i) => set & (1 << i));
    const found = topologyOf(Uint32Array.from(triangles.flat()), 4);
    expect({ set, sound: found.open === 0 && found.knots === 0 }).toEqual({ set, sound: isSound(triangles) });
    if (isSound(triangles)) closed++;
  }
  // A tetrahedron and the same inside out; each triangle with its other side.
  expect(closed).toBe(6);
});

/** Sound surfaces, some of them spoiled: what a triangle or a vertex too many, too few, or turned makes of them. */
function soup(chance: Chance): { triangles: number[][]; vertices: number } {
  const triangles: number[][] = [];
  let vertices = 0;
  for (let n = 1 + chance.below(3); n > 0; n--) {
    const rim = 3 + chance.below(chance.one([3, 60]));
    const [top, bottom] = [vertices, vertices + 1];
    for (let i = 0; i < rim; i++) {
      const [one, next] = [vertices + 2 + i, vertices + 2 + ((i + 1) % rim)];
      triangles.push([top, one, next], [one, bottom, next]);
    }
    vertices += 2 + rim;
  }
  for (let n = chance.below(3); n > 0; n--) {
    const at = chance.below(triangles.length);
    const [a, b, c] = triangles[at] as [number, number, number];
    const kind = chance.below(5);
    if (kind === 0) triangles.splice(at, 1);
    if (kind === 1) triangles.push([b, c, a]);
    if (kind === 2) triangles[at] = [a, c, b];
    if (kind === 3) triangles[at] = [a, a, c];
    const other = chance.below(vertices);
    // Two vertices become one.
    if (kind === 4)
      for (const [i, one] of triangles.entries()) triangles[i] = one.map((v) => (v === b ? other : v));
  }
  for (let i = triangles.length - 1; i > 0; i--) {
    const j = chance.below(i + 1);
    [triangles[i], triangles[j]] = [triangles[j]!, triangles[i]!];
  }
  return { triangles, vertices: vertices + chance.below(2) };
}

test("surfaces, sound and spoiled, one after another: as by the definition", () => {
  const chance = chanceOf("topology", 0, 0);
  let good = 0;
  for (let i = 0; i < 3000; i++) {
    const { triangles, vertices } = soup(chance);
    const indices = Uint32Array.from(triangles.flat());
    const found = topologyOf(indices, vertices);
    if (isSound(triangles)) expect(found).toEqual(sound);
    else expect(found).not.toEqual(sound);
    good += isSound(triangles) ? 1 : 0;
    const edges = edgesOf(triangles);
    const alone = [...edges].reduce((sum, [name, count]) => {
      const [start, end] = name.split(",");
      return sum + Math.max(0, count - (start === end ? 0 : (edges.get(`${end},${start}`) ?? 0)));
    }, 0);
    if (found.knots === 0) expect(found.open).toBe(alone);
    expect(unbalanced(indices)).toBe(unbalancedByName(edges));
  }
  expect(good).toBeGreaterThan(500);
  expect(good).toBeLessThan(2500);
});

function unbalancedByName(edges: ReadonlyMap<string, number>): number {
  const names = new Set(
    [...edges.keys()].map((name) =>
      name
        .split(",")
        .map(Number)
        .sort((a, b) => a - b)
        .join(),
    ),
  );
  let count = 0;
  for (const name of names) {
    const back = name.split(",").reverse().join();
    if (name === back || edges.get(name) !== edges.get(back)) count++;
  }
  return count;
}

test("a box far from the origin is measured to its corners", () => {
  const corners = Array.from({ length: 8 }, (_, i) => [i & 1, (i >> 1) & 1, i >> 2] as const);
  const sides = [
    [0, 2, 3, 1],
    [4, 5, 7, 6],
    [0, 1, 5, 4],
    [2, 6, 7, 3],
    [0, 4, 6, 2],
    [1, 3, 7, 5],
  ];
  const indices = Uint32Array.from(sides.flatMap(([a, b, c, d]) => [a, b, c, a, c, d] as number[]));
  const [resolution, offset] = [[8, 4, 16] as const, [1000, -500, 3] as const];
  const size = [3, 5, 2];
  const positions = Float32Array.from(
    corners.flatMap((corner) => corner.map((v, d) => (offset[d]! + 10 + v * size[d]!) * resolution[d]!)),
  );
  expect(topologyOf(indices, 8)).toEqual(sound);
  // A larger one before leaves nothing behind.
  for (const count of [3, 1]) {
    const many = {
      positions: Float32Array.from({ length: 24 * count }, (_, i) => positions[i % 24]!),
      indices: Uint32Array.from({ length: 36 * count }, (_, i) => indices[i % 36]! + 8 * Math.floor(i / 36)),
    };
    const { box, volume, area, centre, farthest } = measure(many, { resolution, offset });
    expect(box).toEqual([10, 10, 10, 13, 15, 12]);
    expect(volume).toBeCloseTo(30 * count, 9);
    expect(area).toBeCloseTo(62 * count, 9);
    for (const [d, v] of centre.entries()) expect(v).toBeCloseTo([11.5, 12.5, 11][d]!, 9);
    expect(farthest).toBe(1013 * 8);
  }
});
