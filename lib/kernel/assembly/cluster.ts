import { CROSSINGS, Field, GRID, LOOPS } from "./field";

/** No loop, no vertex. */
const NONE: u8 = 255;

/** Half way from the mean of a loop's cuts to the planes of its voxel faces: see `makeCluster`. */
const SHARPNESS: f64 = 0.5;

/** Tables of the 256 cells (lib/volume/surface/cell.ts): loop [256][12], count [256], then mean f64 [256][4][3]. */
const COUNT: usize = 256 * 12;
const MEAN: usize = COUNT + 256;
/** Tables of the 54 faces (crossing.ts), bytes: low, high, slot [54][4], shift [54][4][3]. */
const HIGH: usize = 54;
export const SLOT: usize = 108;
export const SHIFT: usize = SLOT + 216;

/** What the last call made: [8 cells][12 edges] vertex or NONE, positions i16 [count][3] in 1/GRID voxel. */
export const corners: usize = memory.data(96, 16);
export const positions: usize = memory.data(192, 16);

/** Case, first loop of each of the 8 cells. */
const cellMask: usize = memory.data(8);
const cellFirst: usize = memory.data(8);
/** Loop at each of the 96 slots. */
const slotLoop: usize = memory.data(96);
const parent: usize = memory.data(32);
/** Sheet of each loop (connected parts of the surface inside the cluster). */
const sheet: usize = memory.data(32);
/** Per sheet: Euler characteristic doubled, cluster edges cut, cuts on each of the six sides. */
const euler: usize = memory.data(64, 2);
const cut: usize = memory.data(64, 2);
const sides: usize = memory.data(192);
/** Sums of means, of planes and their numbers, x, y, z per vertex; loops per vertex. */
const sum: usize = memory.data(768, 8);
const plane: usize = memory.data(768, 8);
const weight: usize = memory.data(768, 8);
const loops: usize = memory.data(32);

/**
 * The surface of a label inside one cluster (2x2x2 dual cells, 3x3x3 voxels), which depends on 27 bits alone: corners
 * and positions are left in the arrays above.
 *
 * A sheet gets a single vertex when that cannot change the topology: it is a disk, it leaves the cluster through three
 * or more sides, through each at most once, and cuts no cluster edge twice. If a sheet fails, the whole cluster is
 * fine and keeps one vertex per loop. The vertex of a single loop is moved half way from the mean of its cuts towards
 * the planes of its voxel faces: the mean lies inside the body at every convex place. Vertices shared by a whole
 * cluster stay at the mean: there the same number of triangles after simplification gives the same distances either
 * way, and a given error bound keeps fewer.
 *
 * @returns the number of vertices, and in bit 8 whether the cluster is fine
 */
export function makeCluster(field: Field, mask: u32): i32 {
  const count = findLoops(field, mask);
  const sheets = findSheets(field, mask, count);
  if (field.coarse && measureSheets(field, mask, sheets)) {
    number(field, sheets, 0);
    if (areDistinct(sheets)) return sheets;
  }
  for (let i = 0; i < count; i++) store<u8>(sheet + i, <u8>i);
  number(field, count, SHARPNESS);
  return count | 256;
}

function findLoops(field: Field, mask: u32): i32 {
  const table = field.cells;
  let found = 0;
  for (let cell = 0; cell < 8; cell++) {
    const m = mask >> ((cell & 1) + 3 * ((cell >> 1) & 1) + 9 * (cell >> 2));
    const low = (m & 3) | ((m >> 1) & 12);
    const high = ((m >> 9) & 3) | ((m >> 10) & 12);
    const bits = low | (high << 4);
    store<u8>(cellMask + cell, <u8>bits);
    store<u8>(cellFirst + cell, <u8>found);
    for (let e = 0; e < 12; e++) {
      const loop = load<u8>(table + bits * 12 + e);
      store<u8>(slotLoop + cell * 12 + e, loop == NONE ? NONE : <u8>(found + loop));
    }
    found += load<u8>(table + COUNT + bits);
  }
  for (let i = 0; i < found; i++) store<u8>(parent + i, <u8>i);
  return found;
}

function root(loop: i32): i32 {
  let r = loop;
  while (load<u8>(parent + r) != r) r = load<u8>(parent + r);
  return r;
}

/** Joins the loops that share a cut (they meet across the side between their cells); numbers the sheets. */
function findSheets(field: Field, mask: u32, count: i32): i32 {
  const faces = field.faces;
  for (let k = 0; k < CROSSINGS; k++) {
    if (((mask >> load<u8>(faces + k)) & 1) == ((mask >> load<u8>(faces + HIGH + k)) & 1)) continue;
    let before = -1;
    for (let j = 4 * k; j < 4 * k + 4; j++) {
      if (!isInside(faces, j)) continue;
      const r = root(load<u8>(slotLoop + load<u8>(faces + SLOT + j)));
      if (before >= 0 && before != r) store<u8>(parent + max(before, r), <u8>min(before, r));
      before = before < 0 ? r : min(before, r);
    }
  }
  let sheets = 0;
  for (let i = 0; i < count; i++) {
    const r = root(i);
    store<u8>(sheet + i, r == i ? <u8>(sheets++) : load<u8>(sheet + r));
  }
  memory.fill(euler, 0, <usize>sheets << 1);
  for (let i = 0; i < count; i++) {
    const at = euler + (<usize>load<u8>(sheet + i) << 1);
    store<i16>(at, load<i16>(at) + 2);
  }
  return sheets;
}

