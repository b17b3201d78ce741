import { checkExposed } from "./cors.ts";
import { type Got, judge } from "./object.ts";
import { shortName, type Visit } from "./visit.ts";

/** Bytes of an object; `beyond` is a range that the object does not have. */
export type Part = Got | { readonly kind: "beyond"; readonly size: number | undefined };

/**
 * Reads bytes of an object as the viewer reads sharded data: the answer must be exactly the range asked for, or the viewer
 * gives it up.
 */
export async function getRange(
  visit: Visit,
  url: string,
  { start, length }: { start: number; length: number },
): Promise<Part> {
  const end = start + length - 1;
  const reply = await visit.ask(url, { headers: { Range: `bytes=${start}-${end}` }, most: length });
  const { chart } = visit;
  const name = shortName(visit, url);
  const range = reply.headers.get("content-range");
  const size = Number(/\/(\d+)$/.exec(range ?? "")?.[1] ?? Number.NaN);
  if (reply.status === 416) return { kind: "beyond", size: Number.isNaN(size) ? undefined : size };
  const coding = reply.headers.get("content-encoding");
  if (
    (reply.status === 200 || reply.status === 206) &&
    coding !== null &&
    /gzip|br|deflate|zstd/.test(coding)
  ) {
    chart.find("range-gzip", name, `the range is answered with Content-Encoding: ${coding}`);
    return { kind: "bad" };
  }
  if (
    reply.status === 200 &&
    (reply.failure?.kind === "long" || reply.bytes.length !== length || start > 0)
  ) {
    // A page in its place, a refused reader: what judges whole objects knows better.
    const got = await judge(visit, {
      ...reply,
      bytes: reply.bytes,
      ...(reply.failure && { failure: reply.failure }),
    });
    if (got.kind === "there" || reply.failure?.kind === "long")
      chart.find(
        "range-ignored",
        name,
        `bytes ${start} to ${end} were asked for, the answer is 200 with the whole object`,
      );
    return { kind: "bad" };
  }
  const got = await judge(visit, reply);
  if (got.kind !== "there") return got;
  const from = /^bytes (\d+)-(\d+)\//.exec(range ?? "");
  const others = from !== null && Number(from[1]) !== start;
  if (others) {
    chart.find("range-ignored", name, `bytes ${start} to ${end} were asked for, ${range} came`);
    return { kind: "bad" };
  }
  if (got.bytes.length !== length) return { kind: "beyond", size: Number.isNaN(size) ? undefined : size };
  checkExposed(visit, reply);
  return got;
}
