import { mapVec, type Vec3 } from "../format/vec.ts";
import { openFragment } from "./fragment.ts";
import { type Json, parseJson, show } from "./json.ts";
import { exists, get } from "./object.ts";
import { addressIn, shortName, type Visit } from "./visit.ts";

/** The box of a segment's mesh in nanometres; or that it has none; or that its fault is on the chart. */
export type Found = { readonly lo: Vec3; readonly hi: Vec3 } | "missing" | "bad";

/** Fragments of one segment that are read, unless all are to be. */
const someFragments = 12;

/** Follows a segment from its manifest `ID:0` to the fragments, as the viewer does. */
export async function visitLegacy(visit: Visit, folder: string, id: string): Promise<Found> {
  visit.looked.meshes++;
  const url = addressIn(folder, `${id}:0`);
  const got = await get(visit, url);
  if (got.kind === "missing") return "missing";
  if (got.kind === "bad") return "bad";
  const names = namesIn(visit, shortName(visit, url), got.bytes);
  if (names === undefined) return "bad";
  const chosen = visit.all ? names : names.slice(0, someFragments);
  let box: { lo: Vec3; hi: Vec3 } | "bad" = {
    lo: [Infinity, Infinity, Infinity],
    hi: [-Infinity, -Infinity, -Infinity],
  };
  for (const name of chosen) {
    const part = await visitFragment(visit, { folder, name, id });
    if (part === "bad" || box === "bad") box = "bad";
    else box = join(box, part);
  }
  // Of a mesh that was read in part the place is not known.
  return chosen.length < names.length ? "bad" : box;
}

function join(a: { lo: Vec3; hi: Vec3 }, b: { lo: Vec3; hi: Vec3 }): { lo: Vec3; hi: Vec3 } {
  return { lo: mapVec((d) => Math.min(a.lo[d], b.lo[d])), hi: mapVec((d) => Math.max(a.hi[d], b.hi[d])) };
}

function namesIn({ chart }: Visit, place: string, bytes: Uint8Array): string[] | undefined {
  const parsed = parseJson(bytes);
  if ("why" in parsed) return void chart.find("manifest-form", place, parsed.why);
  const fragments = (parsed.json as Json)["fragments"];
  if (!Array.isArray(fragments) || !fragments.every((name) => typeof name === "string"))
    return void chart.find("manifest-form", place, `fragments is ${show(fragments)}, not a list of names`);
  if (fragments.length === 0) return void chart.find("manifest-form", place, "fragments is an empty list");
  return fragments as string[];
}

async function visitFragment(
  visit: Visit,
  { folder, name, id }: { folder: string; name: string; id: string },
): Promise<{ lo: Vec3; hi: Vec3 } | "bad"> {
  visit.looked.fragments++;
  const url = addressIn(folder, name);
  const place = shortName(visit, url);
  const got = await get(visit, url, 2 ** 26);
  if (got.kind === "bad") return "bad";
  if (got.kind === "missing") {
    const words = `${id}:0 names ${name}, the answer is ${got.status}`;
    const shorter = name.replace(/\.[^./]*$/, "");
    if (await exists(visit, `${url}.gz`)) visit.chart.find("gz-name", place, `it is stored as ${name}.gz`);
    else if (shorter !== name && shorter !== "" && (await exists(visit, addressIn(folder, shorter))))
      visit.chart.find("fragment-renamed", place, `${words}; but there is ${shorter}`);
    else visit.chart.find("fragment-missing", place, words);
    return "bad";
  }
  const opened = openFragment(got.bytes);
  if (!("cause" in opened)) return opened;
  visit.chart.find(opened.cause, place, opened.found);
  return "bad";
}
