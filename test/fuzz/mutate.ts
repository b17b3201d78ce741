import type { Chance } from "./chance.ts";

/** Numbers at which parsers go wrong: edges of types, signs, overflows of sums and products. */
export const edges: readonly number[] = [
  0, 1, 2, 3, 4, 7, 8, 9, 12, 15, 16, 17, 31, 32, 33, 42, 43, 63, 64, 65, 127, 128, 255, 256, 257, 1000, 4095,
  4096, 32767, 32768, 65535, 65536, 65537, 0xffffff, 0x1000000, 0x3fffffff, 0x40000000, 0x55555556,
  0x7fffffff, 0x80000000, 0xaaaaaaab, 0xfffffff0, 0xfffffffe, 0xffffffff,
];

/** Bytes with one to a few faults in them; now and then none. `donor` gives bytes to splice in. */
export function mutateBytes(chance: Chance, bytes: Uint8Array, donor: Uint8Array = bytes): Uint8Array {
  let out: Uint8Array = new Uint8Array(bytes);
  for (let times = chance.below(chance.once(4) ? 12 : 4); times > 0; times--) out = once(chance, out, donor);
  return out;
}

function once(chance: Chance, bytes: Uint8Array, donor: Uint8Array): Uint8Array {
  const at = chance.below(bytes.length);
  const length = Math.min(bytes.length - at, 1 + chance.below(chance.once(3) ? 64 : 4));
  switch (chance.below(9)) {
    case 0:
      return bytes.length === 0 ? bytes : setByte(bytes, at, bytes[at]! ^ (1 << chance.below(8)));
    case 1:
      return bytes.length === 0 ? bytes : setByte(bytes, at, chance.word() & 255);
    case 2:
    case 3:
      return setEdge(chance, bytes);
    case 4:
      return joined(bytes.subarray(0, at), bytes.subarray(at + length));
    case 5:
      return joined(bytes.subarray(0, at + length), bytes.subarray(at));
    case 6:
      return bytes.slice(0, at);
    case 7: {
      const from = chance.below(donor.length);
      return joined(bytes.subarray(0, at), donor.subarray(from, from + length), bytes.subarray(at + length));
    }
    default: {
      const more = Uint8Array.from({ length }, () => chance.word() & 255);
      return joined(bytes.subarray(0, at), more, bytes.subarray(at));
    }
  }
}

function setByte(bytes: Uint8Array, at: number, value: number): Uint8Array {
  bytes[at] = value;
  return bytes;
}

/** A number of 2, 4 or 8 bytes set to an edge, or moved by a little, in either byte order. */
function setEdge(chance: Chance, bytes: Uint8Array): Uint8Array {
  const size = chance.one([2, 4, 4, 8]);
  if (bytes.length < size) return bytes;
  const at = chance.below((bytes.length - size) / 2 + 1) * 2;
  if (at + size > bytes.length) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = chance.once(2);
  const near = (now: number) => (chance.once(2) ? chance.one(edges) : now + chance.below(9) - 4);
  if (size === 2) view.setUint16(at, near(view.getUint16(at, little)), little);
  else if (size === 4) view.setUint32(at, near(view.getUint32(at, little)), little);
  else view.setBigUint64(at, BigInt(chance.one(edges)) * BigInt(chance.one(edges)), little);
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Text with one to a few faults in it; now and then none. `words` are put in, exchanged and repeated. */
export function mutateText(chance: Chance, text: string, words: readonly string[]): string {
  let out = text;
  for (let times = chance.below(4); times > 0; times--) {
    const at = chance.below(out.length + 1);
    const end = Math.min(out.length, at + 1 + chance.below(chance.once(3) ? 30 : 3));
    const put = chance.once(3) ? chance.one(oddities) : chance.one(words);
    const middle = [
      put,
      put + out.slice(at, end),
      "",
      out.slice(at, end).repeat(2),
      put.repeat(many(chance)),
    ];
    out = out.slice(0, at) + chance.one(middle) + out.slice(chance.once(2) ? at : end);
  }
  return out.length > 200_000 ? out.slice(0, 200_000) : out;
}

/** Mostly a few; sometimes so many that recursion or a quadratic scan would show. */
export function many(chance: Chance): number {
  return chance.once(16) ? chance.one([1000, 20_000, 60_000]) : chance.below(8);
}

/** Characters that are awkward somewhere: controls, byte-order mark, lone surrogates, separators, escapes. */
const oddities: readonly string[] = [
  ..."\0\t\n\r\x7f \"'\\/<>&%+,;:.#?-_=[]{}()09azAZ",
  ..."\u0085\u00a0\u2028\u202e\ufeff\ufffdé\u0301µμ",
  "\ud800",
  "\udc00",
  "😀",
  "..",
  "%2e%2e",
  "%2F",
  "%00",
  "%C3%28",
  "%",
  "__proto__",
  "constructor",
  "toString",
  "null",
  "NaN",
  "Infinity",
  "1e999",
  "-0",
  "18446744073709551615",
  "18446744073709551616",
  "9007199254740993",
];
