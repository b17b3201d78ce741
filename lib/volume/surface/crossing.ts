/**
 * The 54 voxel faces inside one cluster (27 voxels, 3 axes x 2 positions x 9 places across) and where
 * each is found in the clusters around it. A face along `axis` between the voxels p and p + 1, at the
 * place (u, v) across, has number 18 axis + 9 p + u + 3 v; its four corners are dual cells, taken
 * counter-clockwise seen from the axis' high end.
 *
 * A place 0 reaches into the cluster before, 2 into the one after, 1 stays inside.
 */
export type Crossings = {
  /** [54]: bit numbers (x + 3 y + 9 z) of the voxels at the low and the high side of the face. */
  readonly low: Uint8Array;
  readonly high: Uint8Array;
  /** [54][4]: the corner's place in a cluster's table, 12 cell + edge. */
  readonly slot: Uint8Array;
  /** [54][4][3]: the corner's cluster relative to this one, -1, 0 or 1. */
  readonly shift: Int8Array;
};

/** Number of voxel faces inside a cluster. */
export const CROSSINGS = 54;

/** Builds the table; the geometry is that of mesh clusters 2x2x2 corners wide. */
export function crossings(): Crossings {
  const result = {
    low: new Uint8Array(CROSSINGS),
    high: new Uint8Array(CROSSINGS),
    slot: new Uint8Array(CROSSINGS * 4),
    shift: new Int8Array(CROSSINGS * 12),
  };
  for (let k = 0; k < CROSSINGS; k++) fill(result, k);
  return result;
}

/** Weight of one step along an axis in the bit number of a cluster's voxel. */
const STEP = [1, 3, 9] as const;
const TURN = [0, 0, 1, 0, 1, 1, 0, 1] as const;

function fill(to: Crossings, k: number): void {
  const axis = Math.floor(k / 18);
  const p = Math.floor(k / 9) % 2;
  const place = [k % 3, Math.floor(k / 3) % 3] as const;
  const across = [(axis + 1) % 3, (axis + 2) % 3] as const;
  to.low[k] = p * STEP[axis]! + place[0] * STEP[across[0]]! + place[1] * STEP[across[1]]!;
  to.high[k] = to.low[k]! + STEP[axis]!;
  for (let j = 0; j < 4; j++) {
    let cell = p << axis;
    let edge = axis * 4;
    for (let t = 0; t < 2; t++) {
      const turn = TURN[2 * j + t]!;
      const corner = place[t]! - 1 + turn;
      to.shift[(k * 4 + j) * 3 + across[t]!] = Math.floor(corner / 2);
      cell |= (corner & 1) << across[t]!;
      edge += (1 - turn) << t;
    }
    to.slot[k * 4 + j] = cell * 12 + edge;
  }
}
