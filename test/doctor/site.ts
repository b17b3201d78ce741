import { readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { onTestFinished } from "vitest";
import { convert } from "../../lib/local/convert.ts";
import { writeSlices } from "../local/folder.ts";

/** What a server holds: keys without `.gz`, and whether the bytes are gzip and are sent so. */
export type Stored = { bytes: Buffer; gzip?: boolean };
export type Site = Map<string, Stored>;

/** An answer before it is sent; a fault changes it in place. */
export type Reply = { status: number; headers: Record<string, string>; body: Buffer };
export type Fault = (key: string, reply: Reply, request: http.IncomingMessage) => void;

/** Serves a site as a good host does (CORS, ranges, `Content-Encoding`), with a fault if one is given. */
export async function serveSite(site: Site, fault?: Fault): Promise<string> {
  const server = http.createServer((request, response) => {
    const key = decodeURIComponent((request.url ?? "").replace(/\?.*$/, "")).slice(1);
    const reply = answer(site.get(key), request);
    fault?.(key, reply, request);
    response.writeHead(reply.status, reply.headers);
    response.end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function answer(stored: Stored | undefined, { method, headers: asked }: http.IncomingMessage): Reply {
  const headers: Reply["headers"] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Range, Content-Encoding",
    "Accept-Ranges": "bytes",
  };
  if (method === "OPTIONS")
    return {
      status: 204,
      headers: { ...headers, "Access-Control-Allow-Headers": "*" },
      body: Buffer.alloc(0),
    };
  if (stored === undefined) return { status: 404, headers, body: Buffer.from("not found") };
  const range = /^bytes=(\d+)-(\d+)$/.exec(asked.range ?? "");
  if (range === null) {
    if (stored.gzip) headers["Content-Encoding"] = "gzip";
    return { status: 200, headers, body: stored.bytes };
  }
  const plain = plainOf(stored);
  const [start, end] = [Number(range[1]), Math.min(Number(range[2]), plain.length - 1)];
  if (start >= plain.length) {
    headers["Content-Range"] = `bytes */${plain.length}`;
    return { status: 416, headers, body: Buffer.alloc(0) };
  }
  headers["Content-Range"] = `bytes ${start}-${end}/${plain.length}`;
  return { status: 206, headers, body: plain.subarray(start, end + 1) };
}

export function plainOf({ bytes, gzip }: Stored): Buffer {
  return gzip ? gunzipSync(bytes) : bytes;
}

/** A dataset of other programs, from test/fixture/doctor. */
export function fixtureSite(name: string): Site {
  const file = path.join(import.meta.dirname, `../fixture/doctor/${name}.json`);
  const files = JSON.parse(readFileSync(file, "utf8")) as Record<string, { base64: string; gzip?: true }>;
  return new Map(
    Object.entries(files).map(([key, { base64, gzip }]) => [
      key,
      { bytes: Buffer.from(base64, "base64"), gzip: gzip === true },
    ]),
  );
}

/** The files of a folder, `X.gz` as `X`. */
export async function folderSite(folder: string): Promise<Site> {
  const site: Site = new Map();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file).replaceAll(path.sep, "/");
    site.set(name.replace(/\.gz$/, ""), { bytes: await readFile(file), gzip: name.endsWith(".gz") });
  }
  return site;
}

export type Made = { readonly folder: string; readonly top: string };

/** A dataset of our own in several scales, at a place that is not the origin; the caller removes `top`. */
export async function convertSample(encoding: "raw" | "compressed_segmentation"): Promise<Made> {
  const top = await mkdtemp(path.join(tmpdir(), "neuropress-doctor-"));
  const input = path.join(top, "in");
  await writeSlices(input);
  const scale = { size: [140, 130, 12], resolution: [8, 8, 40], voxel_offset: [64, 32, 16], encoding };
  const info = { type: "segmentation", data_type: "uint64", num_channels: 1, mesh: "mesh", scales: [scale] };
  await writeFile(path.join(input, "info"), JSON.stringify(info));
  const folder = path.join(top, "out");
  await convert({ input, output: folder, chunk: 16, threads: 1 });
  return { folder, top };
}

export const remove = (folder: string) => rm(folder, { recursive: true, force: true });

/** A copy whose objects may be changed. */
export function copy(site: Site): Site {
  return new Map([...site].map(([key, stored]) => [key, { ...stored }]));
}

/** Changes JSON in place, and its form. */
export function editJson(site: Site, key: string, change: (json: Json) => void): void {
  const json = JSON.parse(plainOf(site.get(key)!).toString()) as Json;
  change(json);
  site.set(key, { bytes: Buffer.from(JSON.stringify(json)) });
}

/** Changes the plain bytes of an object. */
export function editBytes(site: Site, key: string, change: (bytes: Buffer) => Buffer): void {
  const stored = site.get(key)!;
  const bytes = change(Buffer.from(plainOf(stored)));
  site.set(key, stored.gzip ? { bytes: gzipSync(bytes), gzip: true } : { bytes });
}

/** Stores objects under other names. */
export function rename(site: Site, change: (key: string) => string): void {
  const before = [...site];
  site.clear();
  for (const [key, stored] of before) site.set(change(key), stored);
}

export const isChunk = (key: string) =>
  /\/-?\d+--?\d+_-?\d+--?\d+_-?\d+--?\d+$/.test(key) && !key.startsWith("mesh/");
export const isFragment = (key: string) => /^mesh\/mesh\./.test(key);
export const isManifest = (key: string) => /^mesh\/\d+:0$/.test(key);

/** Whatever is in the file: a test knows what it changes. */
export type Json = Record<string, unknown>;

/** The scales of an `info`. */
export const scalesOf = (info: Json) => info["scales"] as Json[];

/** The layers of a state. */
export const layersOf = (state: Json) => state["layers"] as { source: string; segments: unknown }[];
