import type { Store } from "../store/store.ts";

/** Bytes of an object of the work store, in `into` if it is given. @throws Error if it has not all of them */
export async function readRange(
  work: Store,
  key: string,
  range: { offset: number; length: number; into?: Uint8Array },
): Promise<Uint8Array> {
  const object = await work.get(key, range);
  if (object?.bytes.byteLength !== range.length) {
    throw new Error(
      `${key}: ${object?.bytes.byteLength ?? "no"} bytes at ${range.offset}, expected ${range.length}`,
    );
  }
  return object.bytes;
}
