import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";

/** 5 x 3 x 2 cells of 20 voxels, in each a box of the voxels 4 to 15: 30 segments. */
const CELLS = [5, 3, 2] as const;
const CELL = 20;
const LOW = 4;
const HIGH = 16;
const CHUNK = 32;
const RESOLUTION = [8, 8, 16] as const;
const OFFSET = [10, 20, 30] as const;
export const SEGMENTS = 30;

type Triple = readonly [number, number, number];
type Scale = {
  readonly key: string;
  readonly factor: number;
  readonly size: Triple;
  readonly offset: Triple;
};

/** Ids over 32 bits, so that a reader that drops the upper half is seen. */
export const idOf = (cell: number): string => String(2 ** 32 + 1 + cell);

/** Voxel in the middle of a cell's box, in voxels of the finest scale, offset included. */
export function middleOf(cell: number): Triple {
  return each((d) => OFFSET[d]! + place(cell)[d]! * CELL + CELL / 2 + 0.5);
}

/**
 * Writes a dataset by hand from the words of the precomputed format: raw uint64 chunks stored as .gz, two
 * scales, legacy meshes, segment properties and a state. It shares no code with our encoders, so that the
 * browser lane judges the server and the viewer alone.
 */
export async function makeDataset(root: string): Promise<void> {
  const scales = [scaleOf(1), scaleOf(2)];
  for (const folder of [...scales.map(({ key }) => key), "mesh", "properties"]) {
    await mkdir(path.join(root, folder), { recursive: true });
  }
  const ids = Array.from({ length: SEGMENTS }, (_, cell) => idOf(cell));
  const json = (key: string, value: unknown) => writeFile(path.join(root, key), JSON.stringify(value));
  for (const scale of scales) await writeChunks(root, scale);
  for (const [cell, id] of ids.entries()) {
    await json(`mesh/${id}:0`, { fragments: [`${id}:0:box`] });
    await writeFile(path.join(root, `mesh/${id}:0:box.gz`), gzipSync(boxMesh(cell)));
  }
  await json("mesh/info", { "@type": "neuroglancer_legacy_mesh" });
  const properties = [{ id: "label", type: "label", values: ids.map((_, cell) => `box ${cell}`) }];
  await json("properties/info", { "@type": "neuroglancer_segment_properties", inline: { ids, properties } });
  await json("info", infoOf(scales));
  await json("state.json", stateOf(ids));
}

const each = (f: (axis: number) => number): Triple => [f(0), f(1), f(2)];
const place = (cell: number) => each((d) => [cell % 5, Math.floor(cell / 5) % 3, Math.floor(cell / 15)][d]!);

function scaleOf(factor: number): Scale {
  const size = each((d) => (CELLS[d]! * CELL) / factor);
  const offset = each((d) => OFFSET[d]! / factor);
  return { key: `scale${factor}`, factor, size, offset };
}

function infoOf(scales: readonly Scale[]): unknown {
  return {
    "@type": "neuroglancer_multiscale_volume",
    type: "segmentation",
    data_type: "uint64",
    num_channels: 1,
    mesh: "mesh",
    segment_properties: "properties",
    scales: scales.map(({ key, factor, size, offset }) => ({
      key,
      size,
      voxel_offset: offset,
      resolution: RESOLUTION.map((nm) => nm * factor),
      chunk_sizes: [[CHUNK, CHUNK, CHUNK]],
      encoding: "raw",
    })),
  };
}

function stateOf(segments: readonly string[]): unknown {
  return {
    dimensions: { x: [8e-9, "m"], y: [8e-9, "m"], z: [1.6e-8, "m"] },
    position: middleOf(7),
    crossSectionScale: 0.25,
    projectionScale: 170,
    layers: [
      { type: "segmentation", name: "boxes", source: "precomputed://http://127.0.0.1:9000", segments },
    ],
    layout: "4panel",
    showSlices: true,
  };
}

async function writeChunks(root: string, scale: Scale): Promise<void> {
  const { key, size, offset } = scale;
  const [nx, ny, nz] = each((d) => Math.ceil(size[d]! / CHUNK));
  for (let i = 0; i < nx * ny * nz; i++) {
    const grid = [i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny))];
    const lo = each((d) => grid[d]! * CHUNK);
    const hi = each((d) => Math.min(lo[d]! + CHUNK, size[d]!));
    const name = [0, 1, 2].map((d) => `${lo[d]! + offset[d]!}-${hi[d]! + offset[d]!}`).join("_");
    await writeFile(path.join(root, key, `${name}.gz`), gzipSync(rawChunk(scale, lo, hi)));
  }
}

/** x fastest, uint64 little-endian, cut at the border. */
function rawChunk({ factor }: Scale, lo: Triple, hi: Triple): Uint8Array {
  const words = new Uint32Array(2 * (hi[0] - lo[0]) * (hi[1] - lo[1]) * (hi[2] - lo[2]));
  let at = 0;
  for (let z = lo[2]; z < hi[2]; z++) {
    for (let y = lo[1]; y < hi[1]; y++) {
      for (let x = lo[0]; x < hi[0]; x++, at += 2) {
        const voxel = [x * factor, y * factor, z * factor];
        if (voxel.some((v) => v % CELL < LOW || v % CELL >= HIGH)) continue;
        const [i, j, k] = each((d) => Math.floor(voxel[d]! / CELL));
        words[at] = 1 + i + 5 * (j + 3 * k);
        words[at + 1] = 1;
      }
    }
  }
  return new Uint8Array(words.buffer);
}

/** Number of vertices, x y z as float32 nanometres in the global frame, then triangles. */
function boxMesh(cell: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(4 + 8 * 12 + 12 * 12));
  bytes.setUint32(0, 8, true);
  for (let corner = 0; corner < 8; corner++) {
    for (let d = 0; d < 3; d++) {
      const voxel = OFFSET[d]! + place(cell)[d]! * CELL + ((corner >> d) & 1 ? HIGH : LOW);
      bytes.setFloat32(4 + 12 * corner + 4 * d, voxel * RESOLUTION[d]!, true);
    }
  }
  // Corner bits are z y x; each side is two triangles, counter-clockwise from outside.
  const sides = [0, 4, 6, 2, 1, 3, 7, 5, 0, 1, 5, 4, 2, 6, 7, 3, 0, 2, 3, 1, 4, 5, 7, 6];
  for (let side = 0; side < 6; side++) {
    const [a, b, c, d] = sides.slice(4 * side, 4 * side + 4);
    [a, b, c, a, c, d].forEach((v, i) => {
      bytes.setUint32(100 + 24 * side + 4 * i, v!, true);
    });
  }
  return new Uint8Array(bytes.buffer);
}
