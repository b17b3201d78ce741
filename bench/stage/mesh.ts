import { encodeFragment, encodeManifest } from "../../lib/format/fragment.ts";
import { idText } from "../../lib/format/label.ts";
import { encodePiece } from "../../lib/format/pack.ts";
import { product } from "../../lib/format/vec.ts";
import { gridOf } from "../../lib/step/grid.ts";
import { directoryStore } from "../../lib/store/directory.ts";
import { putFragment, putManifest } from "../../lib/store/object.ts";
import { placeMesh } from "../../lib/volume/mesh/place.ts";
import { meshPieces } from "../../lib/volume/mesh/simplify.ts";
import { createClock, type Kernel, type KernelOptions, type Round } from "./kernel.ts";
import { createSurfaces } from "./surface.ts";
import { eachBlock, factsOf, openVolume, type Planned } from "./volume.ts";

type Clock = ReturnType<typeof createClock>;
/** The encoded pieces of each segment, by id. */
type Pieces = Map<string, Uint8Array[]>;

/** Joining and simplifying of the surfaces of all segments; triangles are those that go in. */
export async function joinKernel({ folder }: KernelOptions): Promise<Kernel> {
  const volume = await openVolume(folder);
  const { pieces, triangles } = await gatherPieces(volume, createClock());
  return {
    facts: factsOf(volume),
    async run() {
      const clock = createClock();
      await finishMeshes(volume, pieces, clock);
      return { seconds: clock.sum(), parts: clock.parts, triangles };
    },
  };
}

/**
 * Meshes of all segments, from the slices to gzipped fragments and manifests in `out`; triangles are those written.
 * Pieces stay in memory between the blocks and the segments; whole jobs put them into packs.
 */
export async function meshKernel({ folder, out }: KernelOptions): Promise<Kernel> {
  const volume = await openVolume(folder);
  return {
    facts: factsOf(volume),
    async run() {
      const clock = createClock();
      const { pieces } = await gatherPieces(volume, clock);
      const { triangles, bytes } = await finishMeshes(volume, pieces, clock, out);
      const voxels = product(gridOf(volume.plan, 0).grid.size);
      return { seconds: clock.sum(), parts: clock.parts, voxels, triangles, bytes } satisfies Round;
    },
  };
}

async function gatherPieces(volume: Planned, clock: Clock): Promise<{ pieces: Pieces; triangles: number }> {
  const surfaces = createSurfaces(volume.plan);
  const pieces: Pieces = new Map();
  let triangles = 0;
  await eachBlock(volume, { margin: true, read: (work) => clock.wait("read", work) }, (visit) => {
    for (const piece of clock.time("surface", () => surfaces(visit))) {
      const id = idText(visit.block.table, piece.label);
      const list = pieces.get(id) ?? [];
      list.push(clock.time("surface", () => encodePiece(piece)));
      pieces.set(id, list);
      triangles += piece.triangles.length / 3;
    }
  });
  return { pieces, triangles };
}

async function finishMeshes({ plan }: Planned, pieces: Pieces, clock: Clock, out?: string) {
  const { grid, scale } = gridOf(plan, 0);
  const store = out === undefined ? undefined : directoryStore(out);
  let triangles = 0;
  let bytes = 0;
  for (const [id, list] of pieces) {
    const mesh = clock.time("simplify", () => meshPieces(list, grid.size, { error: plan.options.meshError }));
    triangles += mesh.indices.length / 3;
    if (store === undefined) continue;
    await clock.wait("write", async () => {
      const { resolution } = scale;
      const placed = placeMesh(mesh, { resolution, voxelOffset: plan.voxelOffset });
      const name = `mesh.${id}.${id}`;
      bytes += await putFragment(store, `mesh/${name}`, encodeFragment(placed, mesh.indices));
      bytes += await putManifest(store, `mesh/${id}:0`, encodeManifest([name]));
    });
  }
  return { triangles, bytes };
}
