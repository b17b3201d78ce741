/** By code: where its string stands, and its length in the upper half. */
const table = memory.data(4096 * 8, 16);
/** Every byte value once: the strings of codes 0 to 255. Wild loads reach 15 bytes beyond. */
const values = memory.data(256 + 16, 16);

const clear: u32 = 256;
const end: u32 = 257;

/** The code that cannot be, input bytes read until then, codes known. */
let faultCode: u32 = 0;
let faultByte: u32 = 0;
let faultNext: u32 = 0;

export function lzwFault(which: u32): u32 {
  return which == 0 ? faultCode : which == 1 ? faultByte : faultNext;
}

/**
 * Decodes LZW from input to inputEnd into out to outEnd, and writes nowhere else. Returns the bytes written, -1 if the
 * data go on beyond outEnd, -2 for a code that cannot be (lzwFault).
 */
export function lzw(input: usize, inputEnd: usize, out: usize, outEnd: usize): i32 {
  for (let value: u32 = 0; value < 256; value++) {
    store<u8>(values + value, value);
    store<u64>(table + (value << 3), u64(values + value) | (1 << 32));
  }
  let i = input;
  let at = out;
  let bits: u64 = 0;
  let held: u32 = 0;
  let width: u32 = 9;
  let next: u32 = end + 1;
  /** Where the string of the code before stands, 0 if there is none, and its length. */
  let previous: usize = 0;
  let length: u32 = 0;
  while (true) {
    if (held < width) {
      if (i + 4 <= inputEnd) {
        bits = (bits << 32) | bswap<u32>(load<u32>(i));
        i += 4;
        held += 32;
      } else {
        do {
          if (i >= inputEnd) return i32(at - out);
          bits = (bits << 8) | load<u8>(i++);
          held += 8;
        } while (held < width);
      }
    }
    held -= width;
    const code = u32(bits >> held) & ((1 << width) - 1);
    if (code - clear < 2) {
      if (code == end) return i32(at - out);
      width = 9;
      next = end + 1;
      previous = 0;
      continue;
    }
    if (at >= outEnd) return isPadding(code, bits, held, i, inputEnd) ? i32(at - out) : -1;
    // A new string is the previous one and one byte more, which is about to stand behind it.
    if (previous != 0 && next < 4096) {
      store<u64>(table + (next << 3), u64(previous) | (u64(length + 1) << 32));
      next++;
      if (next == u32((1 << width) - 1) && width < 12) width++;
    }
    if (code >= next) {
      faultCode = code;
      faultByte = u32(i - input) - (held >> 3);
      faultNext = next;
      return -2;
    }
    const entry = load<u64>(table + (code << 3));
    const from = usize(entry);
    length = u32(entry >> 32);
    if (length > u32(outEnd - at)) return -1;
    const stop = at + length;
    previous = at;
    if (outEnd - stop >= 16) {
      // Only the string that is just being made reaches the place where it is written, with its last byte: its first.
      const tail = from + length - 1;
      const last = load<u8>(select(from, tail, tail == at));
      v128.store(at, v128.load(from));
      for (let k: u32 = 16; k < length; k += 16) v128.store(at + k, v128.load(from + k));
      store<u8>(stop - 1, last);
    } else {
      for (let k: u32 = 0; k < length; k++) store<u8>(at + k, load<u8>(from + k));
    }
    at = stop;
  }
}

/** Some writers leave out the end code: then only zero bits that pad the last bytes may follow. */
function isPadding(code: u32, bits: u64, held: u32, i: usize, inputEnd: usize): bool {
  const unread = i - (held >> 3);
  const left = (bits >> (held & ~7)) & ((1 << (held & 7)) - 1);
  if (code != 0 || left != 0 || inputEnd - unread >= 2) return false;
  return unread >= inputEnd || load<u8>(unread) == 0;
}
