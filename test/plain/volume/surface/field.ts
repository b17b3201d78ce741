import type { Vec3 } from "../../../../lib/format/vec.ts";
import { CROSSINGS, type Crossings, crossings } from "../../../../lib/volume/surface/crossing.ts";
import { LOOPS } from "./cluster.ts";
import { createTable, doubled, type Table } from "./table.ts";

/** What the passes over one block share; the arrays are kept from block to block and only grow. */
export type Field = {
  readonly table: Table;
  readonly crossing: Crossings;
  /** [54][4]: cluster of each corner of a face, from the cluster that numbers the face. */
  readonly step: Int32Array;
  /** Vertices of the face at hand. */
  readonly corner: Int32Array;
  labels: Uint32Array;
  /** Voxels from one row to the next and from one slice to the next. */
  row: number;
  slice: number;
  /** Voxel of each of a cluster's 27, from its first. */
  readonly offset: Int32Array;
  /** Clusters scanned and owned per axis, and the first one's place in the volume. */
  shape: Vec3;
  owned: Vec3;
  origin: Vec3;
  /** Records of cluster c are start[c] .. start[c + 1]; none for a cluster of one label. */
  start: Int32Array;
  records: number;
  /** Per record: label, entry of the table, first vertex. */
  recordLabel: Uint32Array;
  recordEntry: Int32Array;
  recordVertex: Int32Array;
  vertices: number;
  /** Per vertex: label, cluster x LOOPS + number in the record, position x, y, z from the block's origin. */
  vertexLabel: Uint32Array;
  vertexPlace: Uint32Array;
  position: Int32Array;
  /** Records of fine clusters: record, cluster, mask. */
  fine: Int32Array;
  fineCount: number;
  /** Faces: four vertices counter-clockwise seen from outside, the last one -1 for a triangle. */
  faces: number;
  face: Int32Array;
};

/** Tables and space of one thread. With `coarse` false every cluster keeps the full resolution. */
export function createField(coarse: boolean): Field {
  const none: Vec3 = [0, 0, 0];
  const geometry = { labels: new Uint32Array(0), row: 0, slice: 0, shape: none, owned: none, origin: none };
  return {
    ...geometry,
    table: createTable(coarse),
    crossing: crossings(),
    step: new Int32Array(4 * CROSSINGS),
    corner: new Int32Array(4),
    offset: new Int32Array(27),
    start: new Int32Array(1),
    records: 0,
    recordLabel: new Uint32Array(1 << 12),
    recordEntry: new Int32Array(1 << 12),
    recordVertex: new Int32Array(1 << 12),
    vertices: 0,
    vertexLabel: new Uint32Array(1 << 12),
    vertexPlace: new Uint32Array(1 << 12),
    position: new Int32Array(3 << 12),
    fine: new Int32Array(3 << 10),
    fineCount: 0,
    faces: 0,
    face: new Int32Array(4 << 12),
  };
}

/** Makes room for a row of `clusters` more clusters in the worst case: every voxel its own label. */
export function reserveRecords(field: Field, clusters: number): void {
  while (field.recordLabel.length < field.records + 27 * clusters) {
    field.recordLabel = doubled(field.recordLabel);
    field.recordEntry = doubled(field.recordEntry);
    field.recordVertex = doubled(field.recordVertex);
  }
  while (field.vertexLabel.length < field.vertices + 2 * LOOPS * clusters) {
    field.vertexLabel = doubled(field.vertexLabel);
    field.vertexPlace = doubled(field.vertexPlace);
    field.position = doubled(field.position);
  }
  while (field.fine.length < 3 * (field.fineCount + 27 * clusters)) field.fine = doubled(field.fine);
}

/** Makes room for so many more faces. */
export function reserveFaces(field: Field, count: number): void {
  while (field.face.length < 4 * (field.faces + count)) field.face = doubled(field.face);
}

/** The record of a label in a cluster. It must be there: a face at a corner shows in all four clusters. */
export function recordOf(field: Field, cluster: number, label: number): number {
  const { recordLabel, start } = field;
  const end = start[cluster + 1]!;
  for (let r = start[cluster]!; r < end; r++) if (recordLabel[r] === label) return r;
  throw new Error(`no surface of label ${label} in cluster ${cluster}`);
}
