import type { Vec3 } from "../format/vec.ts";
import type { Cause } from "./cause.ts";

/** The box of a legacy fragment's vertices, or what is wrong with its bytes. */
export type Opened =
  | { readonly lo: Vec3; readonly hi: Vec3 }
  | { readonly cause: Cause; readonly found: string };

/**
 * Reads a fragment of a legacy mesh: uint32 count, three float32 per vertex, then uint32 triples to the end
 * (precomputed specification, "legacy single-resolution mesh format").
 */
export function openFragment(bytes: Uint8Array): Opened {
  const broken = (found: string) => ({ cause: "fragment-broken", found }) as const;
  if (bytes.length === 0) return { cause: "fragment-empty", found: "it has no bytes" };
  if (new TextDecoder("latin1").decode(bytes.subarray(0, 5)) === "DRACO")
    return broken("it is Draco; meshes of this kind are plain numbers");
  if (bytes.length < 4) return broken(`${bytes.length} bytes are no count of vertices`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(0, true);
  const rest = bytes.length - 4 - 12 * count;
  if (count === 0) return { cause: "fragment-empty", found: "it has no vertices" };
  if (rest < 0 || rest % 12 !== 0) return broken(`${bytes.length} bytes do not fit its ${count} vertices`);
  for (let at = 4 + 12 * count; at < bytes.length; at += 4)
    if (view.getUint32(at, true) >= count)
      return broken(`a triangle names vertex ${view.getUint32(at, true)} of ${count}`);
  const lo: [number, number, number] = [Infinity, Infinity, Infinity];
  const hi: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < count; i++)
    for (const d of [0, 1, 2] as const) {
      const value = view.getFloat32(4 + 12 * i + 4 * d, true);
      if (!Number.isFinite(value)) return broken(`vertex ${i} is at ${value}`);
      lo[d] = Math.min(lo[d], value);
      hi[d] = Math.max(hi[d], value);
    }
  return { lo, hi };
}
