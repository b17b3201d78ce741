/**
 * The ids that a check has met, each with a number of its own in the order of meeting; 0 is always number 0. A table of
 * its own: that of the writer is one of the things that are checked.
 */
export type Palette = {
  count: number;
  /** Low and high 32 bits of each id. */
  lo: Uint32Array;
  hi: Uint32Array;
  /** Two words that stand for the id in hashes (see hash.ts). */
  a: Int32Array;
  b: Int32Array;
  /** Open addressing; number + 1, or 0 for free. */
  slots: Int32Array;
};

export function createPalette(): Palette {
  const palette: Palette = {
    count: 0,
    lo: new Uint32Array(2048),
    hi: new Uint32Array(2048),
    a: new Int32Array(2048),
    b: new Int32Array(2048),
    slots: new Int32Array(8192),
  };
  numberOf(palette, 0, 0);
  return palette;
}

/** The number of an id, given as two unsigned words; a new one if it has none yet. */
export function numberOf(palette: Palette, lo: number, hi: number): number {
  const { slots } = palette;
  const mask = slots.length - 1;
  const a = wordA(lo, hi);
  let slot = a & mask;
  for (;;) {
    const entry = slots[slot]! - 1;
    if (entry < 0) break;
    if (palette.lo[entry] === lo && palette.hi[entry] === hi) return entry;
    slot = (slot + 1) & mask;
  }
  const number = palette.count++;
  if (number === palette.lo.length) grow(palette);
  palette.lo[number] = lo;
  palette.hi[number] = hi;
  palette.a[number] = a;
  palette.b[number] = wordB(lo, hi);
  slots[slot] = number + 1;
  if (palette.count * 2 > slots.length) rehash(palette);
  return number;
}

/** Base 10, exact. */
export function idOf(palette: Palette, number: number): string {
  return ((BigInt(palette.hi[number]!) << 32n) | BigInt(palette.lo[number]!)).toString();
}

/** Whether the id of one number is smaller than that of another. */
export function isSmaller({ lo, hi }: Palette, one: number, other: number): boolean {
  return hi[one]! < hi[other]! || (hi[one] === hi[other] && lo[one]! < lo[other]!);
}

export function wordA(lo: number, hi: number): number {
  return scramble(lo + Math.imul(scramble(hi ^ 0x9e3779b9), 0x2c1b3c6d));
}

export function wordB(lo: number, hi: number): number {
  return scramble((lo ^ 0x5bd1e995) + Math.imul(scramble(hi + 0x7f4a7c15), 0x297a2d39));
}

/** The finalizer of MurmurHash3: every bit of the word moves every bit of the result. */
function scramble(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function grow(palette: Palette): void {
  for (const name of ["lo", "hi"] as const) {
    const more = new Uint32Array(palette[name].length * 2);
    more.set(palette[name]);
    palette[name] = more;
  }
  for (const name of ["a", "b"] as const) {
    const more = new Int32Array(palette[name].length * 2);
    more.set(palette[name]);
    palette[name] = more;
  }
}

function rehash(palette: Palette): void {
  const slots = new Int32Array(palette.slots.length * 2);
  const mask = slots.length - 1;
  for (let number = 0; number < palette.count; number++) {
    let slot = palette.a[number]! & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = number + 1;
  }
  palette.slots = slots;
}
