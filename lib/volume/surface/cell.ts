/**
 * Loops of one dual cell: the eight voxels around a corner of the voxel grid, seen as one label against
 * the rest. Where the label's boundary passes through the cell it cuts cell edges (pairs of
 * face-adjacent voxels, so each cut is one voxel face); the cuts joined across the cell's sides form
 * closed loops, and each loop is one vertex of the full-resolution dual surface.
 *
 * On an ambiguous side (two label voxels diagonally opposite) the label is separated: only
 * face-connected voxels are joined. Both cells of a side follow the same rule, which is what closes the
 * surface (the per-face rule of marching cubes).
 *
 * Numbering: voxel of the cell = dx + 2 dy + 4 dz. Edge = 4 axis + tu + 2 tv, where u = axis + 1 and
 * v = axis + 2 (mod 3) and tu, tv place the edge's voxels across the axis.
 */
export type CellCases = {
  /** [256][12]: loop that cuts the edge, or NONE. */
  readonly loop: Uint8Array;
  /** [256]: loops of the cell, at most 4. */
  readonly count: Uint8Array;
  /** [256][4][3]: mean of the loop's cuts, voxels from the cell's corner. */
  readonly mean: Float64Array;
};

/** No loop, no vertex. */
export const NONE = 255;

/** The table of all 256 cells. */
export function cellCases(): CellCases {
  const cases = {
    loop: new Uint8Array(256 * 12).fill(NONE),
    count: new Uint8Array(256),
    mean: new Float64Array(256 * 12),
  };
  for (let mask = 0; mask < 256; mask++) fillCase(cases, mask);
  return cases;
}

/** Bit weight of one step along an axis in the voxel number of a cell. */
const STEP = [1, 2, 4] as const;

/** The two voxels of a cell edge: the one at the low side along the edge's axis first. */
export function edgeVoxels(edge: number): readonly [number, number] {
  const axis = edge >> 2;
  const low = (edge & 1) * STEP[(axis + 1) % 3]! + ((edge >> 1) & 1) * STEP[(axis + 2) % 3]!;
  return [low, low + STEP[axis]!];
}

function fillCase(cases: CellCases, mask: number): void {
  const parent = Array.from({ length: 12 }, (_, e) => e);
  const root = (e: number): number => (parent[e] === e ? e : root(parent[e]!));
  for (let side = 0; side < 6; side++) joinSide(mask, side, (a, b) => (parent[root(a)] = root(b)));
  const number = new Map<number, number>();
  for (let edge = 0; edge < 12; edge++) {
    if (!isCut(mask, edge)) continue;
    const r = root(edge);
    if (!number.has(r)) number.set(r, number.size);
    cases.loop[mask * 12 + edge] = number.get(r)!;
  }
  cases.count[mask] = number.size;
  for (let loop = 0; loop < number.size; loop++) fillMean(cases, mask, loop);
}

/** Joins the cuts of one side (axis = side >> 1, low or high) along the segments that run across it. */
function joinSide(mask: number, side: number, join: (a: number, b: number) => void): void {
  const edges = sideEdges(side).filter((e) => isCut(mask, e));
  if (edges.length === 2) join(edges[0]!, edges[1]!);
  if (edges.length !== 4) return;
  for (const a of edges) {
    for (const b of edges) {
      const shared = edgeVoxels(a).find((v) => edgeVoxels(b).includes(v));
      if (a < b && shared !== undefined && ((mask >> shared) & 1) === 1) join(a, b);
    }
  }
}

function sideEdges(side: number): number[] {
  const step = STEP[side >> 1]!;
  const high = side & 1;
  const onSide = (v: number) => ((v & step) !== 0 ? 1 : 0) === high;
  return Array.from({ length: 12 }, (_, e) => e).filter((e) => edgeVoxels(e).every(onSide));
}

function isCut(mask: number, edge: number): boolean {
  const [a, b] = edgeVoxels(edge);
  return ((mask >> a) & 1) !== ((mask >> b) & 1);
}

function fillMean(cases: CellCases, mask: number, loop: number): void {
  const sum = [0, 0, 0];
  let cuts = 0;
  for (let edge = 0; edge < 12; edge++) {
    if (cases.loop[mask * 12 + edge] !== loop) continue;
    cuts++;
    const axis = edge >> 2;
    sum[(axis + 1) % 3]! += (edge & 1) - 0.5;
    sum[(axis + 2) % 3]! += ((edge >> 1) & 1) - 0.5;
  }
  for (let d = 0; d < 3; d++) cases.mean[mask * 12 + loop * 3 + d] = sum[d]! / cuts;
}
