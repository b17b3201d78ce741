import type { Host } from "./cause.ts";
import { hostOf } from "./host.ts";
import { readVolume } from "./info.ts";
import { parseJson } from "./json.ts";
import { exists, judge } from "./object.ts";
import { addressIn, type Visit } from "./visit.ts";
import type { Volume } from "./volume.ts";

/** Hours that a changed `info` may stay unseen. */
const longestKept = 3600;

/** Reads `info`, without which there is nothing to be looked at, or finds out why it cannot be read. */
export async function openInfo(visit: Visit): Promise<{ readonly host?: Host; readonly volume?: Volume }> {
  const reply = await visit.ask(addressIn(visit.base, "info"));
  const kind = hostOf(visit.base, reply.headers);
  const host = kind === undefined ? {} : { host: kind };
  const got = await judge(visit, reply);
  if (got.kind === "bad") return host;
  if (got.kind === "missing") {
    await explainMissing(visit, got.status);
    return host;
  }
  checkAge(visit, got.reply.headers);
  const parsed = parseJson(got.bytes);
  if ("why" in parsed) {
    visit.chart.find("info-json", "info", parsed.why);
    return host;
  }
  const target = parsed.json["redirect"];
  if (typeof target === "string") {
    visit.chart.note("info", `it sends readers on to ${target}: look there`);
    return host;
  }
  const volume = readVolume(parsed.json, visit.chart);
  return volume === undefined ? host : { ...host, volume };
}

function checkAge({ chart }: Visit, headers: Headers): void {
  const control = headers.get("cache-control") ?? "";
  const age = Number(/max-age=(\d+)/.exec(control)?.[1] ?? 0);
  if (age > longestKept)
    chart.note("info", `Cache-Control is ${control}: readers may see an old one for so long after a change`);
}

/** Looks around for what the person meant. */
async function explainMissing(visit: Visit, status: number): Promise<void> {
  const { base, chart } = visit;
  const there = (name: string) => exists(visit, addressIn(base, name));
  const words = `the answer for ${base}info is ${status}`;
  for (const name of ["info.gz", "info.json", "info.txt", "Info"])
    if (await there(name)) {
      if (name.endsWith(".gz")) return chart.find("gz-name", "info", `it is stored as ${name}`);
      return chart.find("info-missing", "info", `${words}; but there is ${name}`);
    }
  for (const name of [".zattrs", ".zgroup", ".zarray", "zarr.json", "attributes.json"])
    if (await there(name))
      return chart.find("other-format", base, `there is no info, but ${name}: the data are zarr or n5`);
  for (const way of ["../", "../../"]) {
    const above = new URL(way, base).href;
    if (above !== base && (await isVolume(visit, above)))
      return chart.find("wrong-folder", base, `${words}; but ${above} has an info`);
  }
  for (const name of ["segmentation/", "seg/", "precomputed/", "image/", "output/"]) {
    const below = addressIn(base, name);
    if (await isVolume(visit, below))
      return chart.find("wrong-folder", base, `${words}; but ${below} has an info`);
  }
  chart.find(status === 403 ? "denied" : "info-missing", "info", words);
}

async function isVolume({ ask }: Visit, folder: string): Promise<boolean> {
  const { status, bytes } = await ask(addressIn(folder, "info"));
  const parsed = status === 200 ? parseJson(bytes) : undefined;
  return parsed !== undefined && "json" in parsed && "scales" in parsed.json;
}
