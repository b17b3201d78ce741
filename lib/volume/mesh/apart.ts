import { createSlots, slotOf } from "./position.ts";
import type { Mesh } from "./weld.ts";

/**
 * Whether the vertices from `first` on have positions of their own: none that another vertex has, before or among them.
 * Few are new: their positions are put into a table in which all others are looked for.
 */
export function areNewApart({ positions }: Mesh, first: number): boolean {
  const bits = new Uint32Array(positions.buffer, positions.byteOffset, positions.length);
  const count = positions.length / 3;
  // Four times the room: most of those that are looked for are not there, and meet a free slot at once.
  const slots = createSlots(4 * (count - first));
  for (let v = first; v < count; v++) {
    const slot = slotOf(slots, bits, v);
    if (slots[slot]! >= 0) return false;
    slots[slot] = v;
  }
  for (let v = 0; v < first; v++) if (slots[slotOf(slots, bits, v)]! >= 0) return false;
  return true;
}
