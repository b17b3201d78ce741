/**
 * Where a vertex is in a table of vertices by their positions (open addressing, a power of two, -1 for free): the slot of
 * one at the same position, or the free one that it may have.
 *
 * @param bits positions of all vertices, three float32 each, as words
 */
export function slotOf(slots: Int32Array, bits: Uint32Array, vertex: number): number {
  const x = bits[3 * vertex]!;
  const y = bits[3 * vertex + 1]!;
  const z = bits[3 * vertex + 2]!;
  const last = slots.length - 1;
  let slot = Math.imul(Math.imul(Math.imul(x, 0x85ebca6b) ^ y, 0xc2b2ae35) ^ z, 0x9e3779b1);
  slot = (slot ^ (slot >>> 15)) & last;
  for (let other = slots[slot]!; other >= 0; other = slots[slot]!) {
    if (bits[3 * other] === x && bits[3 * other + 1] === y && bits[3 * other + 2] === z) break;
    slot = (slot + 1) & last;
  }
  return slot;
}

/** A table of `slotOf` in which so many vertices leave room. */
export function createSlots(vertices: number): Int32Array {
  return new Int32Array(2 ** Math.ceil(Math.log2(2 * vertices + 2))).fill(-1);
}
