import { isObject } from "../format/json.ts";
import type { Chart } from "./finding.ts";
import { type Json, parseJson, show } from "./json.ts";
import { get } from "./object.ts";
import { addressIn, shortName, type Visit } from "./visit.ts";
import type { Volume } from "./volume.ts";

const types = ["label", "description", "string", "tags", "number"];
/** Of an id that is no text this many digits are exact. */
const exact = 2 ** 53;
/** Bytes: lists of millions of segments. */
const most = 2 ** 28;

/** Reads the list of segments and checks its form (precomputed specification, "segment properties"). Returns its ids. */
export async function visitProperties(visit: Visit, { properties, type }: Volume): Promise<string[]> {
  const url = addressIn(visit.base, `${properties ?? "segment_properties"}/info`);
  if (properties === undefined) {
    if (type !== "segmentation") return [];
    const { status, bytes } = await visit.ask(url, { most });
    const parsed = status === 200 ? parseJson(bytes) : undefined;
    if (parsed === undefined || "why" in parsed || parsed.json["@type"] !== "neuroglancer_segment_properties")
      return [];
    visit.chart.find(
      "properties-unnamed",
      "info",
      'there is segment_properties/info, but info has no field "segment_properties"',
    );
    return [];
  }
  const place = shortName(visit, url);
  const got = await get(visit, url, most);
  if (got.kind === "missing")
    visit.chart.find("properties-missing", place, `info names it, the answer is ${got.status}`);
  if (got.kind !== "there") return [];
  const parsed = parseJson(got.bytes);
  if ("why" in parsed) {
    visit.chart.find("properties-form", place, parsed.why);
    return [];
  }
  return readList(parsed.json, place, visit.chart);
}

function readList(json: Json, place: string, chart: Chart): string[] {
  const form = (found: string) => chart.find("properties-form", place, found);
  if (json["@type"] !== "neuroglancer_segment_properties")
    form(`@type is ${show(json["@type"])}, not "neuroglancer_segment_properties"`);
  const inline = json["inline"];
  if (!isObject(inline)) {
    form(`inline is ${show(inline)}, not an object with ids`);
    return [];
  }
  const ids = inline["ids"];
  if (!Array.isArray(ids)) {
    form(`inline.ids is ${show(ids)}, not a list`);
    return [];
  }
  if (ids.length === 0) chart.find("properties-empty", place, "inline.ids is an empty list");
  checkIds(ids, place, chart);
  checkColumns(inline["properties"], ids.length, form);
  return ids.filter((id): id is string => isId(id));
}

function isId(id: unknown): boolean {
  return typeof id === "string" && /^(0|[1-9]\d{0,19})$/.test(id) && BigInt(id) < 2n ** 64n;
}

function checkIds(ids: readonly unknown[], place: string, chart: Chart): void {
  const wrong = ids.find((id) => !isId(id));
  if (typeof wrong === "number") {
    const rounded = ids.some((id) => typeof id === "number" && id >= exact);
    const words = rounded ? ", and those from 2^53 on were rounded when they were read" : "";
    chart.find("properties-ids", place, `ids are numbers (${show(wrong)}), not texts ("${wrong}")${words}`);
  } else if (wrong !== undefined)
    chart.find("properties-ids", place, `${show(wrong)} is no id: a uint64 in base 10, as a text`);
  else if (new Set(ids).size < ids.length)
    chart.find("properties-ids", place, `${ids.length - new Set(ids).size} ids are there twice`);
}

function checkColumns(columns: unknown, count: number, form: (found: string) => void): void {
  if (columns === undefined) return;
  const list: readonly unknown[] = Array.isArray(columns) ? columns : [columns];
  for (const [i, column] of list.entries()) {
    const wrong = isObject(column) && Array.isArray(columns) ? faultOf(column, count) : `: ${show(column)}`;
    if (wrong !== undefined) form(`inline.properties[${i}]${wrong}`);
  }
  for (const one of ["label", "description", "tags"])
    if (list.filter((column) => isObject(column) && column["type"] === one).length > 1)
      form(`there are two properties of type ${one}; one is allowed`);
}

function faultOf({ id, type, values, tags }: Json, count: number): string | undefined {
  if (typeof id !== "string") return `.id is ${show(id)}, not a text`;
  if (typeof type !== "string" || !types.includes(type))
    return `.type is ${show(type)}, not ${types.join(", ")}`;
  if (!Array.isArray(values)) return `.values is ${show(values)}, not a list`;
  if (values.length !== count) return ` has ${values.length} values for ${count} ids`;
  if (type === "tags") {
    const fits = Array.isArray(tags) && values.every((list) => isTags(list, tags.length));
    return fits ? undefined : ' is of tags: values are lists of rising places in "tags"';
  }
  const wanted = type === "number" ? "number" : "string";
  const wrong = values.find((value) => typeof value !== wanted);
  return wrong === undefined ? undefined : ` is of type ${type}, but holds ${show(wrong)}`;
}

function isTags(list: unknown, count: number): boolean {
  return (
    Array.isArray(list) &&
    list.every((n, i) => Number.isInteger(n) && n >= 0 && n < count && (i === 0 || n > list[i - 1]))
  );
}
