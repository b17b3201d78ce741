import { endOfRun } from "./run";

/**
 * Adds the voxels of every label to `voxels`, their x, y and z to `sums` (float64), and widens its box (lo x, y, z, hi x,
 * y, z), run by run.
 *
 * @returns whether all labels are below `labelCount`
 */
export function countRuns(
  labels: usize, strideY: i32, strideZ: i32, width: i32, height: i32, depth: i32,
  voxels: usize, boxes: usize, sums: usize, labelCount: u32,
): bool {
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = labels + ((<usize>z * <usize>strideZ + <usize>y * <usize>strideY) << 2);
      let x = 0;
      while (x < width) {
        const label = load<u32>(row + (<usize>x << 2));
        if (label >= labelCount) return false;
        const end = endOfRun(row, x + 1, width, label);
        const count = voxels + (<usize>label << 2);
        const length = end - x;
        store<u32>(count, load<u32>(count) + length);
        const sum = sums + <usize>label * 24;
        store<f64>(sum, load<f64>(sum) + <f64>((<i64>length * (x + end - 1)) >> 1));
        store<f64>(sum, load<f64>(sum, 8) + <f64>(<i64>length * y), 8);
        store<f64>(sum, load<f64>(sum, 16) + <f64>(<i64>length * z), 16);
        const box = boxes + <usize>label * 24;
        if (x < load<i32>(box)) store<i32>(box, x);
        if (y < load<i32>(box, 4)) store<i32>(box, y, 4);
        if (z < load<i32>(box, 8)) store<i32>(box, z, 8);
        if (end > load<i32>(box, 12)) store<i32>(box, end, 12);
        if (y >= load<i32>(box, 16)) store<i32>(box, y + 1, 16);
        if (z >= load<i32>(box, 20)) store<i32>(box, z + 1, 20);
        x = end;
      }
    }
  }
  return true;
}
