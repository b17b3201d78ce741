import { find } from "./table";

/**
 * Replaces rows of samples (u8, u16, u32, u64, one after the other) by their labels, from sample `from` on.
 * Neighbours are mostly equal, so the table is asked only where the id changes.
 *
 * @param stride labels from one row to the next
 * @returns the first sample whose id the table does not have, or the number of samples
 */
export function renumber(
  bits: i32, samples: usize, width: i32, rows: i32, labels: usize, stride: i32, from: i32,
  lo: usize, hi: usize, slots: usize, mask: u32,
): i32 {
  if (bits == 64) return rowsOf<u64>(samples, width, rows, labels, stride, from, lo, hi, slots, mask);
  if (bits == 32) return rowsOf<u32>(samples, width, rows, labels, stride, from, lo, hi, slots, mask);
  if (bits == 16) return rowsOf<u16>(samples, width, rows, labels, stride, from, lo, hi, slots, mask);
  return rowsOf<u8>(samples, width, rows, labels, stride, from, lo, hi, slots, mask);
}

// @ts-ignore: decorator
@inline
function rowsOf<T>(
  samples: usize, width: i32, rows: i32, labels: usize, stride: i32, from: i32,
  lo: usize, hi: usize, slots: usize, mask: u32,
): i32 {
  let last: T = 0;
  let label: u32 = 0;
  let same = v128.splat<T>(0);
  let fill = i32x4.splat(0);
  let x = from % width;
  for (let y = from / width; y < rows; y++) {
    const row = samples + <usize>y * <usize>width * sizeof<T>();
    const out = labels + (<usize>y * <usize>stride << 2);
    while (x < width) {
      // 32 bytes of one id: 4 samples of 64 bits, 32 of 8.
      const lanes = <i32>(32 / sizeof<T>());
      while (x + lanes <= width) {
        const at = row + <usize>x * sizeof<T>();
        const a = v128.xor(v128.load(at), same);
        const b = v128.xor(v128.load(at, 16), same);
        if (v128.any_true(v128.or(a, b))) break;
        const to = out + (<usize>x << 2);
        for (let i: usize = 0; i < 128 / sizeof<T>(); i += 16) v128.store(to + i, fill);
        x += lanes;
      }
      const stop = min(width, x + lanes);
      for (; x < stop; x++) {
        const id = load<T>(row + <usize>x * sizeof<T>());
        if (id != last) {
          const found = find(lo, hi, slots, mask, <u32>id, sizeof<T>() == 8 ? <u32>(<u64>id >> 32) : 0);
          if (found == 0) return y * width + x;
          label = found - 1;
          last = id;
          same = v128.splat<T>(id);
          fill = i32x4.splat(label);
        }
        store<u32>(out + (<usize>x << 2), label);
      }
    }
    x = 0;
  }
  return width * rows;
}
