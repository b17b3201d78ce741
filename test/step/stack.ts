import type { Vec3 } from "../../lib/format/vec.ts";

/**
 * A multi-page TIFF of uint8 labels, all 1: classic, little-endian, uncompressed, one strip a page (TIFF 6.0,
 * section 2). `apart` bytes lie between pages.
 */
export function stackOf([width, height, pages]: Vec3, apart = 0): Uint8Array {
  const tags = 9;
  const directory = 2 + 12 * tags + 4;
  const page = directory + width * height + apart + ((apart + width * height) % 2);
  const bytes = new Uint8Array(8 + pages * page);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0, 8, 0, 0, 0]);
  for (let z = 0; z < pages; z++) {
    const at = 8 + z * page;
    const data = at + directory;
    bytes.fill(1, data, data + width * height);
    const values = [
      [256, width],
      [257, height],
      [258, 8],
      [259, 1],
      [262, 1],
      [273, data],
      [277, 1],
      [278, height],
      [279, width * height],
    ] as const;
    view.setUint16(at, tags, true);
    for (const [i, [tag, value]] of values.entries()) {
      view.setUint16(at + 2 + 12 * i, tag, true);
      view.setUint16(at + 4 + 12 * i, 4, true);
      view.setUint32(at + 6 + 12 * i, 1, true);
      view.setUint32(at + 10 + 12 * i, value, true);
    }
    view.setUint32(at + 2 + 12 * tags, z + 1 < pages ? at + page : 0, true);
  }
  return bytes;
}
