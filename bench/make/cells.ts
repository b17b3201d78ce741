import type { Vec3 } from "../../lib/format/vec.ts";
import { createChance } from "../../lib/local/chance.ts";
import { createNoise, noiseRow } from "./noise.ts";

/** Distance of neighbouring seeds, voxels. */
const spacing = 24;

/** Seeds of a partition without gaps: one in each cube of `spacing` voxels, some joined to one label. */
export type Cells = {
  readonly size: Vec3;
  /** Cubes per axis. */
  readonly grid: Vec3;
  /** x, y, z of each seed. */
  readonly seeds: Float64Array;
  /** 1 and up. */
  readonly labels: Uint32Array;
  readonly labelCount: number;
  /** How far the space is warped along x, y and z: coarse and fine. */
  readonly warps: readonly ReturnType<typeof createNoise>[];
  /** Where walls are drawn as background. */
  readonly walls: ReturnType<typeof createNoise>;
};

/** A watershed-like partition of a volume; about one label in 54,000 voxels. Equal arguments give equal cells on every machine. */
export function createCells(size: Vec3, seed: number): Cells {
  const chance = createChance(seed);
  const grid: Vec3 = [cubes(size[0]), cubes(size[1]), cubes(size[2])];
  const count = grid[0] * grid[1] * grid[2];
  const seeds = new Float64Array(3 * count);
  const labels = new Uint32Array(count);
  let labelCount = 0;
  for (let i = 0; i < count; i++) {
    const at = [i % grid[0], Math.floor(i / grid[0]) % grid[1], Math.floor(i / (grid[0] * grid[1]))];
    // A label grows through its cubes' faces.
    const before = [at[0]! > 0 ? 1 : 0, at[1]! > 0 ? grid[0] : 0, at[2]! > 0 ? grid[0] * grid[1] : 0];
    const step = before[Math.floor(3 * chance())]!;
    labels[i] = step > 0 && chance() < 0.8 ? labels[i - step]! : ++labelCount;
    for (let d = 0; d < 3; d++) seeds[3 * i + d] = (at[d]! + chance()) * spacing;
  }
  const warps = [24, 24, 24, 5, 5, 5].map((pitch, i) => createNoise(size, pitch, seed + 1 + i));
  return { size, grid, seeds, labels, labelCount, warps, walls: createNoise(size, 16, seed + 9) };
}

/** The slices [z0, z1), x fastest: the label of the nearest seed in warped space; here and there a wall of 0. */
export function paintCells(
  cells: Cells,
  { labels, z0, z1 }: { labels: Uint16Array; z0: number; z1: number },
): void {
  const { size, warps, walls } = cells;
  const [width, height] = size;
  const rows = warps.map(() => new Float64Array(width));
  const wall = new Float64Array(width);
  for (let z = z0; z < z1; z++) {
    for (let y = 0; y < height; y++) {
      warps.forEach((warp, i) => {
        noiseRow(warp, y, z, rows[i]!);
      });
      paintRow(cells, { labels, row: ((z - z0) * height + y) * width, y, z }, rows);
    }
    for (let y = height - 1; y >= 0; y--) {
      noiseRow(walls, y, z, wall);
      cutRow(labels, { row: ((z - z0) * height + y) * width, width, y }, wall);
    }
  }
}

type Row = { labels: Uint16Array; row: number; y: number; z: number };

function paintRow(
  { size, grid, seeds, labels: owners }: Cells,
  { labels, row, y, z }: Row,
  warps: readonly Float64Array[],
): void {
  const [a, b, c, e, f, g] = warps as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let x = 0; x < size[0]; x++) {
    const px = x + 0.5 + 6 * a[x]! + 1.6 * e[x]!;
    const py = y + 0.5 + 6 * b[x]! + 1.6 * f[x]!;
    const pz = z + 0.5 + 6 * c[x]! + 1.6 * g[x]!;
    const [i, j, k] = [cube(px, grid[0]), cube(py, grid[1]), cube(pz, grid[2])];
    let best = Number.POSITIVE_INFINITY;
    let label = 0;
    for (let w = Math.max(0, k - 1); w <= Math.min(grid[2] - 1, k + 1); w++) {
      for (let v = Math.max(0, j - 1); v <= Math.min(grid[1] - 1, j + 1); v++) {
        const first = (w * grid[1] + v) * grid[0];
        for (let u = first + Math.max(0, i - 1); u <= first + Math.min(grid[0] - 1, i + 1); u++) {
          const dx = px - seeds[3 * u]!;
          const dy = py - seeds[3 * u + 1]!;
          const dz = pz - seeds[3 * u + 2]!;
          const distance = dx * dx + dy * dy + dz * dz;
          if (distance < best) {
            best = distance;
            label = owners[u]!;
          }
        }
      }
    }
    labels[row + x] = label;
  }
}

/** Background where a label meets the one to its left or above, in some places. Rows come from the last to the first, voxels too. */
function cutRow(
  labels: Uint16Array,
  { row, width, y }: { row: number; width: number; y: number },
  wall: Float64Array,
): void {
  for (let i = width - 1; i >= 0; i--) {
    if (wall[i]! < 0.35) continue;
    const label = labels[row + i];
    const left = i > 0 && labels[row + i - 1] !== label;
    const above = y > 0 && labels[row + i - width] !== label;
    if (left || above) labels[row + i] = 0;
  }
}

function cubes(voxels: number): number {
  return Math.ceil(voxels / spacing);
}

function cube(at: number, count: number): number {
  return Math.max(0, Math.min(count - 1, Math.floor(at / spacing)));
}
