const clear = 256;
const end = 257;

/**
 * TIFF's LZW (TIFF 6.0 section 13): most significant bit first, codes of 9 to 12 bits, one code early; the table
 * starts anew when it is full.
 */
export function encodeLzw(bytes: Uint8Array): Uint8Array {
  const out = createBits(bytes.length);
  const table = new Map<number, number>();
  let next = end + 1;
  let width = 9;
  let prefix = -1;
  out.put(clear, width);
  for (const byte of bytes) {
    if (prefix < 0) {
      prefix = byte;
      continue;
    }
    const key = prefix * 256 + byte;
    const known = table.get(key);
    if (known !== undefined) {
      prefix = known;
      continue;
    }
    out.put(prefix, width);
    table.set(key, next++);
    if (next + 1 > 2 ** width) width++;
    prefix = byte;
    if (next < 4094) continue;
    out.put(clear, 12);
    table.clear();
    next = end + 1;
    width = 9;
  }
  if (prefix >= 0) {
    out.put(prefix, width);
    if (next + 2 > 2 ** width && width < 12) width++;
  }
  out.put(end, width);
  return out.finish();
}

function createBits(room: number) {
  let bytes = new Uint8Array(Math.max(64, room));
  let length = 0;
  let held = 0;
  let count = 0;
  return {
    put(code: number, width: number) {
      held = (held << width) | code;
      count += width;
      while (count >= 8) {
        count -= 8;
        if (length === bytes.length) {
          const more = new Uint8Array(2 * bytes.length);
          more.set(bytes);
          bytes = more;
        }
        bytes[length++] = held >> count;
        held &= (1 << count) - 1;
      }
    },
    finish(): Uint8Array {
      if (count > 0) this.put(0, 8 - count);
      return bytes.slice(0, length);
    },
  };
}
