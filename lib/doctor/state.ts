import { isObject } from "../format/json.ts";
import type { Vec3 } from "../format/vec.ts";
import { addressOf, sourcesOf } from "./address.ts";
import { checkCors } from "./cors.ts";
import { type Json, parseJson, show } from "./json.ts";
import { isLoopback, isMixed } from "./mixed.ts";
import { looksLikePage } from "./object.ts";
import { isInOnePlace } from "./space.ts";
import { addressIn, type Visit } from "./visit.ts";
import type { Volume } from "./volume.ts";

const place = "state.json";

/** Checks the state that links open, if there is one beside `info`. Returns the segments it selects. */
export async function visitState(visit: Visit, volume: Volume): Promise<string[]> {
  const reply = await visit.ask(addressIn(visit.base, place), { most: 2 ** 26 });
  // It is not part of the format: that it is not there, in whatever words, says nothing.
  if (reply.status !== 200 || looksLikePage(reply.bytes)) return [];
  const parsed = parseJson(reply.bytes);
  if ("why" in parsed) {
    visit.chart.find("state-form", place, parsed.why);
    return [];
  }
  const { json } = parsed;
  if (!("layers" in json)) return [];
  await checkCors(visit, reply);
  await checkSources(visit, json);
  if (isInOnePlace(visit.chart)) checkSpace(visit, json, volume);
  return segmentsOf(visit, json);
}

/** One of the layers must show this dataset, from an address that readers can reach. */
async function checkSources(visit: Visit, state: Json): Promise<void> {
  const folders = sourcesOf(state).flatMap((source) => {
    const address = addressOf(source);
    return address.kind === "folder" ? [address.url] : [];
  });
  if (folders.length === 0 || folders.some((url) => isSame(url, visit.base))) return;
  const { chart, origin } = visit;
  const away = folders.find((url) => isLoopback(new URL(url).hostname));
  if (away !== undefined && !isLoopback(new URL(visit.base).hostname))
    return chart.find("state-source", place, `it shows ${away}, on the reader's own machine`);
  const mixed = folders.find((url) => isMixed(url, origin));
  if (mixed !== undefined)
    return chart.find("state-source", place, `it shows ${mixed}, which pages of https may not read`);
  for (const url of folders) {
    const { status } = await visit.ask(addressIn(url, "info"), { most: 2 ** 20 });
    if (status === 200) continue;
    return chart.find(
      "state-source",
      place,
      `it shows ${url}, not this dataset, and there is no info (${status || "no answer"})`,
    );
  }
  chart.note(place, `it shows ${folders[0]}, not this address`);
}

function isSame(a: string, b: string): boolean {
  return decodeURI(a) === decodeURI(b);
}

function checkSpace({ chart }: Visit, state: Json, { scales }: Volume): void {
  const [first] = scales;
  const { dimensions, position } = state;
  const metres = metresOf(dimensions);
  if (first === undefined || metres === undefined) return;
  if (metres.some((size) => size >= 0.1)) {
    chart.find("state-units", place, `dimensions is ${show(dimensions)}: metres per voxel are meant`);
    return;
  }
  if (!Array.isArray(position) || position.length < 3) return;
  const { size, voxelOffset, resolution } = first;
  const isOutside = ([0, 1, 2] as const).some((d) => {
    const voxel = (Number(position[d]) * metres[d] * 1e9) / resolution[d] - voxelOffset[d];
    return voxel < -1e-3 || voxel > size[d] + 1e-3;
  });
  if (!isOutside) return;
  const box = voxelOffset.map((from, d) => `${from} to ${from + (size[d] ?? 0)}`).join(", ");
  chart.find("state-position", place, `position is ${position.join(", ")}, the volume goes from ${box}`);
}

/** Metres per voxel; undefined for spaces of other axes and units. */
function metresOf(dimensions: unknown): Vec3 | undefined {
  if (!isObject(dimensions)) return undefined;
  const axes = ["x", "y", "z"].map((name) => dimensions[name]);
  const isMetres = axes.every(
    (axis) => Array.isArray(axis) && axis[1] === "m" && typeof axis[0] === "number",
  );
  return isMetres ? (axes.map((axis) => (axis as [number])[0]) as unknown as Vec3) : undefined;
}

function segmentsOf({ chart }: Visit, state: Json): string[] {
  const layers = Array.isArray(state["layers"]) ? state["layers"] : [];
  const lists = layers
    .filter(isObject)
    .map((layer) => layer["segments"])
    .filter(Array.isArray);
  const wrong = lists.flat().find((id) => typeof id !== "string");
  if (wrong !== undefined)
    chart.find("state-ids", place, `segments hold ${show(wrong)}, not a text ("${String(wrong)}")`);
  return lists.flat().filter((id): id is string => typeof id === "string" && /^\d{1,20}$/.test(id));
}
