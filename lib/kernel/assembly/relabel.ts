/** Replaces every label by its rank, in place. */
export function relabel(labels: usize, count: usize, rank: usize): void {
  const end = labels + (count << 2);
  const fours = labels + ((count & ~3) << 2);
  let last: u32 = 0;
  let to = load<u32>(rank);
  let same = i32x4.splat(last);
  let fill = i32x4.splat(to);
  let at = labels;
  while (at < fours) {
    const found = v128.load(at);
    if (v128.any_true(v128.xor(found, same))) {
      for (const stop = at + 16; at < stop; at += 4) {
        const label = load<u32>(at);
        if (label != last) {
          last = label;
          to = load<u32>(rank + (<usize>label << 2));
        }
        store<u32>(at, to);
      }
      same = i32x4.splat(last);
      fill = i32x4.splat(to);
    } else {
      // Most voxels are background, whose rank is 0: what stays as it is need not be written.
      if (last != to) v128.store(at, fill);
      at += 16;
    }
  }
  for (; at < end; at += 4) store<u32>(at, load<u32>(rank + (<usize>load<u32>(at) << 2)));
}
