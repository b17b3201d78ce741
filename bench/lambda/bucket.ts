import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

/** How far away the buckets are: milliseconds until an answer begins, MB per second of one connection. */
export type Distance = { readonly latency: number; readonly rate: number };

export type Buckets = {
  readonly endpoint: string;
  /** Objects by bucket and key: `BUCKET/KEY`. */
  readonly objects: ReadonlyMap<string, Uint8Array>;
  close(): Promise<void>;
};

type Stored = { bytes: Uint8Array; etag: string; encoding?: string };

/**
 * As much of S3 as the functions use, in memory, and as slow as is wanted: an emulator takes the time of its own
 * program, which would be taken for that of the functions.
 */
export async function openBuckets(
  distance: Distance,
): Promise<Buckets & { put(key: string, bytes: Uint8Array): void }> {
  const kept = new Map<string, Stored>();
  const put = (key: string, bytes: Uint8Array, encoding?: string) => {
    const etag = createHash("md5").update(bytes).digest("hex");
    kept.set(key, { bytes, etag, ...(encoding !== undefined && { encoding }) });
  };
  const server = createServer((request, response) => {
    answer(request, kept, put)
      .then(async ({ status, headers = {}, body = new Uint8Array(0) }) => {
        await pause(distance.latency + body.byteLength / distance.rate / 1000);
        response.writeHead(status, {
          ...headers,
          "content-length": headers["content-length"] ?? body.byteLength,
        });
        response.end(request.method === "HEAD" ? undefined : body);
      })
      .catch((error) => failed(response, error));
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const objects = {
    get: (key: string) => kept.get(key)?.bytes,
    has: (key: string) => kept.has(key),
  } as ReadonlyMap<string, Uint8Array>;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { endpoint: `http://127.0.0.1:${port}`, objects, put, close };
}

/** The files of a folder as the objects of a project. */
export function fill(put: (key: string, bytes: Uint8Array) => void, folder: string, prefix: string): number {
  let bytes = 0;
  for (const name of readdirSync(folder)) {
    if (!/(^info$|\.tiff?$)/i.test(name)) continue;
    const content = readFileSync(path.join(folder, name));
    put(`${prefix}/${name}`, content);
    bytes += content.byteLength;
  }
  return bytes;
}

type Answer = { status: number; headers?: Record<string, string | number>; body?: Uint8Array };

async function answer(
  request: IncomingMessage,
  kept: Map<string, Stored>,
  put: (key: string, bytes: Uint8Array, encoding?: string) => void,
): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://bucket");
  const key = decodeURIComponent(pathname.slice(1));
  if (searchParams.has("list-type")) return list(key, searchParams, kept);
  const there = kept.get(key);
  const { "if-match": match, "if-none-match": none } = request.headers;
  const refused =
    (match !== undefined && match !== `"${there?.etag}"`) || (none === "*" && there !== undefined);
  if (request.method === "PUT") {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    if (refused) return fault(412, "PreconditionFailed");
    const bytes = Buffer.concat(parts);
    put(key, bytes, request.headers["content-encoding"]);
    return { status: 200, headers: { etag: `"${kept.get(key)?.etag}"` } };
  }
  if (there === undefined) return fault(404, "NoSuchKey");
  if (refused) return fault(412, "PreconditionFailed");
  const headers = { etag: `"${there.etag}"`, ...(there.encoding && { "content-encoding": there.encoding }) };
  const size = there.bytes.byteLength;
  if (request.method === "HEAD") return { status: 200, headers: { ...headers, "content-length": size } };
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
  if (range === null) return { status: 200, headers, body: there.bytes };
  const [from, to] = [Number(range[1]), Math.min(size - 1, Number(range[2]))];
  if (from >= size) return fault(416, "InvalidRange");
  const part = { ...headers, "content-range": `bytes ${from}-${to}/${size}` };
  return { status: 206, headers: part, body: there.bytes.subarray(from, to + 1) };
}

/** All in one page: volumes of a bench have no more than a few thousand objects. */
function list(bucket: string, query: URLSearchParams, kept: Map<string, Stored>): Answer {
  const start = `${bucket.replace(/\/$/, "")}/`;
  const [prefix, delimiter] = [query.get("prefix") ?? "", query.get("delimiter")];
  const found = [...kept].filter(([key]) => {
    if (!key.startsWith(start + prefix)) return false;
    return delimiter === null || !key.slice(start.length + prefix.length).includes(delimiter);
  });
  const contents = found.map(([key, { bytes, etag }]) => {
    const name = key.slice(start.length).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    return `<Contents><Key>${name}</Key><Size>${bytes.byteLength}</Size><ETag>"${etag}"</ETag></Contents>`;
  });
  const text = `<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join("")}</ListBucketResult>`;
  return {
    status: 200,
    headers: { "content-type": "application/xml" },
    body: new TextEncoder().encode(text),
  };
}

function fault(status: number, code: string): Answer {
  const text = `<Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  return { status, headers: { "content-type": "application/xml" }, body: new TextEncoder().encode(text) };
}

function failed(response: ServerResponse, error: unknown): void {
  console.error(error);
  response.writeHead(500);
  response.end();
}

function pause(milliseconds: number): Promise<void> | undefined {
  return milliseconds < 1 ? undefined : new Promise((resolve) => setTimeout(resolve, milliseconds));
}
