import { isObject } from "../format/json.ts";
import { createDraco } from "./draco.ts";
import { parseJson, show } from "./json.ts";
import { inLanes } from "./lanes.ts";
import { visitLegacy } from "./legacy.ts";
import { exists, get } from "./object.ts";
import type { Observed } from "./observed.ts";
import { checkPlace, type Meshed } from "./place.ts";
import { spread } from "./sample.ts";
import { readSharding } from "./sharding.ts";
import { addressIn, shortName, type Visit } from "./visit.ts";
import type { Volume } from "./volume.ts";

export type Known = {
  /** Segments of the voxels that were seen. */
  readonly observed: Observed;
  /** Of `segment_properties`. */
  readonly listed: readonly string[];
  /** Of state.json: these the viewer asks for as soon as the link is opened. */
  readonly selected: readonly string[];
};

/** Segments that are looked at from each source. */
const most = 12;

/**
 * Looks at the meshes of some segments that must have one: the largest, and some of those that are listed. Returns whether
 * they are read by byte ranges.
 */
export async function visitMeshes(visit: Visit, volume: Volume, known: Known): Promise<boolean> {
  if (volume.mesh === undefined) {
    await checkUnnamed(visit, volume);
    return false;
  }
  const folder = addressIn(visit.base, `${volume.mesh}/`);
  const kind = await readKind(visit, folder);
  if (kind === "bad") return false;
  await visitSome(visit, volume, { known, folder, kind });
  return kind !== "legacy";
}

async function visitSome(
  visit: Visit,
  volume: Volume,
  { known, folder, kind }: { known: Known; folder: string; kind: Exclude<Kind, "bad"> },
): Promise<void> {
  const { mesh = "mesh" } = volume;
  const ids = chooseIds(visit, known);
  if (ids.length === 0) return visit.chart.note(mesh, "no mesh was looked at: no segments are known");
  const draco = kind === "legacy" ? undefined : createDraco({ visit, folder, sharding: kind.sharding });
  const meshed: Meshed[] = [];
  const missing: string[] = [];
  await inLanes(ids, async (id) => {
    const found = await (draco === undefined ? visitLegacy(visit, folder, id) : draco(id));
    if (found === "missing") missing.push(id);
    else if (typeof found === "object") meshed.push({ id, ...found });
  });
  if (missing.length === ids.length)
    await explainMissing(visit, { folder, id: ids[0] ?? "", isLegacy: kind === "legacy", count: ids.length });
  else if (missing.length > 0)
    visit.chart.note(
      mesh,
      `${missing.length} of ${ids.length} segments have no mesh: ${missing.slice(0, 5).join(", ")}. For specks that were left out that is right`,
    );
  checkPlace(visit, volume, { meshed, observed: known.observed });
}

function chooseIds({ all }: Visit, { observed, listed, selected }: Known): string[] {
  const seen = observed.segments.map(({ id }) => id);
  const known = [...new Set([...seen, ...listed, ...selected])];
  if (all) return known;
  return [...new Set([...seen.slice(0, most), ...spread(listed, most), ...spread(selected, most)])];
}

async function checkUnnamed(visit: Visit, { type }: Volume): Promise<void> {
  if (type !== "segmentation") return;
  const got = await visit.ask(addressIn(visit.base, "mesh/info"), { most: 2 ** 16 });
  const parsed = got.status === 200 ? parseJson(got.bytes) : undefined;
  if (parsed !== undefined && "json" in parsed)
    visit.chart.find("mesh-unnamed", "info", 'there is mesh/info, but info has no field "mesh"');
}

type Kind = "legacy" | "bad" | { readonly sharding: Exclude<ReturnType<typeof readSharding>, "bad"> };

async function readKind(visit: Visit, folder: string): Promise<Kind> {
  const url = addressIn(folder, "info");
  const place = shortName(visit, url);
  const got = await get(visit, url);
  // The viewer takes a folder without info for one of legacy meshes.
  if (got.kind === "missing") return "legacy";
  if (got.kind === "bad") return "bad";
  const parsed = parseJson(got.bytes);
  if ("why" in parsed) {
    visit.chart.find("mesh-info", place, parsed.why);
    return "bad";
  }
  const { json } = parsed;
  const type = json["@type"];
  if (type === "neuroglancer_legacy_mesh") return "legacy";
  if (type !== "neuroglancer_multilod_draco") {
    const words = "scales" in json ? ": it looks like the info of the volume" : "";
    visit.chart.find("mesh-info", place, `@type is ${show(type)}${words}`);
    return "bad";
  }
  const wrong = faultOf(json);
  if (wrong !== undefined) visit.chart.find("mesh-info", place, wrong);
  const sharding = readSharding(json["sharding"], `${place} sharding`, visit.chart);
  return sharding === "bad" || wrong !== undefined ? "bad" : { sharding };
}

function faultOf(json: Readonly<Record<string, unknown>>): string | undefined {
  const { vertex_quantization_bits: bits, transform, lod_scale_multiplier: multiplier } = json;
  if (bits !== 10 && bits !== 16) return `vertex_quantization_bits is ${show(bits)}, not 10 or 16`;
  const isTwelve =
    Array.isArray(transform) && transform.length === 12 && transform.every((n) => typeof n === "number");
  if (!isTwelve) return `transform is ${show(transform)}, not a list of 12 numbers`;
  if (typeof multiplier !== "number" || !(multiplier > 0))
    return `lod_scale_multiplier is ${show(multiplier)}, not a positive number`;
  return isObject(json["sharding"] ?? {}) ? undefined : `sharding is ${show(json["sharding"])}`;
}

/** None of the segments has a mesh: perhaps under another name. */
async function explainMissing(
  visit: Visit,
  { folder, id, isLegacy, count }: { folder: string; id: string; isLegacy: boolean; count: number },
): Promise<void> {
  const { chart } = visit;
  const there = (name: string) => exists(visit, addressIn(folder, name));
  const wanted = isLegacy ? `${id}:0` : `${id}.index`;
  const place = shortName(visit, addressIn(folder, wanted));
  if (await there(`${wanted}.gz`)) return chart.find("gz-name", place, `it is stored as ${wanted}.gz`);
  if (isLegacy && (await there(`${id}.index`)))
    return chart.find(
      "mesh-info",
      shortName(visit, addressIn(folder, "info")),
      `it is not there, but ${id}.index is: these are multi-resolution meshes, which need it`,
    );
  if (isLegacy && (await exists(visit, addressIn(folder, `${id}:0`).replace(/:0$/, "%3A0"))))
    return chart.find(
      "mesh-name",
      place,
      `${id}:0 is not found, ${id}%3A0 is: the server does not take a colon`,
    );
  for (const name of [
    `${id}_0`,
    `${id}.0`,
    `${id}%3A0`,
    `${id}-0`,
    `${id}`,
    `${id}.json`,
    `${id}:0.json`,
    `${id}:0.txt`,
  ])
    if (isLegacy && (await there(name))) return chart.find("mesh-name", place, `it is stored as ${name}`);
  chart.find("mesh-missing", place, `none of the ${count} segments asked for has a manifest`);
}
