import { isObject } from "../format/json.ts";
import type { Chart } from "./finding.ts";
import { type Json, show } from "./json.ts";
import { readScale } from "./scale.ts";
import { itemSize, type Scale, type Volume } from "./volume.ts";

const kinds: Readonly<Record<string, string>> = {
  neuroglancer_legacy_mesh: "of a mesh folder",
  neuroglancer_multilod_draco: "of a mesh folder",
  neuroglancer_skeletons: "of a folder of skeletons",
  neuroglancer_segment_properties: "of a list of segments",
  neuroglancer_annotations_v1: "of annotations",
  neuroglancer_annotation_collection: "of annotations",
};

/**
 * Understands the `info` of a volume (precomputed specification, "info JSON file") and puts on the chart what keeps a viewer
 * from it. Undefined if there is nothing that could be looked at further.
 */
export function readVolume(info: Json, chart: Chart): Volume | undefined {
  const kind = info["@type"];
  if (kind !== undefined && kind !== "neuroglancer_multiscale_volume") {
    const words = typeof kind === "string" ? (kinds[kind] ?? "of nothing the viewer knows") : "strange";
    return void chart.find("info-kind", "info", `@type is ${show(kind)}: it is that ${words}`);
  }
  if (
    !Array.isArray(info["scales"]) &&
    ["mip", "chunk_size", "vertex_quantization_bits"].some((name) => name in info)
  )
    return void chart.find(
      "info-kind",
      "info",
      `it has no scales but ${Object.keys(info).slice(0, 4).join(", ")}, as that of a mesh folder`,
    );
  const type = info["type"];
  if (type !== "image" && type !== "segmentation")
    chart.find("info-field", "type", `type is ${show(type)}, not "segmentation" or "image"`);
  const { dataType, channels } = readValues(info, chart);
  const scales = readScales(info, { dataType, channels, isImage: type === "image" }, chart);
  if (scales.length === 0) return undefined;
  const folder = (name: string) => readFolder(info, name, chart);
  const [mesh, skeletons, properties] = [folder("mesh"), folder("skeletons"), folder("segment_properties")];
  return {
    type: type === "image" ? "image" : "segmentation",
    dataType,
    channels,
    scales,
    ...(mesh !== undefined && { mesh }),
    ...(skeletons !== undefined && { skeletons }),
    ...(properties !== undefined && { properties }),
  };
}

function readValues(info: Json, chart: Chart): { dataType: string; channels: number } {
  const dataType = typeof info["data_type"] === "string" ? info["data_type"] : "";
  if (!(dataType.toLowerCase() in itemSize))
    chart.find(
      "info-field",
      "data_type",
      `data_type is ${show(info["data_type"])}; it can be ${Object.keys(itemSize).join(", ")}`,
    );
  const channels = info["num_channels"];
  const isCount = Number.isInteger(channels) && (channels as number) > 0;
  if (!isCount)
    chart.find("info-field", "num_channels", `num_channels is ${show(channels)}, not a whole number from 1`);
  return { dataType: dataType.toLowerCase(), channels: isCount ? (channels as number) : 1 };
}

function readScales(
  info: Json,
  values: { dataType: string; channels: number; isImage: boolean },
  chart: Chart,
): Scale[] {
  const list = info["scales"];
  if (!Array.isArray(list) || list.length === 0) {
    chart.find("info-field", "scales", `scales is ${show(list)}, not a list with one entry or more`);
    return [];
  }
  const scales = list.flatMap((one: unknown, index) => {
    if (isObject(one)) return readScale({ info, scale: one, index, ...values }, chart) ?? [];
    chart.find("info-field", `scales[${index}]`, `it is ${show(one)}, not an object`);
    return [];
  });
  const keys = new Set<string>();
  for (const { key, index } of scales) {
    if (keys.has(key))
      chart.find("scale-key", `scales[${index}].key`, `"${key}" is the key of an earlier scale as well`);
    keys.add(key);
  }
  return scales;
}

function readFolder(info: Json, name: string, chart: Chart): string | undefined {
  const value = info[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string" || value === "" || /^([a-z0-9+.-]+:)?\//i.test(value)) {
    chart.find("info-field", name, `${name} is ${show(value)}, not the name of a folder beside info`);
    return undefined;
  }
  return value.replace(/\/+$/, "");
}
