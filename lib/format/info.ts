import type { Encoding } from "./codec.ts";
import { type Fault, InputError } from "./error.ts";
import { isObject, parseObject, Reader } from "./json.ts";
import { type DataType, dataTypes } from "./type.ts";
import type { Vec3 } from "./vec.ts";

/** What a user says of a volume: the guide's basic `info`, one scale and no chunks. */
export type BasicInfo = {
  readonly dataType?: DataType;
  readonly encoding?: Encoding;
  readonly block: Vec3;
  /** Directory of the meshes, relative to `info`. */
  readonly mesh?: string;
  readonly size: Vec3;
  /** Nanometres per voxel. */
  readonly resolution: Vec3;
  readonly voxelOffset: Vec3;
  /** Unknown fields, kept as they are: of the top level and of the scale. */
  readonly extra: Readonly<Record<string, unknown>>;
  readonly scaleExtra: Readonly<Record<string, unknown>>;
};

/** Voxels along an axis: beyond, the positions of surfaces would not be exact in float32 (see pack.ts). */
export const mostAlong = 2 ** 19;
/** Nanometres per voxel; longer ones are a slip, and would name folders that no file system takes. */
const coarsest = 1e15;
/** Of viewers' coordinates; numbers of twice the size still add up exactly. */
const farthest = 2 ** 31;
/** Top-level fields that the published `info` sets anew. */
const known = [
  "@type",
  "type",
  "data_type",
  "num_channels",
  "scales",
  "encoding",
  "compressed_segmentation_block_size",
  "mesh",
  "segment_properties",
];
const knownOfScale = [
  "key",
  "size",
  "resolution",
  "voxel_offset",
  "chunk_sizes",
  "encoding",
  "compressed_segmentation_block_size",
  "sharding",
];

/**
 * Reads a basic `info` (precomputed specification, "info JSON file"). `encoding` and
 * `compressed_segmentation_block_size` count at the top level and inside the scale, where the scale wins.
 *
 * @throws InputError naming every field that is wrong or asks for what is not supported
 */
export function parseInfo(text: string): BasicInfo {
  const read = new Reader(parseObject("info", text, '{"type": "segmentation", ...}'));
  read.constant("type", "segmentation", "only segmentations (label volumes) are converted");
  read.constant("num_channels", 1, "a segmentation has one channel", true);
  read.constant("@type", "neuroglancer_multiscale_volume", "it must be a multiscale volume", true);
  const scales = read.list("scales");
  if (scales !== undefined && scales.length !== 1) {
    read.fault(
      `scales has ${scales.length} entries`,
      "Give the full resolution only: the pyramid is computed",
    );
  }
  const scale = new Reader(objectOr(scales?.[0], read), "scales[0]", read.faults);
  const size = scale.triple(
    "size",
    (n) => Number.isInteger(n) && n > 0 && n <= mostAlong,
    `3 whole numbers of voxels from 1 to ${mostAlong}, x y z`,
  );
  const resolution = scale.triple(
    "resolution",
    (n) => n > 0 && n <= coarsest,
    `3 positive numbers of nanometres up to ${coarsest}, x y z`,
  );
  const offset = scale.optionalTriple(
    "voxel_offset",
    (n) => Number.isInteger(n) && Math.abs(n) <= farthest,
    `3 whole numbers of voxels up to ${farthest} either way, x y z`,
  );
  checkKeys(scale, read);
  const { encoding, dataType, block } = readFormat(scale, read);
  const mesh = readMesh(read);
  if (read.faults.length > 0) throw new InputError(read.faults);
  return {
    ...(dataType && { dataType }),
    ...(encoding && { encoding }),
    ...(mesh !== undefined && { mesh }),
    block,
    size: size as Vec3,
    resolution: resolution as Vec3,
    voxelOffset: offset ?? [0, 0, 0],
    extra: read.rest(known),
    scaleExtra: scale.rest(knownOfScale),
  };
}

function readFormat(scale: Reader, top: Reader): { encoding?: Encoding; dataType?: DataType; block: Vec3 } {
  const owner = scale.has("encoding") ? scale : top;
  const encoding = owner.text("encoding");
  if (encoding !== undefined && encoding !== "raw" && encoding !== "compressed_segmentation") {
    const why = encoding === "jpeg" ? "it is lossy and changes ids" : "it is not supported";
    owner.fault(`encoding "${encoding}": ${why}`, 'Use "compressed_segmentation" or "raw"');
  }
  const dataType = top.text("data_type");
  if (dataType !== undefined && !dataTypes.includes(dataType as DataType)) {
    top.fault(
      `data_type "${dataType}" is not one of ${dataTypes.join(", ")}`,
      "Labels are unsigned integers",
    );
  }
  const blockField = "compressed_segmentation_block_size";
  const blockOwner = scale.has(blockField) ? scale : top;
  const block = blockOwner.optionalTriple(blockField, isBlockAxis, "3 whole numbers from 1 to 64");
  return {
    ...(encoding !== undefined && { encoding: encoding as Encoding }),
    ...(dataType !== undefined && { dataType: dataType as DataType }),
    block: block ?? [8, 8, 8],
  };
}

const isBlockAxis = (n: number) => Number.isInteger(n) && n >= 1 && n <= 64;

function readMesh(read: Reader): string | undefined {
  const mesh = read.text("mesh");
  const advice = "Use a plain folder name such as mesh";
  if (mesh === undefined) return undefined;
  if (!isInside(mesh)) read.fault(`mesh "${mesh}" is no path inside the dataset`, advice);
  // Scales are checked when their keys are known.
  else if (/^(info|segment_properties|[^/]*\.(json|html|png))(\/|$)/.test(mesh))
    read.fault(`mesh "${mesh}" is the place of another file of the dataset`, advice);
  return mesh;
}

/** These are chosen anew, but one that leads out of the dataset tells of a wrong or hostile file. */
function checkKeys(scale: Reader, top: Reader): void {
  for (const [read, name] of [
    [scale, "key"],
    [top, "segment_properties"],
  ] as const) {
    const path = read.text(name);
    if (path === undefined || isInside(path)) continue;
    read.fault(`${name} "${path}" is no path inside the dataset`, "Leave it out: it is chosen");
  }
  if (scale.has("sharding")) scale.fault("sharding is not supported", "Leave it out");
  if (top.has("skeletons")) top.fault("skeletons are not supported", "Leave the field out");
}

/** Bytes of a path: what it makes with the names below it fits a file name (255) and a key of S3 (1024). */
const longestPath = 200;

/** A relative path of plain names: no way up, no root, nothing hidden. */
function isInside(path: string): boolean {
  const fits = path.length <= longestPath && new TextEncoder().encode(path).length <= longestPath;
  return fits && path.split("/").every((name) => /^[\p{L}\p{N}_-][\p{L}\p{N} ._-]*$/u.test(name));
}

function objectOr(value: unknown, read: Reader): Record<string, unknown> {
  if (isObject(value)) return value;
  if (value !== undefined) read.fault("scales[0] is not an object");
  return {};
}

/** Faults of `info` found elsewhere (against the slices) use the same file name. */
export function infoFault(found: string, advice?: string): Fault {
  return advice === undefined ? { file: "info", found } : { file: "info", found, advice };
}
