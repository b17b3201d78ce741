import { createSlots, slotOf } from "./position.ts";
import type { Mesh } from "./weld.ts";

/** The mesh without the vertices that no triangle uses; the others keep their order. */
export function compactMesh({ positions, indices }: Mesh): Mesh {
  const number = new Uint32Array(positions.length / 3);
  for (let i = 0; i < indices.length; i++) number[indices[i]!] = 1;
  let count = 0;
  for (let v = 0; v < number.length; v++) {
    if (number[v] === 0) continue;
    number[v] = count++;
  }
  const kept = new Float32Array(3 * count);
  const renumbered = new Uint32Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const from = 3 * indices[i]!;
    const to = number[indices[i]!]!;
    renumbered[i] = to;
    kept[3 * to] = positions[from]!;
    kept[3 * to + 1] = positions[from + 1]!;
    kept[3 * to + 2] = positions[from + 2]!;
  }
  return { positions: kept, indices: renumbered };
}

/** The mesh as a reader sees it that takes vertices at one position for one. Triangles stay as they are. */
export function weldPositions({ positions, indices }: Mesh): Mesh {
  const bits = new Uint32Array(positions.buffer, positions.byteOffset, positions.length);
  const count = positions.length / 3;
  const slots = createSlots(count);
  const first = new Uint32Array(count);
  for (let v = 0; v < count; v++) {
    const slot = slotOf(slots, bits, v);
    if (slots[slot]! < 0) slots[slot] = v;
    first[v] = slots[slot]!;
  }
  return compactMesh({ positions, indices: indices.map((v) => first[v]!) });
}
