import { isObject } from "../format/json.ts";
import type { Chart } from "./finding.ts";
import { show } from "./json.ts";
import type { Sharding } from "./volume.ts";

/** Understands a sharding specification. Undefined without one; "bad" if the shards cannot be read by it. */
export function readSharding(value: unknown, place: string, chart: Chart): Sharding | undefined | "bad" {
  if (value === undefined || value === null) return undefined;
  const wrong = isObject(value) ? faultOf(value) : `it is ${show(value)}, not an object`;
  if (wrong !== undefined || !isObject(value)) {
    chart.find("info-field", place, wrong ?? "");
    return "bad";
  }
  return {
    preshift: value["preshift_bits"] as number,
    hash: value["hash"] as Sharding["hash"],
    minishardBits: value["minishard_bits"] as number,
    shardBits: value["shard_bits"] as number,
    indexGzip: value["minishard_index_encoding"] === "gzip",
    dataGzip: value["data_encoding"] === "gzip",
  };
}

function faultOf(value: Record<string, unknown>): string | undefined {
  if (value["@type"] !== "neuroglancer_uint64_sharded_v1")
    return `@type is ${show(value["@type"])}, not "neuroglancer_uint64_sharded_v1"`;
  if (value["hash"] !== "identity" && value["hash"] !== "murmurhash3_x86_128")
    return `hash is ${show(value["hash"])}, not "identity" or "murmurhash3_x86_128"`;
  for (const [name, most] of [
    ["preshift_bits", 63],
    ["minishard_bits", 32],
    ["shard_bits", 64],
  ] as const) {
    const bits = value[name];
    if (!Number.isInteger(bits) || (bits as number) < 0 || (bits as number) > most)
      return `${name} is ${show(bits)}, not a whole number from 0 to ${most}`;
  }
  for (const name of ["minishard_index_encoding", "data_encoding"])
    if (![undefined, "raw", "gzip"].includes(value[name] as string | undefined))
      return `${name} is ${show(value[name])}, not "raw" or "gzip"`;
  return undefined;
}
