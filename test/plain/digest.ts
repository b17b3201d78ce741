import { type Digest, startDigest, stepA, stepB } from "../../lib/verify/hash.ts";
import type { View } from "../../lib/verify/view.ts";

/** The hash of a view. */
export function digestOf(view: View, { a, b }: { a: Int32Array; b: Int32Array }): Digest {
  const { labels, shape } = view;
  const [width, height, depth] = shape;
  const digest = startDigest();
  let { a: laneA, b: laneB } = digest;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = view.offset + y * view.strideY + z * view.strideZ;
      let x = 0;
      while (x < width) {
        const label = labels[row + x]!;
        laneA = stepA(laneA, a[label]!, x);
        laneB = stepB(laneB, b[label]!, x);
        do x++;
        while (x < width && labels[row + x] === label);
      }
    }
  }
  digest.a = laneA >>> 0;
  digest.b = laneB >>> 0;
  return digest;
}
