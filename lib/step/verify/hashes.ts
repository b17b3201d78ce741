import type { Box } from "../../format/vec.ts";
import { hashKey } from "../../plan/pipeline.ts";
import type { Plan } from "../../plan/plan.ts";
import { getBytes } from "../../store/object.ts";
import type { Store } from "../../store/store.ts";
import type { Digest } from "../../verify/hash.ts";
import { boxOfChunk, chunksOf, numberOfChunk } from "../../verify/layout.ts";
import { viewOf } from "../../verify/view.ts";
import type { LabelledBlock } from "../block.ts";
import { createDigester } from "./digest.ts";
import { layoutOf } from "./layout.ts";

export type Hashed = { readonly block: number; readonly box: Box; readonly labelled: LabelledBlock };

/**
 * Keeps a hash of what was read of the slices where each chunk of a block lies: from the labels, before anything is
 * encoded. Three words (uint32) per chunk: its number and the two lanes.
 */
export async function putHashes(work: Store, plan: Plan, { block, box, labelled }: Hashed): Promise<void> {
  const { view, table, lo } = labelled;
  const digest = createDigester(table);
  const [x, y, z] = lo;
  const whole = { lo, hi: [x + view.shape[0], y + view.shape[1], z + view.shape[2]] as const };
  const [full] = layoutOf(plan).scales;
  // Row by row of chunks along x, from the first of each.
  const firsts = chunksOf(full, { lo: box.lo, hi: [box.lo[0] + 1, box.hi[1], box.hi[2]] });
  const entries = firsts.flatMap((at) => {
    const { lo, hi } = boxOfChunk(full, at);
    const own = viewOf(view.labels, whole, { lo, hi: [box.hi[0], hi[1], hi[2]] });
    const digests = digest({ ...own, offset: own.offset + view.offset }, full.chunk[0]);
    return digests.flatMap(({ a, b }, i) => [numberOfChunk(full, at) + i, a, b]);
  });
  const bytes = new Uint8Array(Uint32Array.from(entries).buffer);
  await work.put(hashKey(block), bytes, { contentType: "application/octet-stream" });
}

/** Hashes of some blocks, by the number of the chunk. */
export async function readHashes(work: Store, blocks: readonly number[]): Promise<Map<number, Digest>> {
  const found = new Map<number, Digest>();
  for (const bytes of await Promise.all(blocks.map((block) => getBytes(work, hashKey(block))))) {
    const words = new Uint32Array(new Uint8Array(bytes).buffer);
    for (let i = 0; i < words.length; i += 3)
      found.set(words[i] as number, { a: words[i + 1] as number, b: words[i + 2] as number });
  }
  return found;
}
