import { parseJson, show } from "./json.ts";
import { get } from "./object.ts";
import { addressIn, shortName, type Visit } from "./visit.ts";
import type { Volume } from "./volume.ts";

/** Looks at the `info` of skeletons: without it the whole layer fails. Skeletons themselves are not read. */
export async function visitSkeletons(visit: Visit, { skeletons }: Volume): Promise<void> {
  if (skeletons === undefined) return;
  const url = addressIn(visit.base, `${skeletons}/info`);
  const place = shortName(visit, url);
  const got = await get(visit, url);
  if (got.kind === "bad") return;
  if (got.kind === "missing")
    return visit.chart.find("skeletons-missing", place, `the answer is ${got.status}`);
  const parsed = parseJson(got.bytes);
  const type = "json" in parsed ? parsed.json["@type"] : undefined;
  if (type !== "neuroglancer_skeletons")
    visit.chart.find("skeletons-missing", place, "why" in parsed ? parsed.why : `@type is ${show(type)}`);
}
