// The distinct labels of a block, in the order of their ids, and the place of each.

/** Per label: the number of the block in which it was seen last, and its place in that block's palette. */
let seen: usize = 0;
let place: usize = 0;
let labelCount: u32 = 0;
/** Rank of each label among the ids, and the labels by rank. */
let rank: usize = 0;
let order: usize = 0;
let blockNumber: u32 = 0;
let palette: usize = 0;
/** As long as the palette. */
let spare: usize = 0;
const digits = memory.data(1024);

/** Blocks get numbers above `number`; no higher one may be in `seenAt`. */
export function beginPalettes(
  seenAt: usize, placeAt: usize, labels: u32, number: u32, paletteAt: usize, spareAt: usize,
  rankAt: usize, orderAt: usize,
): void {
  seen = seenAt;
  place = placeAt;
  labelCount = labels;
  blockNumber = number;
  palette = paletteAt;
  spare = spareAt;
  rank = rankAt;
  order = orderAt;
}

/**
 * Collects the labels of a box, whose strides are bytes.
 *
 * @returns how many there are, or 0 if a label is none of the table
 */
export function collect(first: usize, strideY: usize, strideZ: usize, width: u32, height: u32, depth: u32): u32 {
  blockNumber++;
  let last = load<u32>(first);
  if (last >= labelCount) return 0;
  let count: u32 = 1;
  store<u32>(seen + (<usize>last << 2), blockNumber);
  store<u32>(palette, last);
  for (let z: u32 = 0; z < depth; z++) {
    for (let y: u32 = 0; y < height; y++) {
      let at = first + <usize>y * strideY + <usize>z * strideZ;
      for (const end = at + (<usize>width << 2); at < end; at += 4) {
        const label = load<u32>(at);
        if (label == last) continue;
        if (label >= labelCount) return 0;
        last = label;
        const stamp = seen + (<usize>label << 2);
        if (load<u32>(stamp) == blockNumber) continue;
        store<u32>(stamp, blockNumber);
        store<u32>(palette + (<usize>count << 2), label);
        count++;
      }
    }
  }
  sortPalette(count);
  for (let i: u32 = 0; i < count; i++) store<u32>(place + (<usize>load<u32>(palette + (<usize>i << 2)) << 2), i);
  return count;
}

/** Sorts so many labels of the palette by their ids. */
export function sortPalette(count: u32): void {
  const end = palette + (<usize>count << 2);
  let all: u32 = 0;
  for (let at = palette; at < end; at += 4) {
    const own = rankOf(load<u32>(at));
    store<u32>(at, own);
    all |= own;
  }
  if (count <= 24) sortFew(count);
  else sortMany(count, all);
  for (let at = palette; at < end; at += 4) store<u32>(at, load<u32>(order + (<usize>load<u32>(at) << 2)));
}

// @ts-ignore: decorator
@inline
export function rankOf(label: u32): u32 {
  return load<u32>(rank + (<usize>label << 2));
}

/** Place of a label that was collected last. */
// @ts-ignore: decorator
@inline
export function placeOf(label: u32): u32 {
  return load<u32>(place + (<usize>label << 2));
}

function sortFew(count: u32): void {
  const end = palette + (<usize>count << 2);
  for (let i = palette + 4; i < end; i += 4) {
    const own = load<u32>(i);
    let j = i;
    while (j > palette && load<u32>(j - 4) > own) {
      store<u32>(j, load<u32>(j - 4));
      j -= 4;
    }
    store<u32>(j, own);
  }
}

/** By counting, digit by digit of 8 bits, as far as `all` (all of them or-ed) has any. */
function sortMany(count: u32, all: u32): void {
  const size = <usize>count << 2;
  let from = palette;
  let to = spare;
  for (let shift: u32 = 0; shift < 32 && all >>> shift != 0; shift += 8) {
    memory.fill(digits, 0, 1024);
    for (let at = from; at < from + size; at += 4) {
      const digit = digits + (((<usize>load<u32>(at) >>> shift) & 255) << 2);
      store<u32>(digit, load<u32>(digit) + 1);
    }
    let sum: u32 = 0;
    for (let digit = digits; digit < digits + 1024; digit += 4) {
      const before = sum;
      sum += load<u32>(digit);
      store<u32>(digit, before);
    }
    for (let at = from; at < from + size; at += 4) {
      const own = load<u32>(at);
      const digit = digits + (((<usize>own >>> shift) & 255) << 2);
      const next = load<u32>(digit);
      store<u32>(digit, next + 1);
      store<u32>(to + (<usize>next << 2), own);
    }
    const other = from;
    from = to;
    to = other;
  }
  if (from != palette) memory.copy(palette, from, size);
}
