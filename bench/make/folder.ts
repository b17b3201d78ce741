import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { encodeTiff } from "./tiff.ts";
import { createPainter, type VolumeName, type VolumePlan, volumes } from "./volume.ts";

/** Volumes that were made once; git ignores it. */
const home = path.resolve(import.meta.dirname, "../volume");
/** Slices drawn at a time. */
const slab = 16;

/** The folder of slices of a volume, which is made if it is not there. */
export async function volumeFolder(name: VolumeName, say: (line: string) => void): Promise<string> {
  const plan: VolumePlan = volumes[name];
  const folder = path.join(home, `${name}-${plan.seed}`);
  if ((await stat(folder).catch(() => undefined)) !== undefined) return folder;
  say(`making volume ${name} (${plan.size.join(" x ")}) once...`);
  // Whoever is stopped half way leaves no folder of that name.
  const draft = `${folder}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await writeVolume(plan, draft);
  await rename(draft, folder);
  return folder;
}

/** Writes a volume as slices `0000.tif` and so on and a basic `info`, slab by slab. */
export async function writeVolume(plan: VolumePlan, folder: string): Promise<void> {
  const { size, resolution, storage } = plan;
  const [width, height, depth] = size;
  const { ids, paint } = createPainter(plan);
  await mkdir(folder, { recursive: true });
  const labels = new Uint16Array(width * height * slab);
  const samples = new BigUint64Array(width * height);
  for (let z0 = 0; z0 < depth; z0 += slab) {
    const z1 = Math.min(depth, z0 + slab);
    labels.fill(0);
    paint(labels.subarray(0, width * height * (z1 - z0)), z0, z1);
    for (let z = z0; z < z1; z++) {
      const first = (z - z0) * samples.length;
      for (let i = 0; i < samples.length; i++) samples[i] = ids[labels[first + i]!]!;
      const file = path.join(folder, `${String(z).padStart(4, "0")}.tif`);
      await writeFile(file, encodeTiff(samples, { width, height, storage }));
    }
  }
  const scales = [{ voxel_offset: [0, 0, 0], resolution, size }];
  const info = {
    encoding: "compressed_segmentation",
    scales,
    compressed_segmentation_block_size: [8, 8, 8],
    data_type: "uint64",
    mesh: "mesh",
    type: "segmentation",
    num_channels: 1,
  };
  await writeFile(path.join(folder, "info"), `${JSON.stringify(info, null, 2)}\n`);
}
