import { beginBits, endByte } from "./bits";
import { addLiteral, addMatch, beginBlocks, endBlock, isBlockDone, takeLiteral } from "./block";
import { commonLength } from "./deflate";

/*
 * Deflate (RFC 1951) for arrays of 32-bit words: a match is sought only where a word begins, at the last place with the
 * same word, and then lengthened to both sides. Of what repeats in a mesh that finds nearly all.
 */
const hashBits: u32 = 14;
const window: i32 = 32768;
/** Items from one look at the data to the next. */
const perCheck: u32 = 512;
const longest: i32 = 258;

let input: usize = 0;
let heads: usize = 0;

/**
 * @param work 64 KiB of heads, then room for the matches of a block
 * @returns bytes written to `output`, which has room for `size` + `size` / 512 + 64
 */
export function deflateWords(from: usize, size: i32, output: usize, work: usize): usize {
  input = from;
  heads = work;
  // No place: far before the window.
  memory.fill(heads, 0x80, 4 << hashBits);
  beginBits(output);
  const matches = work + (4 << hashBits);
  beginBlocks(from, matches);
  let match = matches;
  // Of the block; literals since its begin or its last match.
  let items: u32 = 0;
  let literals: u32 = 0;
  let check = perCheck;
  let at = 0;
  // From here on there are literals that a match may take back.
  let free = 0;
  const last = size - 4;
  while (at <= last) {
    const place = takePlace(at);
    const word = load<u32>(from + at);
    if (place < at - window || load<u32>(from + place) != word) {
      addLiteral(word & 255);
      addLiteral((word >>> 8) & 255);
      addLiteral((word >>> 16) & 255);
      addLiteral(word >>> 24);
      literals += 4;
      items += 4;
      at += 4;
    } else {
      const distance = at - place;
      let begin = at;
      let length = commonLength(from + at, from + place, min(longest, size - at));
      while (begin > free && begin > distance && length < longest && isRepeated(begin - 1, distance)) {
        begin--;
        length++;
        literals--;
        items--;
        takeLiteral(load<u8>(from + begin));
      }
      addMatch(match, literals, length, distance);
      match += 8;
      items++;
      let end = begin + length;
      for (at += 4; at < end; at += 4) if (at <= last) takePlace(at);
      free = end;
      at = min(at, size);
      literals = at - end;
      items += literals;
      // To where the next word begins.
      for (; end < at; end++) addLiteral(load<u8>(from + end));
    }
    if (items < check) continue;
    free = at;
    if (isBlockDone(at, size, items)) {
      endBlock(at, match, false);
      match = matches;
      items = 0;
      literals = 0;
    }
    check = items + perCheck;
  }
  for (; at < size; at++) addLiteral(load<u8>(from + at));
  endBlock(at, match, true);
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
