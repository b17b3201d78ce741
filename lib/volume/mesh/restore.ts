import { type Components, findComponents } from "./component.ts";
import type { Mesh } from "./weld.ts";

/** Share of its volume that a closed part must keep. */
const SHARE = 0.5;

/**
 * The triangles of a simplified mesh (`indices` into the vertices of `mesh`), with those connected parts
 * of the mesh put back that have vanished, turned inside out or lost half their volume. For parts with
 * open edges only vanishing counts.
 */
export function restoreParts(mesh: Mesh, indices: Uint32Array): Uint32Array {
  const parts = findComponents(mesh.indices, mesh.positions.length / 3);
  const before = measure(mesh.positions, mesh.indices, parts);
  const after = measure(mesh.positions, indices, parts);
  const lost = new Uint8Array(parts.count);
  let any = false;
  for (let c = 0; c < parts.count; c++) {
    const shrunk = before.closed[c] === 1 && !(after.volume[c]! / before.volume[c]! >= SHARE);
    if (before.triangles[c] === 0 || (after.triangles[c]! > 0 && !shrunk)) continue;
    lost[c] = 1;
    any = true;
  }
  if (!any) return indices;
  const kept = pick(indices, parts, lost, 0);
  const back = pick(mesh.indices, parts, lost, 1);
  const result = new Uint32Array(kept.length + back.length);
  result.set(kept);
  result.set(back, kept.length);
  return result;
}

function pick(indices: Uint32Array, parts: Components, lost: Uint8Array, value: number): Uint32Array {
  const result = new Uint32Array(indices.length);
  let count = 0;
  for (let i = 0; i < indices.length; i += 3) {
    if (lost[parts.of[indices[i]!]!] !== value) continue;
    result[count] = indices[i]!;
    result[count + 1] = indices[i + 1]!;
    result[count + 2] = indices[i + 2]!;
    count += 3;
  }
  return result.subarray(0, count);
}

type Measure = {
  readonly triangles: Uint32Array;
  /** Six times the enclosed volume. */
  readonly volume: Float64Array;
  /** 1 where the area vectors sum to zero, as they do for a closed surface; only then is there a volume. */
  readonly closed: Uint8Array;
};

function measure(positions: Float32Array, indices: Uint32Array, parts: Components): Measure {
  const triangles = new Uint32Array(parts.count);
  const volume = new Float64Array(parts.count);
  const area = new Float64Array(3 * parts.count);
  for (let i = 0; i < indices.length; i += 3) {
    const part = parts.of[indices[i]!]!;
    const o = 3 * parts.first[part]!;
    const a = 3 * indices[i]!;
    const b = 3 * indices[i + 1]!;
    const c = 3 * indices[i + 2]!;
    const ax = positions[a]! - positions[o]!;
    const ay = positions[a + 1]! - positions[o + 1]!;
    const az = positions[a + 2]! - positions[o + 2]!;
    const bx = positions[b]! - positions[a]!;
    const by = positions[b + 1]! - positions[a + 1]!;
    const bz = positions[b + 2]! - positions[a + 2]!;
    const cx = positions[c]! - positions[a]!;
    const cy = positions[c + 1]! - positions[a + 1]!;
    const cz = positions[c + 2]! - positions[a + 2]!;
    const nx = by * cz - bz * cy;
    const ny = bz * cx - bx * cz;
    const nz = bx * cy - by * cx;
    triangles[part]! += 1;
    area[3 * part]! += nx;
    area[3 * part + 1]! += ny;
    area[3 * part + 2]! += nz;
    volume[part]! += ax * nx + ay * ny + az * nz;
  }
  const closed = new Uint8Array(parts.count);
  for (let c = 0; c < parts.count; c++) {
    closed[c] = area[3 * c] === 0 && area[3 * c + 1] === 0 && area[3 * c + 2] === 0 ? 1 : 0;
  }
  return { triangles, volume, closed };
}
