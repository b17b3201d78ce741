import { decode } from "fast-png";
import { expect, test } from "vitest";
import { segmentColor } from "../../lib/format/color.ts";
import { type Box, product, shapeOf, type Vec3 } from "../../lib/format/vec.ts";
import { layOut, previewScale } from "../../lib/volume/panel.ts";
import { renderPreview } from "../../lib/volume/preview.ts";

const backdrop = 0x0d1014;
const empty = 0x1a1e25;

/** Reads from a function of the voxel, and keeps what was asked for. */
function readerOf(idAt: (x: number, y: number, z: number) => number, asked: Box[] = []) {
  return async (box: Box) => {
    asked.push(box);
    const [nx, ny] = shapeOf(box);
    const labels = new Uint32Array(product(shapeOf(box)));
    const ids = [0];
    for (let i = 0; i < labels.length; i++) {
      const at = [i % nx, Math.floor(i / nx) % ny, Math.floor(i / (nx * ny))] as const;
      const id = idAt(box.lo[0] + at[0], box.lo[1] + at[1], box.lo[2] + at[2]);
      if (!ids.includes(id)) ids.push(id);
      labels[i] = ids.indexOf(id);
    }
    return { labels, lo: Uint32Array.from(ids), hi: new Uint32Array(ids.length) };
  };
}

function pixelsOf(png: Uint8Array): { width: number; height: number; at(x: number, y: number): number } {
  const { data, width, height, channels } = decode(png);
  expect(channels).toBe(3);
  return {
    width,
    height,
    at: (x, y) => {
      const i = (y * width + x) * 3;
      return data[i]! * 65536 + data[i + 1]! * 256 + data[i + 2]!;
    },
  };
}

// Extents 80 x 40 x 40 nm: 576 + 576 + ... = (2 * 80 + 40) nm in 1152 pixels, 5.76 pixels per nanometre.
const scale = { size: [8, 4, 2], resolution: [10, 10, 20], chunkSize: [4, 4, 4] } as const;

test("sections lie side by side at one scale of nanometres", () => {
  expect(layOut(scale)).toEqual({
    width: 12 + 461 + 12 + 461 + 12 + 230 + 12,
    height: 230 + 24,
    panels: [
      { axes: [0, 1], normal: 2, at: [12, 12], extent: [461, 230] },
      { axes: [0, 2], normal: 1, at: [485, 12], extent: [461, 230] },
      { axes: [2, 1], normal: 0, at: [958, 12], extent: [230, 230] },
    ],
  });
});

test("each pixel has the colour of its voxel: middle sections, axes the right way round", async () => {
  const picture = pixelsOf(
    await renderPreview({ scale, read: readerOf((x, y, z) => 1 + x + 8 * y + 32 * z) }),
  );
  const color = (x: number, y: number, z: number) => segmentColor(1 + x + 8 * y + 32 * z, 0);
  expect([picture.width, picture.height]).toEqual([1200, 254]);
  const voxel = 461 / 8;
  for (let y = 0; y < 4; y++) {
    for (let x = 0; x < 8; x++) {
      const [px, py] = [Math.floor((x + 0.5) * voxel), Math.floor((y + 0.5) * (230 / 4))];
      expect(picture.at(12 + px, 12 + py), `xy ${x} ${y}`).toBe(color(x, y, 1));
      const z = Math.floor(y / 2);
      expect(picture.at(485 + px, 12 + py), `xz ${x} ${z}`).toBe(color(x, 2, z));
    }
    for (let z = 0; z < 2; z++) {
      const [px, py] = [Math.floor((z + 0.5) * 115), Math.floor((y + 0.5) * (230 / 4))];
      expect(picture.at(958 + px, 12 + py), `yz ${z} ${y}`).toBe(color(4, y, z));
    }
  }
});

