import { gunzipSync } from "fflate";
import type { Reply } from "./ask.ts";
import { checkCors } from "./cors.ts";
import { checkHops } from "./hop.ts";
import { asksPassword } from "./login.ts";
import { regionOf } from "./region.ts";
import { shortName, type Visit } from "./visit.ts";

/** An object's content; or that it is not there; or that what is wrong with it is on the chart already. */
export type Got =
  | { readonly kind: "there"; readonly bytes: Uint8Array; readonly reply: Reply }
  | { readonly kind: "missing"; readonly status: number }
  | { readonly kind: "bad" };

const bad = { kind: "bad" } as const;

/** Reads an object as the viewer does and puts on the chart what keeps the viewer from it. */
export async function get(visit: Visit, url: string, most?: number): Promise<Got> {
  const reply = await visit.ask(url, most === undefined ? {} : { most });
  return judge(visit, reply);
}

/** Whether there is an object under a name that need not be there: nothing goes on the chart. */
export async function exists(visit: Visit, url: string): Promise<boolean> {
  const { status, bytes, failure } = await visit.ask(url, { most: 4096 });
  const isWhole = failure === undefined || failure.kind === "long";
  return status === 200 && isWhole && !looksLikePage(bytes);
}

/** What all answers have in common, of whole objects and of ranges. */
export async function judge(visit: Visit, reply: Reply): Promise<Got> {
  const { chart } = visit;
  const name = shortName(visit, reply.url);
  const { status, failure } = reply;
  const region = regionOf(reply);
  if (region !== undefined) {
    chart.find("wrong-region", name, region);
    return bad;
  }
  if (!checkHops(visit, reply)) return bad;
  if (status === 0 || failure?.kind === "timeout" || failure?.kind === "tls") return unanswered(visit, reply);
  const found = refusalOf(reply);
  if (found !== undefined) {
    chart.find(found.cause, name, found.found);
    return bad;
  }
  if (status === 403 || status === 404 || status === 410) return { kind: "missing", status };
  if (failure?.kind === "encoding") {
    const coding = reply.headers.get("content-encoding");
    chart.find(
      "header-no-gzip",
      name,
      `Content-Encoding: ${coding}, but the bytes are not (${failure.words})`,
    );
    return bad;
  }
  if (failure?.kind === "cut") {
    chart.find("cut-short", name, failure.words);
    return bad;
  }
  await checkCors(visit, reply);
  if (failure?.kind === "long") {
    chart.note(name, `not looked into: ${failure.words}`);
    return bad;
  }
  const page = pageOf(reply);
  if (page !== undefined) {
    chart.find(page.cause, name, page.found);
    return bad;
  }
  if (reply.status === 206) return { kind: "there", bytes: reply.bytes, reply };
  return { kind: "there", bytes: unpacked(visit, reply), reply };
}

type Said = { readonly cause: Parameters<Visit["chart"]["find"]>[0]; readonly found: string };

function unanswered({ chart }: Visit, { url, failure }: Reply): Got {
  const { host } = new URL(url);
  const words = failure?.words ?? "no answer";
  if (failure?.kind === "timeout") chart.find("timeout", host, words);
  else if (failure?.kind === "tls") chart.find("tls", host, words);
  else chart.find("unreachable", host, words);
  return bad;
}

/** Refusals that are not of the object but of the reader, the bucket or the moment. */
function refusalOf({ status, bytes }: Reply): Said | undefined {
  const text = new TextDecoder().decode(bytes.subarray(0, 2000));
  const code = /<Code>([A-Za-z]+)<\/Code>/.exec(text)?.[1];
  if (code === "NoSuchBucket")
    return { cause: "no-bucket", found: "the bucket does not exist (NoSuchBucket)" };
  if (status === 401 || status === 407)
    return { cause: "login", found: `the answer is ${status}: sign in first` };
  if (status === 429 || status === 503 || status === 504)
    return { cause: "throttled", found: `the answer is ${status}, three times` };
  if (status >= 200 && status < 300) return undefined;
  if (status === 403 || status === 404 || status === 410) return undefined;
  return { cause: "server-error", found: `the answer is ${status}${code ? ` (${code})` : ""}` };
}

export function looksLikePage(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes.subarray(0, 200));
  return /^\uFEFF?\s*(<!--.*?-->\s*)?<(!doctype html|html|head|body|ListBucketResult|\?xml)/is.test(text);
}

/** A page in the place of an object, answered as if all were well. */
function pageOf({ bytes, headers }: Reply): Said | undefined {
  if (!looksLikePage(bytes)) return undefined;
  const text = new TextDecoder().decode(bytes.subarray(0, 20_000));
  const title = /<title>\s*([^<]{0,80})/i.exec(text)?.[1]?.trim();
  const words = `answered with 200 and a page${title ? ` "${title}"` : ""} (${headers.get("content-type") ?? "no type"})`;
  if (
    /<ListBucketResult|<title>\s*(index of|directory listing|listing of)|<h1>\s*(index of|directory listing)/i.test(
      text,
    )
  )
    return { cause: "directory-listing", found: words };
  return { cause: asksPassword(text) ? "login" : "html-page", found: words };
}

/** Looks for gzip that the browser will not undo, and undoes it: what is inside is worth looking at all the same. */
function unpacked({ chart, ...visit }: Visit, { url, bytes, headers }: Reply): Uint8Array {
  const inner = gunzipped(bytes);
  if (inner === undefined) return bytes;
  const name = shortName({ chart, ...visit }, url);
  const coding = headers.get("content-encoding");
  if (coding !== null && /gzip/.test(coding))
    chart.find("gzip-twice", name, `Content-Encoding: ${coding}, and below it gzip once more`);
  else
    chart.find(
      "gzip-no-header",
      name,
      `the bytes are gzip (${bytes.length} of them), Content-Encoding is ${coding ?? "missing"}`,
    );
  return gunzipped(inner) ?? inner;
}

/** The content of a gzip file, or undefined: voxels may begin with the same two bytes by chance. */
function gunzipped(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < 18 || bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) return undefined;
  try {
    return gunzipSync(bytes);
  } catch {
    return undefined;
  }
}
