import { product, type Vec3 } from "../format/vec.ts";
import type { Cause } from "./cause.ts";
import { compressoShape, type Image, imageOf } from "./image.ts";
import { readSegmentation } from "./segmentation.ts";
import { itemSize, type Scale, type Volume } from "./volume.ts";

/** Values of a chunk's first channel, x fastest, as low and high words. */
export type Voxels = { readonly shape: Vec3; readonly lo: Uint32Array; readonly hi?: Uint32Array };

/** What is wrong with a chunk, or its voxels where they are simple to have. */
export type Opened = { readonly cause: Cause; readonly found: string } | { readonly voxels?: Voxels };

/** Voxels that are looked at one by one; of larger chunks only the form is judged. */
const mostVoxels = 2 ** 25;

type Kind = { readonly volume: Volume; readonly scale: Scale; readonly shape: Vec3; readonly full: Vec3 };

/**
 * Judges the bytes of one chunk by what `info` says it is.
 *
 * @param kind `shape` is the chunk's own, cut at the end of the volume, `full` that of the chunks inside
 */
export function openChunk(bytes: Uint8Array, kind: Kind): Opened {
  if (bytes.length === 0) return { cause: "chunk-broken", found: "it is empty (0 bytes)" };
  const { encoding } = kind.scale;
  const image = imageOf(bytes);
  const wanted = ["png", "jpeg", "jxl", "compresso"].includes(encoding);
  if (wanted) return openImage(bytes, image, kind);
  if (image !== undefined && rawLength(kind, kind.shape) !== bytes.length)
    return { cause: "chunk-encoding", found: `info says ${encoding}, the bytes are ${image.kind}` };
  if (encoding === "raw") return openRaw(bytes, kind);
  return encoding === "compressed_segmentation" ? openSegmentation(bytes, kind) : {};
}

function rawLength({ volume }: Kind, shape: Vec3): number {
  return product(shape) * volume.channels * (itemSize[volume.dataType] ?? 1);
}

function openRaw(bytes: Uint8Array, kind: Kind): Opened {
  const { volume, shape, full } = kind;
  const length = rawLength(kind, shape);
  if (bytes.length === length) return product(shape) > mostVoxels ? {} : { voxels: rawVoxels(bytes, kind) };
  const size = `${shape.join(" x ")} voxels of ${volume.dataType}`;
  if (bytes.length === rawLength(kind, full))
    return {
      cause: "chunk-shape",
      found: `it has the length of a whole chunk, ${full.join(" x ")}; at the end of the volume it must be cut to ${shape.join(" x ")}`,
    };
  const other = Object.keys(itemSize).find(
    (type) => itemSize[type] === bytes.length / (product(shape) * volume.channels),
  );
  if (other !== undefined)
    return {
      cause: "chunk-shape",
      found: `${bytes.length} bytes are right for ${shape.join(" x ")} voxels of ${other}; info says ${volume.dataType}`,
    };
  // The viewer's own word for it is "Received N bytes, expected M".
  const segmentation = trySegmentation(bytes, kind, [8, 8, 8]);
  if (segmentation !== undefined)
    return { cause: "chunk-encoding", found: "info says raw, the bytes are compressed_segmentation" };
  return { cause: "chunk-shape", found: `${bytes.length} bytes, but ${size} are ${length}` };
}

function rawVoxels(bytes: Uint8Array, { volume, shape }: Kind): Voxels {
  const count = product(shape);
  const item = itemSize[volume.dataType] ?? 1;
  const own = bytes.slice(0, count * item).buffer;
  if (item === 8) {
    const words = new Uint32Array(own);
    return { shape, lo: words.filter((_, i) => i % 2 === 0), hi: words.filter((_, i) => i % 2 === 1) };
  }
  if (item === 4) return { shape, lo: new Uint32Array(own) };
  return { shape, lo: Uint32Array.from(item === 2 ? new Uint16Array(own) : new Uint8Array(own)) };
}

function openSegmentation(bytes: Uint8Array, kind: Kind): Opened {
  const { volume, scale, shape, full } = kind;
  if (product(shape) > mostVoxels) return {};
  try {
    const { block = [8, 8, 8] } = scale;
    const isWide = volume.dataType === "uint64";
    return { voxels: readSegmentation(bytes, { shape, channels: volume.channels, block, isWide }) };
  } catch (error) {
    if ([shape, full].some((one) => rawLength(kind, one) === bytes.length))
      return { cause: "chunk-encoding", found: "info says compressed_segmentation, the bytes are raw" };
    return { cause: "chunk-broken", found: error instanceof Error ? error.message : String(error) };
  }
}

function trySegmentation(bytes: Uint8Array, { volume, shape }: Kind, block: Vec3): Voxels | undefined {
  if (product(shape) > mostVoxels || itemSize[volume.dataType] === undefined) return undefined;
  try {
    return readSegmentation(bytes, {
      shape,
      channels: volume.channels,
      block,
      isWide: volume.dataType === "uint64",
    });
  } catch {
    return undefined;
  }
}

function openImage(bytes: Uint8Array, image: Image | undefined, kind: Kind): Opened {
  const { volume, scale, shape } = kind;
  if (image === undefined) {
    const isRaw = rawLength(kind, shape) === bytes.length;
    if (isRaw) return { cause: "chunk-encoding", found: `info says ${scale.encoding}, the bytes are raw` };
    const start = Buffer.from(bytes.subarray(0, 8)).toString("hex");
    return { cause: "chunk-broken", found: `it does not begin as ${scale.encoding} does (${start})` };
  }
  if (image.kind !== scale.encoding)
    return { cause: "chunk-encoding", found: `info says ${scale.encoding}, the bytes are ${image.kind}` };
  if (image.kind === "compresso") {
    const own = compressoShape(bytes);
    const same = own.every((n, d) => n === shape[d]);
    return same
      ? {}
      : { cause: "chunk-shape", found: `it holds ${own.join(" x ")} voxels, not ${shape.join(" x ")}` };
  }
  const { width, height } = image;
  if (width !== undefined && height !== undefined && width * height !== product(shape))
    return {
      cause: "chunk-shape",
      found: `a picture of ${width} x ${height} does not hold ${shape.join(" x ")} voxels`,
    };
  if (image.channels !== undefined && image.channels !== volume.channels && image.kind === "jpeg")
    return {
      cause: "chunk-shape",
      found: `a picture of ${image.channels} channels; info says ${volume.channels}`,
    };
  return {};
}
