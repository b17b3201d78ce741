import { expect, test } from "vitest";
import type { Vec3 } from "../../lib/format/vec.ts";
import { type MemoryContext, makeVolume, runAll } from "./volume.ts";

const size: Vec3 = [90, 80, 70];
const offset: Vec3 = [-7, 33, 5];

/** Where the viewer opens, as local voxels. */
function opened(context: MemoryContext): Vec3 {
  const { bytes } = context.output.objects.get("state.json")!;
  const { position } = JSON.parse(new TextDecoder().decode(bytes)) as { position: number[] };
  return position.map((p, d) => p - offset[d]!) as unknown as Vec3;
}

test("the viewer opens in a voxel of the largest segment, though the middle of its box is empty", async () => {
  // A hollow shell is larger than the ball within it and the crumbs beside.
  const idAt = (x: number, y: number, z: number) => {
    const r = Math.hypot(x - 44, y - 40, z - 35);
    if (r > 28 && r < 32) return 2n ** 63n + 1n;
    if (r < 12) return 5n;
    return x < 4 && (x + y + z) % 3 === 0 ? 7n : 0n;
  };
  for (const chunk of [16, 64]) {
    const context = await makeVolume(size, idAt, { voxel_offset: offset, resolution: [8, 8, 20] });
    const plan = await runAll(context, { settings: { chunk } });
    expect(plan.scales.length).toBe(chunk === 16 ? 3 : 1);
    const at = opened(context);
    expect(at.map((v) => v % 1).map(Math.abs)).toEqual([0.5, 0.5, 0.5]);
    expect(idAt(...(at.map(Math.floor) as unknown as Vec3))).toBe(2n ** 63n + 1n);
  }
});

test("a segment that coarser scales have lost is found in the full one; without any, the middle of the volume", async () => {
  const lost = await makeVolume(size, (x, y, z) => (x === 3 && y === 3 && z === 3 ? 9n : 0n), {
    voxel_offset: offset,
  });
  await runAll(lost, { settings: { chunk: 16 } });
  expect(opened(lost)).toEqual([3.5, 3.5, 3.5]);
  const empty = await makeVolume(size, () => 0n, { voxel_offset: offset });
  await runAll(empty);
  expect(opened(empty)).toEqual(size.map((n) => n / 2));
});
