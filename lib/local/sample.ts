import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { mapVec, product, type Vec3 } from "../format/vec.ts";
import { createChance } from "./chance.ts";
import { type Field, keepLargest } from "./field.ts";
import { along, growNeurite, growSoma, randomHeading, type Tip, unit } from "./neurite.ts";
import { encodeSlice } from "./slice.ts";

const shape: Vec3 = [256, 256, 128];
const resolution: Vec3 = [16, 16, 40];
const somas = 4;
const dendrites = 16;
const axons = 34;
/** A neurite of less length, nm, starts again elsewhere. */
const shortest = 4000;

/**
 * Writes a small realistic label volume into `folder`: 256x256x128 voxels of 16x16x40 nm with some fifty
 * branching neurites, their uint64 ids all above 2^53 and half of them above 2^63. Slices are
 * `sample_0000.tif` and so on; beside them lies an `info` of the basic form. The voxels are the same
 * on every machine.
 */
export async function makeSample(folder: string): Promise<void> {
  const labels = drawSample();
  const ids = sampleIds();
  await mkdir(folder, { recursive: true });
  for (let z = 0; z < shape[2]; z++) {
    const name = `sample_${String(z).padStart(4, "0")}.tif`;
    await writeFile(path.join(folder, name), encodeSample(labels, ids, z));
  }
  await writeFile(path.join(folder, "info"), `${JSON.stringify(sampleInfo, null, 2)}\n`);
}

const sampleInfo = {
  type: "segmentation",
  data_type: "uint64",
  num_channels: 1,
  encoding: "compressed_segmentation",
  compressed_segmentation_block_size: [8, 8, 8],
  mesh: "mesh",
  scales: [{ voxel_offset: [0, 0, 0], resolution, size: shape }],
};

/** The sample's voxels, x fastest: 0 is background, label i stands for the id `sampleIds()[i]`. */
export function drawSample(): Uint8Array {
  const chance = createChance(20_110_401);
  const field: Field = { labels: new Uint8Array(product(shape)), shape, pitch: resolution };
  const extent = mapVec((d) => shape[d] * resolution[d]);
  let label = 0;
  for (let i = 0; i < somas; i++) {
    const at = mapVec((d) => extent[d] * (somaPlaces[i]?.[d] ?? 0.5));
    const radius = 320 + 90 * chance();
    growSoma(field, ++label, { at, radius }, chance);
    growNeurite(field, label, somaTips(at, radius, chance), chance);
  }
  for (let i = 0; i < dendrites; i++) {
    label++;
    let tip: Tip;
    do tip = crossing(extent, { radius: 115 + 40 * chance(), tip: 85, branches: 2 }, chance);
    while (growNeurite(field, label, [tip], chance) < shortest);
  }
  for (let i = 0; i < axons; i++) {
    label++;
    let tip: Tip;
    do tip = crossing(extent, { radius: 80 + 40 * chance(), tip: 70, branches: 3 }, chance);
    while (growNeurite(field, label, [tip], chance) < shortest);
  }
  // What a neurite left behind on its failed starts goes here.
  keepLargest(field);
  return field.labels;
}

/** Where the cell bodies are, as parts of the volume. */
const somaPlaces: readonly Vec3[] = [
  [0.24, 0.28, 0.3],
  [0.76, 0.34, 0.68],
  [0.34, 0.78, 0.74],
  [0.72, 0.76, 0.2],
];

/** Ids of the labels, low and high words in turn; entry 0 is the background. */
export function sampleIds(): Uint32Array {
  const chance = createChance(53);
  const ids = new Uint32Array(2 * (1 + somas + dendrites + axons));
  for (let i = 1; 2 * i < ids.length; i++) {
    const above63 = i % 2 === 0;
    ids[2 * i] = Math.floor(chance() * 2 ** 32);
    ids[2 * i + 1] = above63
      ? 2 ** 31 + Math.floor(chance() * 2 ** 31)
      : 2 ** 21 + Math.floor(chance() * 2 ** 27);
  }
  return ids;
}

function somaTips(at: Vec3, radius: number, chance: () => number): Tip[] {
  const tips: Tip[] = [];
  for (let i = 0; i < 4; i++) {
    const heading = randomHeading(chance);
    const start = along(at, heading, radius * 0.8);
    tips.push({ at: start, heading, radius: 105 + 40 * chance(), tip: 70, length: 2200, branches: 1 });
  }
  return tips;
}

/** A tip on a random face of the volume that heads for the other side. */
function crossing(
  extent: Vec3,
  { radius, tip, branches }: { radius: number; tip: number; branches: number },
  chance: () => number,
): Tip {
  const face = Math.floor(chance() * 6);
  const axis = face >> 1;
  const place = (d: 0 | 1 | 2) => extent[d] * (0.05 + 0.9 * chance());
  const from = mapVec((d) => (d === axis ? (face & 1) * extent[d] : place(d)));
  const to = mapVec((d) => (d === axis ? (1 - (face & 1)) * extent[d] : place(d)));
  const heading = unit(mapVec((d) => to[d] - from[d]));
  return { at: from, heading, radius, tip: Math.min(radius, tip), length: 9000, branches };
}

function encodeSample(labels: Uint8Array, ids: Uint32Array, z: number): Uint8Array {
  const [width, height] = shape;
  const words = new Uint32Array(2 * width * height);
  const start = z * width * height;
  for (let i = 0; i < width * height; i++) {
    const label = labels[start + i] ?? 0;
    words[2 * i] = ids[2 * label] ?? 0;
    words[2 * i + 1] = ids[2 * label + 1] ?? 0;
  }
  return encodeSlice({ words, width, height, deflate: true });
}
