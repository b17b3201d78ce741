import type { Vec3 } from "../format/vec.ts";
import type { Chart } from "./finding.ts";
import { type Json, show } from "./json.ts";
import { readSharding } from "./sharding.ts";
import { encodings, type Scale } from "./volume.ts";

type Given = {
  readonly info: Json;
  readonly scale: Json;
  readonly index: number;
  readonly dataType: string;
  readonly channels: number;
  readonly isImage: boolean;
};

/** Understands one scale of `info`; undefined if its chunks cannot be asked for. */
export function readScale(given: Given, chart: Chart): Scale | undefined {
  const { scale, index } = given;
  const place = (name: string) => `scales[${index}].${name}`;
  const isWhole = (n: number) => Number.isInteger(n);
  const isCount = (n: number) => Number.isInteger(n) && n > 0;
  const triple = (name: string, fits: (n: number) => boolean, rule: string): Vec3 | undefined => {
    if (isTriple(scale[name], fits)) return scale[name];
    return void chart.find("info-field", place(name), `${name} is ${show(scale[name])}, not ${rule}`);
  };
  const size = triple("size", isCount, "3 whole numbers of voxels, x y z");
  const resolution = triple("resolution", (n) => n > 0, "3 positive numbers of nanometres per voxel, x y z");
  const voxelOffset =
    "voxel_offset" in scale
      ? triple("voxel_offset", isWhole, "3 whole numbers of voxels, x y z")
      : ([0, 0, 0] as const);
  const chunkSizes = readChunkSizes(scale, index, chart);
  const key = readKey(scale, index, chart);
  const encoding = readEncoding(given, chart);
  const block = readBlock(given, encoding, chart);
  const sharding = readSharding(scale["sharding"], place("sharding"), chart);
  if (!size || !resolution || !voxelOffset || !chunkSizes || key === undefined || sharding === "bad")
    return undefined;
  if (sharding !== undefined && chunkSizes.length > 1)
    chart.find(
      "chunk-sizes",
      place("chunk_sizes"),
      `${chunkSizes.length} chunk sizes; with sharding it must be one`,
    );
  return {
    index,
    key,
    size,
    resolution,
    voxelOffset,
    chunkSizes,
    encoding,
    ...(block && { block }),
    ...(sharding && { sharding }),
  };
}

function isTriple(value: unknown, fits: (n: number) => boolean): value is Vec3 {
  return (
    Array.isArray(value) &&
    value.length === 3 &&
    value.every((n) => typeof n === "number" && Number.isFinite(n) && fits(n))
  );
}

function readKey(scale: Json, index: number, chart: Chart): string | undefined {
  const place = `scales[${index}].key`;
  const key = scale["key"];
  if (typeof key !== "string" || key === "")
    return void chart.find("scale-key", place, `key is ${show(key)}, not the name of the scale's folder`);
  if (/^([a-z0-9+.-]+:\/)?\//i.test(key))
    return void chart.find("scale-key", place, `key is ${show(key)}: it must be a path from info on`);
  return key.replace(/\/+$/, "");
}

function readChunkSizes(scale: Json, index: number, chart: Chart): readonly Vec3[] | undefined {
  const place = `scales[${index}].chunk_sizes`;
  const isCount = (n: number) => Number.isInteger(n) && n > 0;
  const value = scale["chunk_sizes"];
  if (Array.isArray(value) && value.length > 0 && value.every((one) => isTriple(one, isCount))) return value;
  const typo = value === undefined && "chunk_size" in scale;
  const found = typo
    ? `the field is called chunk_size (${show(scale["chunk_size"])})`
    : isTriple(value, isCount)
      ? `chunk_sizes is ${show(value)}: the brackets of the list are missing`
      : `chunk_sizes is ${show(value)}, not a list of 3 whole numbers each`;
  chart.find("chunk-sizes", place, found);
  return undefined;
}

/** The encoding that the viewer will use, or "" if it cannot. */
function readEncoding({ info, scale, index, dataType, channels, isImage }: Given, chart: Chart): string {
  const place = `scales[${index}].encoding`;
  const given = scale["encoding"];
  if (given === undefined && typeof info["encoding"] === "string") {
    chart.find(
      "encoding-misplaced",
      place,
      `encoding ${show(info["encoding"])} stands at the top of info, not in the scale`,
    );
    return info["encoding"];
  }
  const encoding = typeof given === "string" ? given : "";
  const types = encodings[encoding];
  if (types === undefined) {
    chart.find(
      "encoding-unknown",
      place,
      `encoding is ${show(given)}; the viewer reads ${Object.keys(encodings).join(", ")}`,
    );
    return "";
  }
  if (dataType !== "" && !types.includes(dataType))
    chart.find("encoding-type", place, `${encoding} cannot hold ${dataType}, only ${types.join(", ")}`);
  else if (encoding === "jpeg" && !isImage)
    chart.find("encoding-lossy", place, "jpeg changes values, and a changed id is another segment");
  else if ((encoding === "jpeg" && channels !== 1 && channels !== 3) || (encoding === "png" && channels > 4))
    chart.find("encoding-type", place, `${encoding} cannot hold ${channels} channels`);
  return encoding;
}

function readBlock({ info, scale, index }: Given, encoding: string, chart: Chart): Vec3 | undefined {
  if (encoding !== "compressed_segmentation") return undefined;
  const name = "compressed_segmentation_block_size";
  const isCount = (n: number) => Number.isInteger(n) && n > 0;
  if (isTriple(scale[name], isCount)) return scale[name];
  if (isTriple(info[name], isCount)) {
    chart.find(
      "encoding-misplaced",
      `scales[${index}].${name}`,
      `${name} stands at the top of info, not in the scale`,
    );
    return info[name];
  }
  return void chart.find(
    "info-field",
    `scales[${index}].${name}`,
    `${name} is ${show(scale[name])}; compressed_segmentation needs it, usually [8, 8, 8]`,
  );
}
