// What deflate writes: bits, lowest first.

let out: usize = 0;
let held: u64 = 0;
let count: u32 = 0;

export function beginBits(to: usize): void {
  out = to;
  held = 0;
  count = 0;
}

/** At most 32 bits; up to 8 bytes behind the end are written over. */
// @ts-ignore: decorator
@inline
export function putBits(value: u64, length: u32): void {
  held |= value << count;
  count += length;
  store<u64>(out, held);
  const bytes = count >>> 3;
  out += bytes;
  held >>>= <u64>(bytes << 3);
  count &= 7;
}

/** A symbol by a table of `makeCodes`. */
// @ts-ignore: decorator
@inline
export function putCode(codes: usize, symbol: u32): void {
  const code = load<u32>(codes + (<usize>symbol << 2));
  putBits(code & 0xffff, code >>> 16);
}

/** Fills the last byte. @returns where the next one goes */
export function endByte(): usize {
  if (count > 0) out++;
  held = 0;
  count = 0;
  return out;
}

/** Whole bytes, after `endByte`. */
export function putBytes(from: usize, size: usize): void {
  memory.copy(out, from, size);
  out += size;
}

// For who keeps them in variables meanwhile.

export function outPlace(): usize {
  return out;
}

export function outHeld(): u64 {
  return held;
}

export function outCount(): u32 {
  return count;
}

export function setOut(to: usize, value: u64, length: u32): void {
  out = to;
  held = value;
  count = length;
}
