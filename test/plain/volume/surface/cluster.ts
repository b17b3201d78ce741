import { GRID } from "../../../../lib/format/pack.ts";
import { type CellCases, cellCases, NONE } from "../../../../lib/volume/surface/cell.ts";
import { CROSSINGS, type Crossings, crossings } from "../../../../lib/volume/surface/crossing.ts";

/**
 * The part of a label's surface inside one cluster (2x2x2 dual cells, 3x3x3 voxels), which depends on
 * 27 bits alone. Vertices are numbered from 0; positions are in 1/GRID voxel from the cluster's first
 * corner.
 */
export type ClusterMaker = {
  readonly cells: CellCases;
  readonly faces: Crossings;
  /** Result of the last call: [8 cells][12 edges] vertex number or NONE. */
  readonly corners: Uint8Array;
  /** Result of the last call: x, y, z of each vertex. */
  readonly positions: Int16Array;
  /** Result of the last call: number of vertices. */
  count: number;
  /** Result of the last call: the cluster keeps one vertex per loop. */
  fine: boolean;
  readonly work: Work;
};

type Work = {
  /** Case and first loop of each of the 8 cells; loops in all. */
  readonly mask: Uint8Array;
  readonly first: Uint8Array;
  readonly parent: Uint8Array;
  /** Sheet of each loop (connected parts of the surface inside the cluster). */
  readonly sheet: Uint8Array;
  /** Per sheet: Euler characteristic doubled, cluster edges cut, cuts on each of the six sides. */
  readonly euler: Int16Array;
  readonly cut: Uint16Array;
  readonly sides: Uint8Array;
  /** Sum of means, [x, y, z] per vertex, and number of summands. */
  readonly sum: Float64Array;
  readonly plane: Float64Array;
  readonly weight: Float64Array;
  readonly loops: Uint8Array;
};

/** Most loops of one label in a cluster: 4 in each of 8 cells. */
export const LOOPS = 32;

/**
 * How far the vertex of a single loop is moved from the mean of its cuts (0) towards the planes of its voxel
 * faces (1). The mean lies inside the body at every convex place; halfway, distances to the voxels are half
 * as large, and a filament one voxel wide keeps 56 % of its cross-section, not 25 %. Vertices shared by a
 * whole cluster stay at the mean: there the same number of triangles after simplification gives the same
 * distances either way, and a given error bound keeps fewer.
 */
const SHARPNESS = 0.5;

/**
 * Makes the table entry of a mask into `maker`. A sheet gets a single vertex when that cannot change
 * the topology: it is a disk, it leaves the cluster through three or more sides, through each at most
 * once, and cuts no cluster edge twice. If a sheet fails, the whole cluster is `fine` and keeps one
 * vertex per loop.
 */
export function makeCluster(maker: ClusterMaker, mask: number, coarse: boolean): void {
  const loops = findLoops(maker, mask);
  const sheets = findSheets(maker, mask, loops);
  maker.fine = true;
  if (coarse && measureSheets(maker, mask, sheets)) {
    maker.fine = false;
    number(maker, sheets, 0);
    if (!distinct(maker)) maker.fine = true;
  }
  if (maker.fine) {
    for (let i = 0; i < loops; i++) maker.work.sheet[i] = i;
    number(maker, loops, SHARPNESS);
  }
}

/** Tables and scratch for `makeCluster`; one per thread. */
export function createClusterMaker(): ClusterMaker {
  const work = {
    mask: new Uint8Array(8),
    first: new Uint8Array(8),
    parent: new Uint8Array(LOOPS),
    sheet: new Uint8Array(LOOPS),
    euler: new Int16Array(LOOPS),
    cut: new Uint16Array(LOOPS),
    sides: new Uint8Array(LOOPS * 6),
    sum: new Float64Array(LOOPS * 3),
    plane: new Float64Array(LOOPS * 3),
    weight: new Float64Array(LOOPS * 3),
    loops: new Uint8Array(LOOPS),
  };
  const corners = new Uint8Array(96);
  const positions = new Int16Array(LOOPS * 3);
  return { cells: cellCases(), faces: crossings(), corners, positions, count: 0, fine: false, work };
}

function findLoops({ cells, work }: ClusterMaker, mask: number): number {
  let loops = 0;
  for (let cell = 0; cell < 8; cell++) {
    const m = mask >> ((cell & 1) + 3 * ((cell >> 1) & 1) + 9 * (cell >> 2));
    const low = (m & 3) | ((m >> 1) & 12);
    const high = ((m >> 9) & 3) | ((m >> 10) & 12);
    work.mask[cell] = low | (high << 4);
    work.first[cell] = loops;
    loops += cells.count[work.mask[cell]!]!;
  }
  for (let i = 0; i < loops; i++) work.parent[i] = i;
  return loops;
}

/** Loop at a slot (12 cell + edge) of the present mask. */
function loopAt({ cells, work }: ClusterMaker, slot: number): number {
  const cell = (slot / 12) | 0;
  return work.first[cell]! + cells.loop[work.mask[cell]! * 12 + slot - cell * 12]!;
}

function root(parent: Uint8Array, i: number): number {
  let r = i;
  while (parent[r] !== r) r = parent[r]!;
  return r;
}

