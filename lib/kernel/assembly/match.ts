/** For a distance below 16: its bytes over and over as one vector, and by how many bytes it may be moved on. */
const patterns = memory.data(16 * 16, 16);
const steps = memory.data(16, 16);
let isReady = false;

export function prepareMatches(): void {
  if (isReady) return;
  for (let distance: u32 = 1; distance < 16; distance++) {
    for (let k: u32 = 0; k < 16; k++) store<u8>(patterns + (distance << 4) + k, k % distance);
    store<u8>(steps + distance, 16 - (16 % distance));
  }
  isReady = true;
}

/** Repeats what lies so many bytes before up to stop, and writes up to 16 bytes beyond it. */
// @ts-ignore: decorator
@inline
export function copyMatch(to: usize, distance: u32, stop: usize): void {
  let from = to - distance;
  if (distance >= 16) {
    v128.store(to, v128.load(from));
    to += 16;
    while (to < stop) {
      from += 16;
      v128.store(to, v128.load(from));
      to += 16;
    }
  } else {
    // A load of what was stored in two pieces would have to wait for them.
    const source = distance <= 8 ? v128.load64_zero(from) : v128.load(from);
    const pattern = v128.swizzle(source, v128.load(patterns + (distance << 4)));
    const step = usize(load<u8>(steps + distance));
    do {
      v128.store(to, pattern);
      to += step;
    } while (to < stop);
  }
}
