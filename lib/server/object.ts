import { open } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { typeOf } from "../format/media.ts";
import type { Answer } from "./answer.ts";
import { words } from "./answer.ts";
import type { Found } from "./find.ts";
import { etagOf, find } from "./find.ts";
import { openUnzipped, unzippedSize } from "./gunzip.ts";
import type { Span } from "./range.ts";
import { parseRange } from "./range.ts";

export type Wanted = {
  /** Real path of the folder served. */
  readonly folder: string;
  readonly key: string;
  readonly headers: IncomingHttpHeaders;
  /** Cache-Control of the answer. */
  readonly cache: string;
  /** Nobody waits for the answer any more. */
  readonly gone?: AbortSignal;
};

/** One form in which an object can be sent. */
type Form = {
  readonly size: number;
  readonly etag: string;
  readonly headers: Answer["headers"];
  open(span: Span): Promise<Readable>;
};

/**
 * Answers with one object. An object stored as `X.gz` is `X` with `Content-Encoding: gzip`; a client that
 * takes no gzip, or asks for a range, gets the unzipped bytes, since a range of the encoded ones would be
 * useless to it (reference: neuroglancer's http key-value store reads ranges of decoded objects).
 *
 * @throws file system errors, and zlib's when a `.gz` is damaged.
 */
export async function object({ folder, key, headers, cache, gone }: Wanted): Promise<Answer> {
  const form = await choose({ folder, key, headers, ...(gone && { gone }) });
  if (form === undefined) return words(404, "not found");
  const common = {
    "Content-Type": typeOf(key),
    "Cache-Control": cache,
    "Accept-Ranges": "bytes",
    ETag: form.etag,
    ...form.headers,
  };
  if (names(headers["if-none-match"], form.etag)) return { status: 304, headers: common };
  const asked = headers["if-range"] ?? form.etag;
  const span = parseRange(asked === form.etag ? headers.range : undefined, form.size);
  if (span === "outside")
    return words(416, "range outside the object", { "Content-Range": `bytes */${form.size}` });
  const { start, end } = span === "whole" ? { start: 0, end: form.size - 1 } : span;
  const length = { ...common, "Content-Length": end - start + 1 };
  const body = () => form.open({ start, end });
  if (span === "whole") return { status: 200, headers: length, body: form.size === 0 ? "" : body };
  return { status: 206, headers: { ...length, "Content-Range": `bytes ${start}-${end}/${form.size}` }, body };
}

async function choose(wanted: Omit<Wanted, "cache">): Promise<Form | undefined> {
  const { folder, key, headers, gone } = wanted;
  const zipped = await find(folder, `${key}.gz`);
  if (zipped === undefined) {
    const plain = await find(folder, key);
    return plain && stored(plain, {});
  }
  const vary = { Vary: "Accept-Encoding, Range" };
  if (headers.range === undefined && takesGzip(headers["accept-encoding"])) {
    return stored(zipped, { ...vary, "Content-Encoding": "gzip" });
  }
  const plain = await find(folder, key);
  if (plain !== undefined) return stored(plain, vary);
  const size = await unzippedSize(zipped.path, gone);
  // One tag per form of the bytes (RFC 9110 8.8.3), or a cache would mix them.
  const etag = zipped.etag.replace(/"$/, '-u"');
  return { size, etag, headers: vary, open: (span) => openUnzipped(zipped.path, span) };
}

function stored(found: Found, headers: Answer["headers"]): Form {
  const { size, etag } = found;
  return { size, etag, headers, open: (span) => openAsFound(found, span) };
}

/** A file is replaced when its dataset is made again: of another one the length and the tag would be wrong. */
async function openAsFound({ path, etag }: Found, span: Span): Promise<Readable> {
  const file = await open(path);
  try {
    if (etagOf(await file.stat()) !== etag)
      throw Object.assign(new Error(`${path} has changed`), { code: "ESTALE" });
    return file.createReadStream(span);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** RFC 9110 12.5.3. Without the header nothing is assumed: tools that unzip say so. */
function takesGzip(header: string | string[] | undefined): boolean {
  return [header ?? ""]
    .flat()
    .join(",")
    .split(",")
    .some((entry) => {
      const [coding = "", ...weights] = entry.split(";").map((part) => part.trim().toLowerCase());
      return /^(gzip|x-gzip|\*)$/.test(coding) && !weights.some((weight) => /^q=0(\.0*)?$/.test(weight));
    });
}

function names(header: string | undefined, etag: string): boolean {
  return (header ?? "")
    .split(",")
    .some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
}
