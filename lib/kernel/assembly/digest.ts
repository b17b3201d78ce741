import { endOfRun } from "./run";

/**
 * Takes two lanes of 32 bits on over the runs of a view, row by row (lib/verify/hash.ts has the steps): of each of the
 * boxes that the view is cut into along x, `step` voxels wide. Rows are read as they lie in memory, not box by box,
 * which takes twice as long.
 *
 * @param a words that stand for labels in the first lane; `b` in the other
 * @param lanes both of every box, where they are begun and left
 * @returns whether all labels are below `labelCount`
 */
export function digestRuns(
  labels: usize, strideY: i32, strideZ: i32, width: i32, height: i32, depth: i32,
  step: i32, a: usize, b: usize, labelCount: u32, lanes: usize,
): bool {
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = labels + ((<usize>z * <usize>strideZ + <usize>y * <usize>strideY) << 2);
      for (let from = 0, own = lanes; from < width; from += step, own += 8) {
        if (!digestRow(row + (<usize>from << 2), min(step, width - from), a, b, labelCount, own)) return false;
      }
    }
  }
  return true;
}

// @ts-ignore: decorator
@inline
function digestRow(row: usize, width: i32, a: usize, b: usize, labelCount: u32, lanes: usize): bool {
  let laneA = load<u32>(lanes);
  let laneB = load<u32>(lanes, 4);
  let x = 0;
  while (x < width) {
    const label = load<u32>(row + (<usize>x << 2));
    if (label >= labelCount) return false;
    const first = (laneA ^ (load<u32>(a + (<usize>label << 2)) + <u32>x * 0x61c88647)) * 0x1b873593;
    laneA = first ^ (first >>> 15);
    const second = (laneB + (load<u32>(b + (<usize>label << 2)) ^ (<u32>x * 0x3c6ef35f))) * 0xcc9e2d51;
    laneB = second ^ (second >>> 16);
    x = endOfRun(row, x + 1, width, label);
  }
  store<u32>(lanes, laneA);
  store<u32>(lanes, laneB, 4);
  return true;
}
