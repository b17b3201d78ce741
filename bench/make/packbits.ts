/** PackBits (TIFF 6.0 section 9) of rows of `rowBytes`, each packed by itself. */
export function encodePackbits(bytes: Uint8Array, rowBytes: number): Uint8Array {
  const out = new Uint8Array(bytes.length + Math.ceil(bytes.length / 64) + bytes.length / rowBytes + 2);
  let length = 0;
  for (let row = 0; row < bytes.length; row += rowBytes) {
    const stop = row + rowBytes;
    let at = row;
    while (at < stop) {
      const run = runFrom(bytes, at, stop);
      if (run > 1) {
        out[length++] = 257 - run;
        out[length++] = bytes[at]!;
        at += run;
        continue;
      }
      let until = at + 1;
      // A run of two is no gain between literals.
      while (until < stop && until - at < 128 && runFrom(bytes, until, stop) < 3) until++;
      out[length++] = until - at - 1;
      out.set(bytes.subarray(at, until), length);
      length += until - at;
      at = until;
    }
  }
  return out.slice(0, length);
}

function runFrom(bytes: Uint8Array, at: number, stop: number): number {
  let run = 1;
  while (run < 128 && at + run < stop && bytes[at + run] === bytes[at]) run++;
  return run;
}
