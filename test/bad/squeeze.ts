/**
 * LZW as TIFF 6.0 section 13 has it, written for tests: codes of 9 to 12 bits, most significant bit first, the
 * width raised one code early.
 */
export function encodeLzw(bytes: Uint8Array): Uint8Array {
  const [clear, end, full] = [256, 257, 4093];
  const out: number[] = [];
  let [held, bits, width] = [0, 0, 9];
  let table = new Map<string, number>();
  const emit = (code: number) => {
    held = (held << width) | code;
    bits += width;
    for (; bits >= 8; bits -= 8) out.push((held >> (bits - 8)) & 255);
    held &= (1 << bits) - 1;
  };
  const restart = () => {
    emit(clear);
    table = new Map();
    width = 9;
  };
  restart();
  let code = -1;
  const grow = (key: string) => {
    table.set(key, end + 1 + table.size);
    if (end + 1 + table.size === 1 << width) width++;
  };
  for (const byte of bytes) {
    const key = `${code} ${byte}`;
    const longer = code < 0 ? byte : table.get(key);
    if (longer !== undefined) {
      code = longer;
      continue;
    }
    emit(code);
    grow(key);
    if (end + 1 + table.size > full) restart();
    code = byte;
  }
  if (code >= 0) {
    emit(code);
    grow("end");
  }
  emit(end);
  if (bits > 0) out.push((held << (8 - bits)) & 255);
  return Uint8Array.from(out);
}

/** PackBits, TIFF 6.0 section 9: runs of three and more are repeated, the rest is literal. */
export function encodePackbits(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  const runAt = (from: number) => {
    let to = from + 1;
    while (to < bytes.length && to - from < 128 && bytes[to] === bytes[from]) to++;
    return to - from;
  };
  for (let at = 0; at < bytes.length; ) {
    const run = runAt(at);
    if (run > 2) {
      out.push(257 - run, bytes[at]!);
      at += run;
      continue;
    }
    let to = at;
    while (to < bytes.length && to - at < 128 && runAt(to) < 3) to++;
    out.push(to - at - 1, ...bytes.subarray(at, to));
    at = to;
  }
  return Uint8Array.from(out);
}
