import type { Vec3 } from "../format/vec.ts";

/** What an image file says of itself. */
export type Image = {
  readonly kind: string;
  readonly width?: number;
  readonly height?: number;
  readonly channels?: number;
};

/** Reads the head of a png, jpeg, jxl or compresso chunk; undefined if it is none of them. */
export function imageOf(bytes: Uint8Array): Image | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length >= 26 && view.getUint32(0) === 0x89504e47) {
    const channels = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[bytes[25] ?? -1];
    return {
      kind: "png",
      width: view.getUint32(16),
      height: view.getUint32(20),
      ...(channels && { channels }),
    };
  }
  if (bytes.length >= 4 && view.getUint16(0) === 0xffd8) return { kind: "jpeg", ...jpegSize(view) };
  const isJxl =
    bytes.length >= 12 &&
    (view.getUint16(0) === 0xff0a || (view.getUint32(0) === 12 && view.getUint32(4) === 0x4a584c20));
  if (isJxl) return { kind: "jxl" };
  if (bytes.length >= 36 && new TextDecoder("latin1").decode(bytes.subarray(0, 4)) === "cpso")
    return { kind: "compresso" };
  return undefined;
}

/** The first frame header (ITU-T T.81, B.2.2): SOF0 to SOF15 without DHT, JPG and DAC. */
function jpegSize(view: DataView): Omit<Image, "kind"> {
  let at = 2;
  while (at + 10 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return {};
    const marker = view.getUint8(at + 1);
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return {
        height: view.getUint16(at + 5),
        width: view.getUint16(at + 7),
        channels: view.getUint8(at + 9),
      };
    at += 2 + view.getUint16(at + 2);
  }
  return {};
}

/** Sizes of a compresso chunk: u16 x, y, z behind magic, version and width (compresso's README, "Codec format"). */
export function compressoShape(bytes: Uint8Array): Vec3 {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [view.getUint16(6, true), view.getUint16(8, true), view.getUint16(10, true)];
}
