/** Label + 1 of an id, or 0: the open-addressing hash of lib/format/label.ts, which makes it. */
// @ts-ignore: decorator
@inline
export function find(lo: usize, hi: usize, slots: usize, mask: u32, idLo: u32, idHi: u32): u32 {
  let slot = hashOf(idLo, idHi) & mask;
  let entry = load<u32>(slots + (<usize>slot << 2));
  while (entry != 0) {
    const at = <usize>(entry - 1) << 2;
    if (load<u32>(lo + at) == idLo && load<u32>(hi + at) == idHi) return entry;
    slot = (slot + 1) & mask;
    entry = load<u32>(slots + (<usize>slot << 2));
  }
  return 0;
}

/** `hashId` of lib/format/label.ts. */
// @ts-ignore: decorator
@inline
function hashOf(lo: u32, hi: u32): u32 {
  let h: u32 = (lo ^ (hi * 0x85ebca6b)) * 0x9e3779b1;
  h ^= h >>> 15;
  return (h * 0xc2b2ae35) >>> 8;
}
