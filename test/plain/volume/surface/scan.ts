import { GRID } from "../../../../lib/format/pack.ts";
import { LOOPS } from "./cluster.ts";
import { type Field, reserveRecords } from "./field.ts";
import { entryOf } from "./table.ts";

const ALL = 0x7ffffff;

/**
 * Pass A: the records and vertices of every cluster of the block, in cluster order, x fastest. One call
 * per row keeps the hot functions small enough for V8 to optimise early.
 */
export function scanClusters(field: Field): void {
  const [nx, ny, nz] = field.shape;
  if (field.start.length <= nx * ny * nz) field.start = new Int32Array(nx * ny * nz + 1);
  field.records = 0;
  field.vertices = 0;
  field.fineCount = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      reserveRecords(field, nx);
      scanRow(field, y, z);
    }
  }
  field.start[nx * ny * nz] = field.records;
}

function scanRow(field: Field, y: number, z: number): void {
  const { start, row, slice } = field;
  const [nx, ny] = field.shape;
  const inner = y > 0 && z > 0;
  let cluster = (z * ny + y) * nx;
  let at = 2 * (z * slice + y * row);
  for (let x = 0; x < nx; x++, cluster++, at += 2) {
    start[cluster] = field.records;
    if (inner && x > 0) {
      // The clusters before in x, y and z are of one label: only the eight voxels none of them sees can differ.
      const x1 = field.records === start[cluster - 1];
      const y1 = start[cluster - nx] === start[cluster - nx + 1];
      if (x1 && y1 && start[cluster - nx * ny] === start[cluster - nx * ny + 1]) {
        if (sameEight(field, at)) continue;
      }
    }
    scanCluster(field, at, cluster);
  }
}

function sameEight({ labels, row, slice }: Field, at: number): boolean {
  const a = labels[at]!;
  const i = at + row + slice + 1;
  const j = i + row;
  const k = i + slice;
  const l = k + row;
  if (labels[i] !== a || labels[i + 1] !== a || labels[j] !== a || labels[j + 1] !== a) return false;
  return labels[k] === a && labels[k + 1] === a && labels[l] === a && labels[l + 1] === a;
}

function scanCluster(field: Field, at: number, cluster: number): void {
  const { labels, offset } = field;
  const a = labels[at]!;
  let b = 0;
  let maskA = 1;
  let maskB = 0;
  let rest = 0;
  for (let k = 1; k < 27; k++) {
    const label = labels[at + offset[k]!]!;
    if (label === a) maskA |= 1 << k;
    else if (label === b && maskB !== 0) maskB |= 1 << k;
    else if (maskB === 0) {
      b = label;
      maskB = 1 << k;
    } else rest |= 1 << k;
  }
  if (maskA === ALL) return;
  if (a !== 0) addRecord(field, cluster, a, maskA);
  if (b !== 0) addRecord(field, cluster, b, maskB);
  if (rest !== 0) scanRest(field, at, cluster, rest);
}

/** Third and further labels of a cluster. */
function scanRest(field: Field, at: number, cluster: number, left: number): void {
  const { labels, offset } = field;
  let rest = left;
  while (rest !== 0) {
    const first = 31 - Math.clz32(rest & -rest);
    const label = labels[at + offset[first]!]!;
    let mask = 0;
    for (let k = first; k < 27; k++) {
      if (((rest >> k) & 1) === 1 && labels[at + offset[k]!] === label) mask |= 1 << k;
    }
    rest &= ~mask;
    if (label !== 0) addRecord(field, cluster, label, mask);
  }
}

function addRecord(field: Field, cluster: number, label: number, mask: number): void {
  const { table } = field;
  const entry = entryOf(table, mask);
  const record = field.records++;
  field.recordLabel[record] = label;
  field.recordEntry[record] = entry;
  field.recordVertex[record] = field.vertices;
  if (table.fine[entry] === 1) {
    const i = 3 * field.fineCount++;
    field.fine[i] = record;
    field.fine[i + 1] = cluster;
    field.fine[i + 2] = mask;
  }
  const [nx, ny] = field.shape;
  const { vertexLabel, vertexPlace, position } = field;
  const { positions } = table;
  const x = (cluster % nx) * 2 * GRID;
  const yz = (cluster / nx) | 0;
  const y = (yz % ny) * 2 * GRID;
  const z = ((yz / ny) | 0) * 2 * GRID;
  const count = table.count[entry]!;
  let from = 3 * table.first[entry]!;
  let vertex = field.vertices;
  for (let i = 0; i < count; i++, vertex++, from += 3) {
    vertexLabel[vertex] = label;
    vertexPlace[vertex] = cluster * LOOPS + i;
    position[3 * vertex] = x + positions[from]!;
    position[3 * vertex + 1] = y + positions[from + 1]!;
    position[3 * vertex + 2] = z + positions[from + 2]!;
  }
  field.vertices = vertex;
}
