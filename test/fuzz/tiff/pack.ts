import { deflateSync, zstdCompressSync } from "node:zlib";
import type { Chance } from "../chance.ts";

/** Encodes strips as TIFF files hold them, by the value of the Compression tag. */
export function packStrip(chance: Chance, compression: number, bytes: Uint8Array): Uint8Array {
  if (compression === 5) return packLzw(chance, bytes);
  if (compression === 8 || compression === 32946)
    return deflateSync(bytes, { level: chance.one([0, 1, 6, 9]) });
  if (compression === 32773) return packRuns(chance, bytes);
  return compression === 50000 ? zstdCompressSync(bytes) : bytes;
}

/** LZW, most significant bit first, with a full table of strings. Sometimes it starts anew early, or lacks the end. */
function packLzw(chance: Chance, bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  let held = 0n;
  let bits = 0;
  let width = 9;
  const emit = (code: number) => {
    held = (held << BigInt(width)) | BigInt(code);
    bits += width;
    for (; bits >= 8; bits -= 8) out.push(Number((held >> BigInt(bits - 8)) & 255n));
    held &= (1n << BigInt(bits)) - 1n;
  };
  const early = chance.once(4) ? 300 + chance.below(3000) : 4093;
  let table = new Map<string, number>();
  let next = 258;
  /** The decoder's table grows with every code, and the next code may be wider. */
  const grow = () => {
    next++;
    if (next + 1 > 1 << width && width < 12) width++;
  };
  emit(256);
  let text = "";
  const codeOf = (key: string) => (key.length === 1 ? key.charCodeAt(0) : table.get(key)!);
  for (const byte of bytes) {
    const longer = text + String.fromCharCode(byte);
    if (longer.length === 1 || table.has(longer)) {
      text = longer;
      continue;
    }
    emit(codeOf(text));
    table.set(longer, next);
    grow();
    text = String.fromCharCode(byte);
    if (next < early) continue;
    emit(codeOf(text));
    grow();
    emit(256);
    text = "";
    table = new Map();
    next = 258;
    width = 9;
  }
  if (text !== "") {
    emit(codeOf(text));
    grow();
  }
  if (!chance.once(8)) emit(257);
  if (bits > 0) out.push(Number((held << BigInt(8 - bits)) & 255n));
  return Uint8Array.from(out);
}

/** PackBits with any division into runs that the format allows, and codes that mean nothing in between. */
function packRuns(chance: Chance, bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let i = 0; i < bytes.length; ) {
    if (chance.once(50)) out.push(128);
    let same = 1;
    while (same < 128 && bytes[i + same] === bytes[i]) same++;
    if (same > 1 && !chance.once(10)) {
      out.push(257 - same, bytes[i]!);
      i += same;
      continue;
    }
    const length = Math.min(bytes.length - i, 1 + chance.below(128));
    out.push(length - 1, ...bytes.subarray(i, i + length));
    i += length;
  }
  return Uint8Array.from(out);
}
