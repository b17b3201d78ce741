import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { encodeTiff, type Samples, type Storage } from "./tiff.ts";
import { createPainter, type VolumeName, type VolumePlan, volumes } from "./volume.ts";

/** Volumes that were made once; git ignores it. */
const home = path.resolve(import.meta.dirname, "../volume");
/** Slices drawn at a time. */
const slab = 16;

/** Of the drawing: whoever changes what is drawn counts it up, and all volumes are made anew. */
const edition = 1;
/** Slices of a volume that is stored in another way. */
const fewSlices = 16;

type Say = (line: string) => void;
export type Bits = 8 | 16 | 32 | 64;

/** The folder of slices of a volume, which is made if it is not there. */
export function volumeFolder(name: VolumeName, say: Say): Promise<string> {
  return madeOnce(name, volumes[name], say);
}

/** Slices from the middle of a volume with samples of so many bits, of which the labels' numbers are cut if they need more. */
export function storedFolder(
  name: VolumeName,
  { storage, bits }: { storage: Storage; bits: Bits },
  say: Say,
): Promise<string> {
  const plan: VolumePlan = volumes[name];
  const first = Math.floor((plan.size[2] - fewSlices) / 2);
  const slices = [first, first + fewSlices] as const;
  return madeOnce(`${name}-${storage}-uint${bits}`, { ...plan, storage, bits, slices }, say);
}

async function madeOnce(name: string, plan: VolumePlan, say: Say): Promise<string> {
  const folder = path.join(home, `${name}-${edition}`);
  if ((await stat(folder).catch(() => undefined)) !== undefined) return folder;
  say(`making volume ${name} once...`);
  // Whoever is stopped half way leaves no folder of that name.
  const draft = `${folder}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await writeVolume(plan, draft);
  await rename(draft, folder);
  return folder;
}

/** Writes a volume as slices `0000.tif` and so on and a basic `info`, slab by slab. */
export async function writeVolume(plan: VolumePlan, folder: string): Promise<void> {
  const { size, resolution, storage, bits = 64, slices = [0, size[2]] } = plan;
  const [width, height] = size;
  const { ids, paint } = createPainter(plan);
  await mkdir(folder, { recursive: true });
  const labels = new Uint16Array(width * height * slab);
  const samples = samplesOf(bits, width * height);
  const [first, end] = slices;
  for (let z0 = first; z0 < end; z0 += slab) {
    const z1 = Math.min(end, z0 + slab);
    labels.fill(0);
    paint(labels.subarray(0, width * height * (z1 - z0)), z0, z1);
    for (let z = z0; z < z1; z++) {
      fillSamples(samples, labels.subarray((z - z0) * width * height), ids);
      const file = path.join(folder, `${String(z - first).padStart(4, "0")}.tif`);
      await writeFile(file, encodeTiff(samples, { width, height, storage }));
    }
  }
  const scale = { voxel_offset: [0, 0, 0], resolution, size: [width, height, end - first] };
  const info = {
    encoding: "compressed_segmentation",
    scales: [scale],
    compressed_segmentation_block_size: [8, 8, 8],
    data_type: bits === 64 ? "uint64" : "uint32",
    mesh: "mesh",
    type: "segmentation",
    num_channels: 1,
  };
  await writeFile(path.join(folder, "info"), `${JSON.stringify(info, null, 2)}\n`);
}

function samplesOf(bits: Bits, length: number): Samples {
  if (bits === 8) return new Uint8Array(length);
  if (bits === 16) return new Uint16Array(length);
  return bits === 32 ? new Uint32Array(length) : new BigUint64Array(length);
}

/** Narrow samples keep the low bits of a label's number, as typed arrays do. */
function fillSamples(samples: Samples, labels: Uint16Array, ids: BigUint64Array): void {
  if (samples instanceof BigUint64Array)
    for (let i = 0; i < samples.length; i++) samples[i] = ids[labels[i]!]!;
  else for (let i = 0; i < samples.length; i++) samples[i] = labels[i]!;
}
