import type { Mesh } from "./weld.ts";

/**
 * Whether the vertices from `first` on have positions of their own: none that another vertex has, before or among them.
 * Few are new: their positions are put into a table in which all others are looked for.
 */
export function areNewApart({ positions }: Mesh, first: number): boolean {
  const bits = new Uint32Array(positions.buffer, positions.byteOffset, positions.length);
  const count = positions.length / 3;
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(8 * (count - first) + 8))).fill(-1);
  const last = slots.length - 1;
  for (let v = first; v < count; v++) {
    let slot = slotOf(bits, v) & last;
    for (; slots[slot]! >= 0; slot = (slot + 1) & last) if (isSame(bits, v, slots[slot]!)) return false;
    slots[slot] = v;
  }
  for (let v = 0; v < first; v++) {
    let slot = slotOf(bits, v) & last;
    for (; slots[slot]! >= 0; slot = (slot + 1) & last) if (isSame(bits, v, slots[slot]!)) return false;
  }
  return true;
}

function slotOf(bits: Uint32Array, v: number): number {
  const mixed = Math.imul(bits[3 * v]!, 0x85ebca6b) ^ bits[3 * v + 1]!;
  const slot = Math.imul(Math.imul(mixed, 0xc2b2ae35) ^ bits[3 * v + 2]!, 0x9e3779b1);
  return slot ^ (slot >>> 15);
}

function isSame(bits: Uint32Array, v: number, w: number): boolean {
  return (
    bits[3 * v] === bits[3 * w] && bits[3 * v + 1] === bits[3 * w + 1] && bits[3 * v + 2] === bits[3 * w + 2]
  );
}
