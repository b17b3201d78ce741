import type { Cause } from "./cause.ts";

/** The manifest of a multi-resolution mesh: how large its fragments are, in the order in which they lie. */
export type Manifest = { readonly sizes: readonly number[] };

/**
 * Reads the head of a multi-resolution manifest (precomputed specification, "multi-resolution mesh format"). Its length
 * follows from its counts, and the viewer refuses another.
 */
export function openManifest(
  bytes: Uint8Array,
): Manifest | { readonly cause: Cause; readonly found: string } {
  const broken = (found: string) => ({ cause: "multires-broken", found }) as const;
  if (bytes.length < 28) return broken(`${bytes.length} bytes are too few for a manifest`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lods = view.getUint32(24, true);
  if (lods === 0 || lods > 64 || bytes.length < 28 + 20 * lods)
    return broken(`${lods} levels of detail in ${bytes.length} bytes`);
  const counts = Array.from({ length: lods }, (_, i) => view.getUint32(28 + 16 * lods + 4 * i, true));
  const wanted = 28 + 20 * lods + 16 * counts.reduce((sum, n) => sum + n, 0);
  if (bytes.length !== wanted)
    return broken(
      `${lods} levels with ${counts.join(", ")} fragments make ${wanted} bytes, it has ${bytes.length}`,
    );
  const sizes: number[] = [];
  let at = 28 + 20 * lods;
  for (const count of counts) {
    for (let i = 0; i < count; i++) sizes.push(view.getUint32(at + 12 * count + 4 * i, true));
    at += 16 * count;
  }
  return sizes.some((size) => size > 0) ? { sizes } : broken("all of its fragments are empty");
}
