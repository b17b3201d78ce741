import { createHash } from "node:crypto";
import type { LabelTable } from "../../lib/format/label.ts";
import type { LabelView } from "../../lib/format/view.ts";

/** sha256 of named results, whatever the order in which they are made: of the lines `NAME HASH`, sorted. */
export function createDigest() {
  const lines: string[] = [];
  return {
    add(name: string, bytes: Uint8Array) {
      lines.push(`${name} ${createHash("sha256").update(bytes).digest("hex")}`);
    },
    /** Nothing if nothing was added, as in a round that does not check. */
    end(): { digest?: string } {
      if (lines.length === 0) return {};
      return { digest: createHash("sha256").update(lines.sort().join("\n")).digest("hex") };
    },
  };
}

/** The uint64 ids of a view, x fastest, as bytes. */
export function idBytes(
  { labels, offset, strideY, strideZ, shape }: LabelView,
  table: LabelTable,
): Uint8Array {
  const words = new Uint32Array(2 * shape[0] * shape[1] * shape[2]);
  let at = 0;
  for (let z = 0; z < shape[2]; z++) {
    for (let y = 0; y < shape[1]; y++) {
      const row = offset + y * strideY + z * strideZ;
      for (let i = row; i < row + shape[0]; i++) {
        words[at++] = table.lo[labels[i]!]!;
        words[at++] = table.hi[labels[i]!]!;
      }
    }
  }
  return new Uint8Array(words.buffer);
}
