import { beginBits, endByte } from "./bits";
import { addLiteral, addMatch, beginBlocks, endBlock, isBlockDone } from "./block";

/*
 * Deflate (RFC 1951) in the manner of libdeflate (github.com/ebiggers/libdeflate): chains of places with the same four
 * bytes; a match is put off for a better one at the next byte, where the data is such that this pays; blocks end where
 * the data changes.
 */
const hashBits: u32 = 15;
const window: i32 = 32768;
/** Places looked at, and the length with which the search is content. */
const depth: i32 = 8;
const enough: i32 = 32;
/** Items from one look at the data to the next, and bytes per item above which it pays to be lazy. */
const perCheck: u32 = 512;
const bytesPerItem: i32 = 6;
const longest: i32 = 258;

let input: usize = 0;
let heads: usize = 0;
let links: usize = 0;
let found: i32 = 0;

/**
 * @param work 128 KiB of heads, 128 KiB of links, then room for the matches of a block
 * @returns bytes written to `output`, which has room for `size` + `size` / 512 + 64
 */
export function deflate(from: usize, size: i32, output: usize, work: usize): usize {
  input = from;
  heads = work;
  links = work + 131072;
  // No place: far before the window.
  memory.fill(heads, 0x80, 131072);
  beginBits(output);
  const matches = work + 262144;
  beginBlocks(from, matches);
  let match = matches;
  // Of the block; literals since its begin or its last match.
  let items: u32 = 0;
  let literals: u32 = 0;
  let check = perCheck;
  let checked = 0;
  let isLazy = true;
  let at = 0;
  // Of what was found at `at` by the byte before.
  let length = 0;
  let distance = 0;
  // The last bytes have no four to be hashed.
  const last = size - 4;
  while (at < size) {
    if (length == 0 && at <= last) {
      length = search(at, min(longest, size - at), 3, depth);
      distance = found;
    }
    if (length < 4) {
      addLiteral(load<u8>(input + at));
      literals++;
      items++;
      at++;
      length = 0;
    } else {
      let better = 0;
      if (isLazy && length < enough && at + 1 <= last) {
        better = search(at + 1, min(longest, size - at - 1), length - 1, depth >> 1);
        const gain = 4 * (better - length) + <i32>clz(found) - <i32>clz(distance);
        if (better < length || gain <= 2) better = 0;
      } else if (at + 1 <= last) insert(at + 1);
      if (better > 0) {
        addLiteral(load<u8>(input + at));
        literals++;
        items++;
        at++;
        length = better;
        distance = found;
        continue;
      }
      addMatch(match, literals, length, distance);
      match += 8;
      literals = 0;
      items++;
      const end = at + length;
      for (let i = at + 2; i < end && i <= last; i++) insert(i);
      at = end;
      length = 0;
    }
    if (items < check) continue;
    isLazy = at - checked > <i32>perCheck * bytesPerItem;
    checked = at;
    if (isBlockDone(at, size, items)) {
      endBlock(at, match, false);
      match = matches;
      items = 0;
      literals = 0;
    }
    check = items + perCheck;
  }
  endBlock(at, match, true);
  return endByte() - output;
}

// @ts-ignore: decorator
@inline
function headOf(at: i32): usize {
  return heads + (<usize>((load<u32>(input + at) * 0x9e3779b1) >>> (32 - hashBits)) << 2);
}

// @ts-ignore: decorator
@inline
function insert(at: i32): void {
  const head = headOf(at);
  store<i32>(links + (<usize>(at & (window - 1)) << 2), load<i32>(head));
  store<i32>(head, at);
}

/** The longest match at a place that is longer than `than`, its distance in `found`, and inserts the place; or 0. */
function search(at: i32, most: i32, than: i32, tries: i32): i32 {
  const head = headOf(at);
  let place = load<i32>(head);
  store<i32>(links + (<usize>(at & (window - 1)) << 2), place);
  store<i32>(head, at);
  const here = input + at;
  const nearest = at - window;
  let best = than;
  if (best >= most) return 0;
  let length = 0;
  while (place > nearest && tries-- > 0) {
    const there = input + place;
    // What would be longer has the same last four bytes at that length.
    if (load<u32>(there + best - 3) == load<u32>(here + best - 3) && load<u32>(there) == load<u32>(here)) {
      const common = commonLength(here, there, most);
      if (common > best) {
        best = common;
        length = common;
        found = at - place;
        if (common >= enough || common == most) break;
      }
    }
    place = load<i32>(links + (<usize>(place & (window - 1)) << 2));
  }
  return length;
}

// @ts-ignore: decorator
@inline
export function commonLength(here: usize, there: usize, most: i32): i32 {
  let length = 4;
  while (length + 8 <= most) {
    const differs = load<u64>(here + length) ^ load<u64>(there + length);
    if (differs != 0) return length + <i32>(ctz(differs) >>> 3);
    length += 8;
  }
  while (length < most && load<u8>(here + length) == load<u8>(there + length)) length++;
  return length;
}
