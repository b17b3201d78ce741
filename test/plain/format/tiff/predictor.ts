/**
 * Undoes horizontal differencing in place (TIFF 6.0 section 14): each sample was stored as its difference
 * from its left neighbour, modulo 2^bits. `data` holds rows of `width` samples in native byte order, at a
 * byte offset that is a multiple of the sample's size.
 */
export function unpredict(data: Uint8Array, width: number, bytes: 1 | 2 | 4 | 8): void {
  if (bytes === 8) sumPairs(new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4), width);
  else if (bytes === 4) sum(new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4), width);
  else if (bytes === 2) sum(new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2), width);
  else sum(data, width);
}

function sum(words: Uint8Array | Uint16Array | Uint32Array, width: number): void {
  for (let row = 0; row < words.length; row += width) {
    let value = 0;
    for (let i = row; i < row + width; i++) {
      value = (value + words[i]!) | 0;
      words[i] = value;
    }
  }
}

/** 64-bit samples as (lo, hi) words: the carry of the low sum goes to the high one. */
function sumPairs(words: Uint32Array, width: number): void {
  for (let row = 0; row < words.length; row += 2 * width) {
    let lo = 0;
    let hi = 0;
    for (let i = row; i < row + 2 * width; i += 2) {
      const low = (lo + words[i]!) >>> 0;
      hi = (hi + words[i + 1]! + (low < lo ? 1 : 0)) | 0;
      lo = low;
      words[i] = lo;
      words[i + 1] = hi;
    }
  }
}

/** Reverses the bytes of every sample in place. */
export function swapBytes(data: Uint8Array, bytes: 1 | 2 | 4 | 8): void {
  const buffer = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (bytes === 2) buffer.swap16();
  else if (bytes === 4) buffer.swap32();
  else if (bytes === 8) buffer.swap64();
}
