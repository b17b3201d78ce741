import { expect, test } from "vitest";
import type { Vec3 } from "../../lib/format/vec.ts";
import { withPile } from "../../lib/kernel/pile.ts";
import { meshArea } from "../../lib/volume/mesh/area.ts";
import { placeMesh } from "../../lib/volume/mesh/place.ts";
import { meshArea as areaPlain } from "../plain/volume/area.ts";
import { placeMesh as placePlain } from "../plain/volume/place.ts";
import { chance } from "./volumes.ts";

test("the kernels place and measure as the plain code does, to the last bit", async () => {
  const random = chance(31);
  for (const vertices of [0, 1, 2, 3, 500]) {
    const mesh = {
      positions: Float32Array.from({ length: 3 * vertices }, () => Math.floor(random() * 2 ** 24) / 32),
      indices: Uint32Array.from({ length: vertices === 0 ? 0 : 999 }, () => random() * vertices),
    };
    const placement = {
      resolution: [798, 3.7, 40.1] as Vec3,
      voxelOffset: [-5, 100_000, 2 ** 31] as Vec3,
    };
    const placed = placePlain(mesh, placement);
    expect(placeMesh(mesh, placement)).toEqual(placed);
    await withPile(async ({ take }) => {
      take(4);
      expect([...placeMesh(mesh, placement, take)]).toEqual([...placed]);
    });
    expect(meshArea(placed, mesh.indices)).toBe(areaPlain(placed, mesh.indices));
  }
});
