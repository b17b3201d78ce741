import { beginBits, endByte } from "./bits";
import { beginBlocks, endBlock, isBlockDone, putLiteral, putMatch } from "./block";
import { commonLength } from "./deflate";

/*
 * Deflate (RFC 1951) for arrays of 32-bit words: a match is sought only where a word begins, at the last place with the
 * same word, and then lengthened to both sides. Of what repeats in a mesh that finds nearly all.
 */
const hashBits: u32 = 14;
const window: i32 = 32768;
/** Items from one look at the data to the next. */
const perCheck: usize = 512;
const longest: i32 = 258;

let input: usize = 0;
let heads: usize = 0;

/**
 * @param work 64 KiB of heads, then room for the items of a block
 * @returns bytes written to `output`, which has room for `size` + `size` / 512 + 64
 */
export function deflateWords(from: usize, size: i32, output: usize, work: usize): usize {
  input = from;
  heads = work;
  // No place: far before the window.
  memory.fill(heads, 0x80, 4 << hashBits);
  beginBits(output);
  const items = work + (4 << hashBits);
  beginBlocks(from, items);
  let item = items;
  let check = items + (perCheck << 2);
  let at = 0;
  // From here on there are literals that a match may take back.
  let free = 0;
  const last = size - 4;
  while (at <= last) {
    const place = takePlace(at);
    if (place < at - window || load<u32>(from + place) != load<u32>(from + at)) {
      const bytes = v128.load32_zero(from + at);
      v128.store(item, i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes)));
      item += 16;
      at += 4;
    } else {
      const distance = at - place;
      let begin = at;
      let length = commonLength(from + at, from + place, min(longest, size - at));
      while (begin > free && begin > distance && length < longest && isRepeated(begin - 1, distance)) {
        begin--;
        length++;
        item -= 4;
      }
      putMatch(item, length, distance);
      item += 4;
      let end = begin + length;
      for (at += 4; at < end; at += 4) if (at <= last) takePlace(at);
      free = end;
      at = min(at, size);
      // To where the next word begins.
      for (; end < at; end++) {
        putLiteral(item, load<u8>(from + end));
        item += 4;
      }
    }
    if (item < check) continue;
    free = at;
    if (isBlockDone(at, size, item)) {
      endBlock(at, item, false);
      item = items;
    }
    check = item + (perCheck << 2);
  }
  for (; at < size; at++) {
    putLiteral(item, load<u8>(from + at));
    item += 4;
  }
  endBlock(at, item, true);
  return endByte() - output;
}

/** Where a word like that at `at` was seen last, perhaps; from now on that is `at`. */
// @ts-ignore: decorator
@inline
function takePlace(at: i32): i32 {
  const head = heads + (<usize>((load<u32>(input + at) * 0x9e3779b1) >>> (32 - hashBits)) << 2);
  const place = load<i32>(head);
  store<i32>(head, at);
  return place;
}

// @ts-ignore: decorator
@inline
function isRepeated(at: i32, distance: i32): bool {
  return load<u8>(input + at) == load<u8>(input + at - distance);
}