/** Joins the loops that share a cut (they meet across the side between their cells); numbers the sheets. */
function findSheets(maker: ClusterMaker, mask: number, loops: number): number {
  const { faces, work } = maker;
  const { parent, sheet } = work;
  for (let k = 0; k < CROSSINGS; k++) {
    if (((mask >> faces.low[k]!) & 1) === ((mask >> faces.high[k]!) & 1)) continue;
    let before = -1;
    for (let j = 4 * k; j < 4 * k + 4; j++) {
      if (!inside(faces, j)) continue;
      const r = root(parent, loopAt(maker, faces.slot[j]!));
      if (before >= 0 && before !== r) parent[Math.max(before, r)] = Math.min(before, r);
      before = before < 0 ? r : Math.min(before, r);
    }
  }
  let sheets = 0;
  for (let i = 0; i < loops; i++) {
    const r = root(parent, i);
    sheet[i] = r === i ? sheets++ : sheet[r]!;
  }
  work.euler.fill(0, 0, sheets);
  for (let i = 0; i < loops; i++) work.euler[sheet[i]!]! += 2;
  return sheets;
}

function inside(faces: Crossings, j: number): boolean {
  return faces.shift[3 * j] === 0 && faces.shift[3 * j + 1] === 0 && faces.shift[3 * j + 2] === 0;
}

/**
 * Whether every sheet may shrink to one vertex. Characteristic = loops - segments between loops + faces
 * of the centre voxel; a segment joins two cuts, so each cut counts half of it per inner side.
 */
function measureSheets(maker: ClusterMaker, mask: number, sheets: number): boolean {
  const { faces, work } = maker;
  const { sheet, euler, cut, sides } = work;
  cut.fill(0, 0, sheets);
  sides.fill(0, 0, sheets * 6);
  for (let k = 0; k < CROSSINGS; k++) {
    if (((mask >> faces.low[k]!) & 1) === ((mask >> faces.high[k]!) & 1)) continue;
    const u = k % 3;
    const v = ((k / 3) | 0) % 3;
    const own = (u < 2 ? 1 : 0) | (v < 2 ? 2 : 0);
    const s = sheet[loopAt(maker, faces.slot[4 * k + (own === 3 ? 2 : own === 2 ? 3 : own)]!)]!;
    if (u === 1 && v === 1) euler[s]! -= 2;
    else if (u === 1 || v === 1) euler[s]! -= 1;
    else {
      const axis = (k / 18) | 0;
      const edge = 1 << (axis * 4 + u / 2 + v);
      if ((cut[s]! & edge) !== 0) return false;
      cut[s]! |= edge;
      sides[s * 6 + ((axis + 1) % 3) * 2 + u / 2]! += 1;
      sides[s * 6 + ((axis + 2) % 3) * 2 + v / 2]! += 1;
    }
  }
  for (let s = 0; s < sheets; s++) if (euler[s] !== 2 || !crossesSides(sides, s * 6)) return false;
  return true;
}

function crossesSides(sides: Uint8Array, at: number): boolean {
  let crossed = 0;
  for (let i = at; i < at + 6; i++) {
    if (sides[i]! > 2) return false;
    if (sides[i] === 2) crossed++;
  }
  return crossed >= 3;
}

/** Writes corners and positions, one vertex for all loops of a sheet. */
function number(maker: ClusterMaker, count: number, sharpness: number): void {
  const { cells, work, corners } = maker;
  const vertex = work.sheet;
  const { sum, loops, plane, weight } = work;
  maker.count = count;
  sum.fill(0, 0, count * 3);
  plane.fill(0, 0, count * 3);
  weight.fill(0, 0, count * 3);
  loops.fill(0, 0, count);
  for (let cell = 0; cell < 8; cell++) {
    const m = work.mask[cell]!;
    for (let i = 0; i < cells.count[m]!; i++) {
      const to = vertex[work.first[cell]! + i]!;
      loops[to]! += 1;
      for (let d = 0; d < 3; d++) sum[3 * to + d]! += cells.mean[m * 12 + i * 3 + d]! + ((cell >> d) & 1);
    }
    for (let e = 0; e < 12; e++) {
      const loop = cells.loop[m * 12 + e]!;
      const to = loop === NONE ? NONE : vertex[work.first[cell]! + loop]!;
      corners[cell * 12 + e] = to;
      if (to === NONE) continue;
      plane[3 * to + (e >> 2)]! += (cell >> (e >> 2)) & 1;
      weight[3 * to + (e >> 2)]! += 1;
    }
  }
  for (let i = 0; i < count * 3; i++) {
    const mean = sum[i]! / loops[(i / 3) | 0]!;
    const flat = weight[i] === 0 ? mean : plane[i]! / weight[i]!;
    maker.positions[i] = Math.round((mean + sharpness * (flat - mean)) * GRID);
  }
}

function distinct({ positions, count }: ClusterMaker): boolean {
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      const x = positions[3 * i] === positions[3 * j];
      if (x && positions[3 * i + 1] === positions[3 * j + 1] && positions[3 * i + 2] === positions[3 * j + 2])
        return false;
    }
  }
  return true;
}
