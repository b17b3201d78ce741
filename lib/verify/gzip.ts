import { crc32, inflateRawSync } from "node:zlib";

/** Bytes of an object, with what its store or server says of their encoding. */
export type Stored = { readonly bytes: Uint8Array; readonly contentEncoding?: string };

/**
 * What a reader gets to see of an object: the bytes, unzipped if and only if they are said to be zipped, as a
 * browser does it.
 *
 * @throws Error if what is said does not fit the bytes, or they are damaged
 */
export function unpack({ bytes, contentEncoding }: Stored): Uint8Array {
  const zipped = isGzip(bytes);
  if (contentEncoding === undefined || contentEncoding === "identity") {
    if (zipped) throw new Error("its bytes are gzipped, but no Content-Encoding says so");
    return bytes;
  }
  if (contentEncoding !== "gzip") throw new Error(`its Content-Encoding is ${contentEncoding}, not gzip`);
  if (!zipped) throw new Error("its Content-Encoding is gzip, but its bytes are not gzipped");
  const plain = gunzip(bytes);
  if (isGzip(plain)) throw new Error("it is gzipped twice");
  return plain;
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * One member of gzip (RFC 1952), inflated by zlib, where ours was written by a kernel; length and CRC-32 are those that it names.
 *
 * @throws Error if it breaks off or is damaged
 */
export function gunzip(bytes: Uint8Array): Uint8Array {
  const start = headerLength(bytes);
  const end = bytes.length - 8;
  if (end < start) throw new Error("its gzip breaks off");
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + end, 8);
  const length = trailer.getUint32(4, true);
  // Deflate makes at most 1032 bytes of one: what asks for more is not what it was.
  if (length > 1032 * bytes.length)
    throw new Error(`its gzip says that ${bytes.length} bytes hold ${length}`);
  const plain = inflate(bytes.subarray(start, end), length);
  if (plain.length !== length) throw new Error(`its gzip holds ${plain.length} bytes and says ${length}`);
  if (crc32(plain) !== trailer.getUint32(0, true))
    throw new Error("its gzip has another CRC-32 than it says");
  return plain;
}

/** By one piece of memory of the right size: zlib's usual small ones, put together, take twice as long. */
function inflate(deflated: Uint8Array, length: number): Uint8Array {
  const most = Math.max(64, length + 1);
  try {
    const { buffer, byteOffset, byteLength } = inflateRawSync(deflated, {
      chunkSize: most,
      maxOutputLength: most,
    });
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (cause) {
    throw new Error(`its gzip is damaged (${cause instanceof Error ? cause.message : cause})`, { cause });
  }
}

const [hasCrc, hasExtra, hasName, hasComment] = [2, 4, 8, 16];

function headerLength(bytes: Uint8Array): number {
  if (bytes.length < 18 || !isGzip(bytes) || bytes[2] !== 8) throw new Error("its gzip has no header");
  const flags = bytes[3]!;
  let at = 10;
  if (flags & hasExtra) at += 2 + bytes[at]! + 256 * bytes[at + 1]!;
  for (const flag of [hasName, hasComment]) {
    if (!(flags & flag)) continue;
    while (at < bytes.length && bytes[at] !== 0) at++;
    at++;
  }
  return flags & hasCrc ? at + 2 : at;
}
