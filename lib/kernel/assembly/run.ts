/** The first voxel from `from` on that has another label. */
// @ts-ignore: decorator
@inline
export function endOfRun(row: usize, from: i32, width: i32, label: u32): i32 {
  const same = i32x4.splat(label);
  let x = from;
  for (; x + 8 <= width; x += 8) {
    const at = row + (<usize>x << 2);
    const low = i32x4.eq(v128.load(at), same);
    const high = i32x4.eq(v128.load(at, 16), same);
    const equal = i32x4.bitmask(low) | (i32x4.bitmask(high) << 4);
    if (equal != 255) return x + <i32>ctz(~equal);
  }
  while (x < width && load<u32>(row + (<usize>x << 2)) == label) x++;
  return x;
}