// @ts-ignore: decorator
@inline
function isInside(faces: usize, j: i32): bool {
  const at = faces + SHIFT + 3 * j;
  return (load<u8>(at) | load<u8>(at, 1) | load<u8>(at, 2)) == 0;
}

/**
 * Whether every sheet may shrink to one vertex. Characteristic = loops - segments between loops + faces of the centre
 * voxel; a segment joins two cuts, so each cut counts half of it per inner side.
 */
function measureSheets(field: Field, mask: u32, sheets: i32): bool {
  const faces = field.faces;
  memory.fill(cut, 0, <usize>sheets << 1);
  memory.fill(sides, 0, sheets * 6);
  for (let k = 0; k < CROSSINGS; k++) {
    if (((mask >> load<u8>(faces + k)) & 1) == ((mask >> load<u8>(faces + HIGH + k)) & 1)) continue;
    const u = k % 3;
    const v = (k / 3) % 3;
    const own = (u < 2 ? 1 : 0) | (v < 2 ? 2 : 0);
    const corner = own == 3 ? 2 : own == 2 ? 3 : own;
    const s: usize = load<u8>(sheet + load<u8>(slotLoop + load<u8>(faces + SLOT + 4 * k + corner)));
    const at = euler + (s << 1);
    if (u == 1 && v == 1) store<i16>(at, load<i16>(at) - 2);
    else if (u == 1 || v == 1) store<i16>(at, load<i16>(at) - 1);
    else {
      const axis = k / 18;
      const edge: i32 = 1 << (axis * 4 + u / 2 + v);
      const edges = <i32>load<u16>(cut + (s << 1));
      if ((edges & edge) != 0) return false;
      store<u16>(cut + (s << 1), <u16>(edges | edge));
      const a = sides + s * 6 + ((axis + 1) % 3) * 2 + u / 2;
      const b = sides + s * 6 + ((axis + 2) % 3) * 2 + v / 2;
      store<u8>(a, load<u8>(a) + 1);
      store<u8>(b, load<u8>(b) + 1);
    }
  }
  for (let s = 0; s < sheets; s++) {
    if (load<i16>(euler + (<usize>s << 1)) != 2 || !crossesSides(sides + s * 6)) return false;
  }
  return true;
}

function crossesSides(at: usize): bool {
  let crossed = 0;
  for (let i = 0; i < 6; i++) {
    const cuts = load<u8>(at + i);
    if (cuts > 2) return false;
    if (cuts == 2) crossed++;
  }
  return crossed >= 3;
}

/** Writes corners and positions, one vertex for all loops of a sheet. */
function number(field: Field, count: i32, sharpness: f64): void {
  const table = field.cells;
  const bytes = <usize>count * 24;
  memory.fill(sum, 0, bytes);
  memory.fill(plane, 0, bytes);
  memory.fill(weight, 0, bytes);
  memory.fill(loops, 0, count);
  for (let cell = 0; cell < 8; cell++) {
    const m = <usize>load<u8>(cellMask + cell);
    const own = <i32>load<u8>(table + COUNT + m);
    const firstLoop = <i32>load<u8>(cellFirst + cell);
    for (let i = 0; i < own; i++) {
      const to = <usize>load<u8>(sheet + firstLoop + i);
      store<u8>(loops + to, load<u8>(loops + to) + 1);
      const mean = table + MEAN + (m * 12 + i * 3) * 8;
      for (let d = 0; d < 3; d++) add(sum + to * 24 + d * 8, load<f64>(mean + d * 8) + <f64>((cell >> d) & 1));
    }
    for (let e = 0; e < 12; e++) {
      const slot = cell * 12 + e;
      const loop = load<u8>(slotLoop + slot);
      const to = loop == NONE ? NONE : load<u8>(sheet + loop);
      store<u8>(corners + slot, to);
      if (to == NONE) continue;
      const axis = e >> 2;
      const at = <usize>to * 24 + axis * 8;
      add(plane + at, <f64>((cell >> axis) & 1));
      add(weight + at, 1);
    }
  }
  for (let i = 0; i < count * 3; i++) {
    const at = <usize>i << 3;
    const mean = load<f64>(sum + at) / <f64>load<u8>(loops + i / 3);
    const faces = load<f64>(weight + at);
    const flat = faces == 0 ? mean : load<f64>(plane + at) / faces;
    // Halves go up, as Math.round has them.
    store<i16>(positions + (i << 1), <i16>Math.floor((mean + sharpness * (flat - mean)) * GRID + 0.5));
  }
}

// @ts-ignore: decorator
@inline
function add(at: usize, value: f64): void {
  store<f64>(at, load<f64>(at) + value);
}

function areDistinct(count: i32): bool {
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      const a = positions + i * 6;
      const b = positions + j * 6;
      if (load<u32>(a) == load<u32>(b) && load<u16>(a, 4) == load<u16>(b, 4)) return false;
    }
  }
  return true;
}
