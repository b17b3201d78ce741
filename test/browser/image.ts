import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";

type Triple = readonly [number, number, number];

const CHUNK = 64;

/** Grey of a voxel: by its place, so that a layer that lies elsewhere is seen. */
export const greyAt = ([x, y, z]: Triple): number => (x + 3 * y + 7 * z) % 251;

/**
 * Writes a greyscale volume by hand from the words of the precomputed format, as an EM volume would be published:
 * raw uint8 chunks stored as .gz, one scale.
 */
export async function writeImage(root: string, size: Triple, resolution: Triple): Promise<void> {
  await mkdir(path.join(root, "em"), { recursive: true });
  const scale = {
    key: "em",
    size,
    resolution,
    voxel_offset: [0, 0, 0],
    chunk_sizes: [[CHUNK, CHUNK, CHUNK]],
    encoding: "raw",
  };
  const info = {
    "@type": "neuroglancer_multiscale_volume",
    type: "image",
    data_type: "uint8",
    num_channels: 1,
    scales: [scale],
  };
  await writeFile(path.join(root, "info"), JSON.stringify(info));
  for (let z = 0; z < size[2]; z += CHUNK) {
    for (let y = 0; y < size[1]; y += CHUNK) {
      for (let x = 0; x < size[0]; x += CHUNK) {
        const lo: Triple = [x, y, z];
        const hi = lo.map((v, d) => Math.min(v + CHUNK, size[d]!)) as unknown as Triple;
        const name = lo.map((v, d) => `${v}-${hi[d]}`).join("_");
        await writeFile(path.join(root, "em", `${name}.gz`), gzipSync(greys(lo, hi)));
      }
    }
  }
}

function greys(lo: Triple, hi: Triple): Uint8Array {
  const bytes = new Uint8Array((hi[0] - lo[0]) * (hi[1] - lo[1]) * (hi[2] - lo[2]));
  let at = 0;
  for (let z = lo[2]; z < hi[2]; z++)
    for (let y = lo[1]; y < hi[1]; y++) for (let x = lo[0]; x < hi[0]; x++) bytes[at++] = greyAt([x, y, z]);
  return bytes;
}
