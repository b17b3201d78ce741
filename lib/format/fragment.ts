import { fresh, type Take } from "../kernel/pile.ts";
import { copyBytes } from "../kernel/stage.ts";

/**
 * One fragment of a legacy single-resolution mesh (`neuroglancer_legacy_mesh`): uint32 number of
 * vertices, x, y, z of each as float32 in nanometres, then uint32 triples, little-endian.
 * `indices` are counter-clockwise seen from outside. Throws an Error on counts that are no triples.
 *
 * @param take gives memory for it
 */
export function encodeFragment(
  positions: Float32Array,
  indices: Uint32Array,
  take: Take = fresh,
): Uint8Array {
  if (positions.length % 3 !== 0 || indices.length % 3 !== 0)
    throw new Error(`fragment of ${positions.length} coordinates and ${indices.length} indices: not triples`);
  const bytes = take(4 + positions.byteLength + indices.byteLength);
  new Uint32Array(bytes.buffer, bytes.byteOffset, 1)[0] = positions.length / 3;
  copyBytes(bytesOf(positions), bytes.subarray(4));
  copyBytes(bytesOf(indices), bytes.subarray(4 + positions.byteLength));
  return bytes;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A fragment as arrays: x, y, z per vertex in nanometres, three indices per triangle. */
export type Fragment = { readonly positions: Float32Array; readonly indices: Uint32Array };

/** Reads a legacy fragment. Throws an Error if the length or an index does not fit the number of vertices. */
export function decodeFragment(bytes: Uint8Array): Fragment {
  const own = new Uint8Array(bytes);
  const count = own.length < 4 ? 0 : new DataView(own.buffer).getUint32(0, true);
  const rest = own.length - 4 - 12 * count;
  if (own.length < 4 || rest < 0 || rest % 12 !== 0)
    throw new Error(`fragment of ${own.length} bytes does not fit its ${count} vertices`);
  const positions = new Float32Array(own.buffer, 4, 3 * count);
  const indices = new Uint32Array(own.buffer, 4 + 12 * count, rest / 4);
  const wrong = indices.find((i) => i >= count);
  if (wrong !== undefined) throw new Error(`fragment names vertex ${wrong} of ${count}`);
  return { positions, indices };
}

/** The manifest `ID:0` of a segment: the names of its fragments, relative to the mesh directory. */
export function encodeManifest(names: readonly string[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ fragments: names }));
}