test("the corners of a section are painted, what is around it is not; background is dark", async () => {
  const picture = pixelsOf(await renderPreview({ scale, read: readerOf((x) => (x < 4 ? 7 : 0)) }));
  const seven = segmentColor(7, 0);
  expect([picture.at(12, 12), picture.at(12, 241), picture.at(472, 12)]).toEqual([seven, seven, empty]);
  for (const [x, y] of [
    [11, 12],
    [12, 11],
    [12, 242],
    [473, 12],
    [484, 12],
    [1199, 0],
  ] as const) {
    expect(picture.at(x, y), `${x} ${y}`).toBe(backdrop);
  }
});

test("reads thin boxes along the chunk grid, each once per section, and nothing else", async () => {
  const asked: Box[] = [];
  await renderPreview({ scale, read: readerOf(() => 1, asked) });
  expect(asked).toEqual([
    { lo: [0, 0, 1], hi: [4, 4, 2] },
    { lo: [4, 0, 1], hi: [8, 4, 2] },
    { lo: [0, 2, 0], hi: [4, 3, 2] },
    { lo: [4, 2, 0], hi: [8, 3, 2] },
    { lo: [4, 0, 0], hi: [5, 4, 2] },
  ]);
});

test("the same labels give the same bytes, other labels others", async () => {
  const make = (id: number) => renderPreview({ scale, read: readerOf(() => id) });
  expect(await make(1)).toEqual(await make(1));
  expect(await make(1)).not.toEqual(await make(2));
});

test("colours that were chosen win over the viewer's, by the whole id", async () => {
  const read = async (box: Box) => ({
    labels: new Uint32Array(product(shapeOf(box))).map((_, i) => i % 2),
    lo: Uint32Array.of(7, 7),
    hi: Uint32Array.of(0, 1),
  });
  const picture = pixelsOf(
    await renderPreview({ scale, read, colors: new Map([["4294967303", "#0a0b0c"]]) }),
  );
  expect(picture.at(12, 12)).toBe(segmentColor(7, 0));
  expect(picture.at(12 + 59, 12)).toBe(0x0a0b0c);
});

test("awkward shapes stay within the picture and every pixel is painted", async () => {
  for (const size of [
    [1, 1, 1],
    [5000, 3, 7],
    [3, 700, 1],
    [1, 1, 333],
    [97, 101, 103],
  ] as Vec3[]) {
    const odd = { size, resolution: [7, 11, 13], chunkSize: [64, 64, 64] } as const;
    const { width, height, panels } = layOut(odd);
    expect(width).toBeLessThanOrEqual(1203);
    expect(height).toBeLessThanOrEqual(600);
    const picture = pixelsOf(await renderPreview({ scale: odd, read: readerOf(() => 1) }));
    for (const { at, extent } of panels) {
      const seen = new Set<number>();
      for (let y = 0; y < extent[1]; y++) {
        for (let x = 0; x < extent[0]; x++) seen.add(picture.at(at[0] + x, at[1] + y));
      }
      expect([size, [...seen]]).toEqual([size, [segmentColor(1, 0)]]);
    }
  }
});

test("the coarsest scale that has a voxel for every pixel, or as many as there are, is taken", () => {
  const scales = [
    { size: [14000, 14700, 50], resolution: [3, 3, 50] },
    { size: [7000, 7350, 50], resolution: [6, 6, 50] },
    { size: [3500, 3675, 50], resolution: [12, 12, 50] },
    { size: [1750, 1838, 50], resolution: [24, 24, 50] },
    { size: [875, 919, 50], resolution: [48, 48, 50] },
    { size: [438, 460, 25], resolution: [96, 96, 100] },
  ] as { size: Vec3; resolution: Vec3 }[];
  // The height of 576 pixels decides: 44,100 nm, 76.6 nm per pixel.
  expect(previewScale(scales)).toBe(4);
  expect(previewScale(scales.slice(0, 1))).toBe(0);
  const thick = scales
    .slice(0, 5)
    .map(({ size, resolution: [x, y] }) => ({ size, resolution: [x, y, 900] as Vec3 }));
  expect(previewScale(thick), "voxels that are thick from the start do not count").toBe(4);
});
