import type { Vec3 } from "../../lib/format/vec.ts";
import { createChance } from "../../lib/local/chance.ts";
import { along, randomHeading, unit } from "../../lib/local/neurite.ts";

/**
 * Balls that make up neurites, in the order in which they are drawn: a voxel belongs to the first ball that holds
 * its centre. Places and radii in voxels along x; along z they are stretched by `pitch`.
 */
export type Tubes = {
  /** x, y, z, radius of each ball. */
  readonly balls: Float64Array;
  /** 1 and up. */
  readonly labels: Uint32Array;
  /** Length of a voxel along z in voxels along x. */
  readonly pitch: number;
};

/** Distance of two balls of a tube. */
const stride = 2;

/**
 * Neurites as smooth random walks: some thick and branching, most thin, one in thirty running through the whole
 * volume along x, one in forty no more than the voxel with which each begins, so that no label is lost. Equal arguments
 * give equal balls on every machine.
 */
export function growTubes(size: Vec3, pitch: number, count: number, seed: number): Tubes {
  const chance = createChance(seed);
  const extent: Vec3 = [size[0], size[1], size[2] * pitch];
  const found: Found = { balls: [], labels: [] };
  const starts = Array.from({ length: count }, () => voxelCentre(size, pitch, chance));
  starts.forEach((at, i) => {
    add(found, at, 0.6, i + 1);
  });
  const growth = (label: number) => ({ label, extent, chance });
  const labels = starts.map((_, i) => i + 1);
  // First, so that none of the others cuts them off.
  for (const label of labels) if (runsThrough(label)) growThrough(found, growth(label));
  for (const label of labels) {
    if (runsThrough(label) || label % 40 === 7) continue;
    const grow = label % 12 === 0 ? growLarge : growSmall;
    grow(found, starts[label - 1]!, growth(label));
  }
  return { balls: Float64Array.from(found.balls), labels: Uint32Array.from(found.labels), pitch };
}

/** Paints the slices [z0, z1) of a volume; `labels` holds them, x fastest, and is 0 everywhere. */
export function paintTubes(
  { balls, labels: owners, pitch }: Tubes,
  { labels, size, z0, z1 }: { labels: Uint16Array; size: Vec3; z0: number; z1: number },
): void {
  const [width, height] = size;
  for (let i = 0; i < owners.length; i++) {
    const x = balls[4 * i]!;
    const y = balls[4 * i + 1]!;
    const z = balls[4 * i + 2]!;
    const radius = balls[4 * i + 3]!;
    const label = owners[i]!;
    const first = Math.max(z0, Math.ceil((z - radius) / pitch - 0.5));
    const last = Math.min(z1 - 1, Math.floor((z + radius) / pitch - 0.5));
    for (let k = first; k <= last; k++) {
      const dz = (k + 0.5) * pitch - z;
      const flat = radius * radius - dz * dz;
      if (flat <= 0) continue;
      const reach = Math.sqrt(flat);
      const top = Math.max(0, Math.ceil(y - reach - 0.5));
      const bottom = Math.min(height - 1, Math.floor(y + reach - 0.5));
      for (let j = top; j <= bottom; j++) {
        const dy = j + 0.5 - y;
        const half = Math.sqrt(Math.max(0, flat - dy * dy));
        const row = ((k - z0) * height + j) * width;
        const stop = row + Math.min(width - 1, Math.floor(x + half - 0.5));
        for (let v = row + Math.max(0, Math.ceil(x - half - 0.5)); v <= stop; v++)
          if (labels[v] === 0) labels[v] = label;
      }
    }
  }
}

/** Whether a label of neurites is one that reaches from the first to the last voxel along x. */
function runsThrough(label: number): boolean {
  return label % 30 === 0;
}

type Found = { readonly balls: number[]; readonly labels: number[] };
type Growth = { readonly label: number; readonly extent: Vec3; readonly chance: () => number };
type Walk = {
  at: Vec3;
  heading: Vec3;
  readonly radius: number;
  readonly steps: number;
  readonly bend: number;
};

function growThrough(found: Found, growth: Growth): void {
  const { extent, chance } = growth;
  const at: Vec3 = [0.5, extent[1] * (0.1 + 0.8 * chance()), extent[2] * (0.1 + 0.8 * chance())];
  const steps = Math.ceil(extent[0] / stride) + 1;
  const radius = 5 + 4 * chance();
  // Straight along x, but for what its swellings do to it.
  walk(found, { at, heading: [1, 0, 0], radius, steps, bend: 0 }, growth);
}

function growLarge(found: Found, at: Vec3, growth: Growth): void {
  const { chance } = growth;
  const radius = 9 + 7 * chance();
  const trunks = 3 + Math.floor(4 * chance());
  for (let t = 0; t < trunks; t++) {
    const steps = 75 + Math.floor(275 * chance());
    const trunk = { at, heading: flatHeading(chance), radius, steps, bend: 0.1 };
    walk(found, trunk, growth);
    const branches = Math.floor(4 * chance());
    for (let b = 0; b < branches; b++) {
      const heading = unit(along(trunk.heading, randomHeading(chance), 0.8));
      const thin = { at: trunk.at, heading, radius: radius * 0.6, bend: 0.15 };
      walk(found, { ...thin, steps: 30 + Math.floor(120 * chance()) }, growth);
    }
  }
}

function growSmall(found: Found, at: Vec3, growth: Growth): void {
  const { chance } = growth;
  const radius = 4.5 + 8 * chance();
  const heading = flatHeading(chance);
  walk(found, { at, heading, radius, steps: 10 + Math.floor(155 * chance()), bend: 0.13 }, growth);
  const back = along([0, 0, 0], heading, -1);
  walk(found, { at, heading: back, radius, steps: 5 + Math.floor(75 * chance()), bend: 0.13 }, growth);
}

/** Draws a tube and leaves `at` and `heading` at its end. Its thickness swells, and small balls roughen it. */
function walk(found: Found, tube: Walk, { label, extent, chance }: Growth): void {
  let swelling = 1;
  for (let step = 0; step < tube.steps; step++) {
    if (tube.bend > 0) tube.heading = unit(along(tube.heading, randomHeading(chance), tube.bend));
    tube.at = along(tube.at, tube.heading, stride);
    if (([0, 1, 2] as const).some((d) => tube.at[d] < 0 || tube.at[d] >= extent[d] + stride)) return;
    swelling += 0.12 * (1 - swelling) + 0.3 * (chance() - 0.5);
    const radius = tube.radius * Math.min(1.5, Math.max(0.5, swelling));
    add(found, tube.at, radius, label);
    if (chance() < 0.7) {
      const side = along(tube.at, randomHeading(chance), radius * (0.75 + 0.3 * chance()));
      add(found, side, tube.radius * (0.2 + 0.25 * chance()), label);
    }
  }
}

function add({ balls, labels }: Found, at: Vec3, radius: number, label: number): void {
  balls.push(at[0], at[1], at[2], radius);
  labels.push(label);
}

/** Few neurites climb along z, where the guide's volume is thin. */
function flatHeading(chance: () => number): Vec3 {
  const [x, y, z] = randomHeading(chance);
  return unit([x, y, z / 2]);
}

function voxelCentre(size: Vec3, pitch: number, chance: () => number): Vec3 {
  const inside = (d: 0 | 1 | 2) => Math.floor(size[d] * chance()) + 0.5;
  return [inside(0), inside(1), inside(2) * pitch];
}
