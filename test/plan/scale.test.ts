import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { Vec3 } from "../../lib/format/vec.ts";
import { planScales } from "../../lib/plan/scale.ts";

const folder = path.join(import.meta.dirname, "../fixture/scale");
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));

type Scale = { key: string; size: Vec3; resolution: Vec3; voxel_offset?: Vec3; chunk_sizes: [Vec3] };
type Golden = { input: { scales: [Scale] }; target: number; output: string };

test("there are golden plans", () => {
  expect(names.length).toBeGreaterThanOrEqual(16);
});

test.each(names)("%s: the scales of generate-scales-info", (name) => {
  const golden: Golden = JSON.parse(readFileSync(path.join(folder, name), "utf8"));
  const [{ size, resolution }] = golden.input.scales;
  const planned = planScales({ size, resolution, voxelOffset: [0, 0, 0] }, golden.target);
  const expected: Scale[] = JSON.parse(golden.output).scales;
  const shown = planned.map((scale) => ({
    key: scale.key,
    size: scale.size,
    resolution: scale.resolution,
    chunk_sizes: [scale.chunkSize],
  }));
  expect(shown).toEqual(
    expected.map(({ key, size, resolution, chunk_sizes }) => ({ key, size, resolution, chunk_sizes })),
  );
});

test("an offset is carried to every scale: cells lie on global multiples of the factor", () => {
  const scales = planScales(
    { size: [300, 301, 64], resolution: [8, 8, 16], voxelOffset: [100, -201, 3] },
    64,
  );
  const shown = scales.map(({ voxelOffset, size, factor }) => ({ voxelOffset, size, factor }));
  expect(shown).toEqual([
    { voxelOffset: [100, -201, 3], size: [300, 301, 64], factor: [1, 1, 1] },
    // x 100..400 -> 50..200; y -201..100 -> floor -101, ceil 50; z waits.
    { voxelOffset: [50, -101, 3], size: [150, 151, 64], factor: [2, 2, 1] },
    // z 3..67 -> 1..34.
    { voxelOffset: [25, -51, 1], size: [75, 76, 33], factor: [4, 4, 2] },
  ]);
});

test("a resolution below a picometre is refused", () => {
  expect(() => planScales({ size: [9, 9, 9], resolution: [1e-5, 1, 1], voxelOffset: [0, 0, 0] }, 64)).toThrow(
    /info: resolution 0.00001 nm/,
  );
});
