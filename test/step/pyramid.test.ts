import { expect, test } from "vitest";
import { decodeSegmentation } from "../../lib/format/expand.ts";
import { createLabels, idText } from "../../lib/format/label.ts";
import { mapVec, product, type Vec3 } from "../../lib/format/vec.ts";
import { wholeView } from "../../lib/format/view.ts";
import { getBytes } from "../../lib/store/object.ts";
import { type MemoryContext, makeVolume, runAll } from "./volume.ts";

const size: Vec3 = [141, 75, 66];
const offset: Vec3 = [101, -201, 3];
const idAt = (x: number, y: number, z: number) =>
  BigInt((Math.floor((x + z) / 5) * 7 + Math.floor(y / 3)) % 11) << 50n;

type Scale = { key: string; size: Vec3; voxel_offset: Vec3; chunk_sizes: [Vec3] };

/** All voxels of a scale, read by chunk names worked out here from the specification. */
async function readScale(context: MemoryContext, scale: Scale): Promise<(at: Vec3) => string | undefined> {
  const chunks = new Map<
    string,
    { labels: Uint32Array; shape: Vec3; table: ReturnType<typeof createLabels> }
  >();
  const [chunkSize] = scale.chunk_sizes;
  for (const key of context.output.objects.keys()) {
    const name = new RegExp(`^${scale.key}/(-?\\d+)-(-?\\d+)_(-?\\d+)-(-?\\d+)_(-?\\d+)-(-?\\d+)$`).exec(key);
    if (name === null) continue;
    const numbers = name.slice(1).map(Number);
    const lo = mapVec((d) => numbers[2 * d]! - scale.voxel_offset[d]);
    const shape = mapVec((d) => numbers[2 * d + 1]! - numbers[2 * d]!);
    const labels = new Uint32Array(product(shape));
    const table = createLabels();
    const target = wholeView(labels, shape);
    decodeSegmentation(await getBytes(context.output, key), table, {
      dataType: "uint64",
      block: [8, 8, 8],
      target,
    });
    chunks.set(mapVec((d) => lo[d] / chunkSize[d]).join(), { labels, shape, table });
  }
  return (at) => {
    if (!at.every((v, d) => v >= 0 && v < scale.size[d]!)) return undefined;
    const chunk = chunks.get(mapVec((d) => Math.floor(at[d] / chunkSize[d])).join());
    const [x, y, z] = mapVec((d) => at[d] % chunkSize[d]);
    return chunk && idText(chunk.table, chunk.labels[x + chunk.shape[0] * (y + chunk.shape[1] * z)]!);
  };
}

test("with an odd offset every scale is the majority over global cells, cut ones included", async () => {
  const context = await makeVolume(size, idAt, { voxel_offset: offset, resolution: [8, 8, 16] });
  await runAll(context, { settings: { chunk: 32, mesh: false } });
  const { scales } = JSON.parse(new TextDecoder().decode(context.output.objects.get("info")!.bytes)) as {
    scales: Scale[];
  };
  expect(scales.map((scale) => scale.voxel_offset)).toEqual([
    [101, -201, 3],
    [50, -101, 3],
    [25, -51, 1],
  ]);
  let fine = await readScale(context, scales[0]!);
  for (let i = 0; i < 2000; i++) {
    const at: Vec3 = [(i * 7919) % size[0], (i * 104729) % size[1], (i * 1299709) % size[2]];
    expect(fine(at)).toBe(idAt(...at).toString());
  }
  for (let k = 1; k < scales.length; k++) {
    const [before, here] = [scales[k - 1]!, scales[k]!];
    const coarse = await readScale(context, here);
    const factor: Vec3 = k === 1 ? [2, 2, 1] : [2, 2, 2];
    for (let i = 0; i < product(here.size); i++) {
      const at: Vec3 = [
        i % here.size[0],
        Math.floor(i / here.size[0]) % here.size[1],
        Math.floor(i / here.size[0] / here.size[1]),
      ];
      expect(coarse(at)).toBe(majority(fine, { at, here, before, factor }));
    }
    fine = coarse;
  }
});

type Cell = { at: Vec3; here: Scale; before: Scale; factor: Vec3 };

function majority(fine: (at: Vec3) => string | undefined, { at, here, before, factor }: Cell): string {
  const votes = new Map<bigint, number>();
  for (let k = 0; k < product(factor); k++) {
    const step = [
      k % factor[0],
      Math.floor(k / factor[0]) % factor[1],
      Math.floor(k / factor[0] / factor[1]),
    ];
    const from = mapVec(
      (d) => (at[d] + here.voxel_offset[d]) * factor[d] + step[d]! - before.voxel_offset[d],
    );
    const id = fine(from);
    if (id !== undefined) votes.set(BigInt(id), (votes.get(BigInt(id)) ?? 0) + 1);
  }
  const most = Math.max(...votes.values());
  return [...votes]
    .filter(([, n]) => n === most)
    .map(([id]) => id)
    .reduce((a, b) => (a < b ? a : b))
    .toString();
}
