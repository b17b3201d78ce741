import { gzipSync } from "node:zlib";
import type { Case } from "../case.ts";
import { isChunk, isFragment, isManifest, plainOf, type Reply, rename } from "../site.ts";

const page = (reply: Reply, html: string, status = 200) => {
  reply.status = status;
  reply.headers["Content-Type"] = "text/html";
  delete reply.headers["Content-Encoding"];
  reply.body = Buffer.from(html);
};
const xml = (reply: Reply, status: number, code: string, more = "") => {
  reply.status = status;
  delete reply.headers["Content-Encoding"];
  delete reply.headers["Access-Control-Allow-Origin"];
  reply.body = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code>${more}</Error>`,
  );
};
const allow = "Access-Control-Allow-Origin";

/** Section 1f of the survey of users' threads: hosting. */
export const hosting: readonly Case[] = [
  {
    name: "no CORS header at all (32: neuroglancer#292, #423)",
    cause: "cors-missing",
    fault: (_key, { headers }) => void delete headers[allow],
  },
  {
    name: "no CORS header on chunks, which the viewer draws as background (32)",
    cause: "cors-missing",
    fault: (key, { headers }) => {
      if (isChunk(key)) delete headers[allow];
    },
    says: /nm\/\d+-\d+/,
  },
  {
    name: "CORS for another site (32: cryoet-data-portal#54)",
    cause: "cors-origin",
    fault: (_key, { headers }) => void Object.assign(headers, { [allow]: "https://example.org" }),
    says: /only https:\/\/example.org may read/,
  },
  {
    name: "the CORS header twice, from the server and from the proxy before it (32)",
    cause: "cors-twice",
    fault: (_key, { headers }) => void Object.assign(headers, { [allow]: "*, *" }),
  },
  {
    name: "a CDN keeps the answer to somebody without an Origin (32: serverless-iiif#111)",
    cause: "cors-cached",
    fault: (key, { headers }, { url }) => {
      if (key !== "info" || url?.includes("?")) return;
      delete headers[allow];
      headers["X-Cache"] = "Hit from cloudfront";
    },
    says: /X-Cache|x-cache/,
  },
  {
    name: "the preflight does not allow Range, on sharded data (32: neuroglancer#651)",
    cause: "cors-preflight",
    of: "igneous-sharded",
    fault: (_key, { headers }, { method }) => {
      if (method === "OPTIONS") headers["Access-Control-Allow-Headers"] = "Authorization";
    },
    says: /authorization, without Range/,
  },
  {
    name: "no answer to OPTIONS, on multi-resolution meshes (32: neuroglancer#651)",
    cause: "cors-preflight",
    of: "igneous-multires",
    fault: (_key, reply, { method }) => {
      if (method === "OPTIONS") reply.status = 501;
    },
  },
  {
    name: "chunks are named X.gz (33: cloud-volume#578)",
    cause: "gz-name",
    change: (site) => rename(site, (key) => (isChunk(key) ? `${key}.gz` : key)),
  },
  {
    name: "fragments are named X.gz (18: igneous#104)",
    cause: "gz-name",
    change: (site) => rename(site, (key) => (isFragment(key) ? `${key}.gz` : key)),
  },
  {
    name: "info is named info.gz (33)",
    cause: "gz-name",
    change: (site) => rename(site, (key) => (key === "info" ? "info.gz" : key)),
  },
  {
    name: "gzip without Content-Encoding (33: cloud-volume#591, neuroglancer#336)",
    cause: "gzip-no-header",
    fault: (_key, { headers }) => void delete headers["Content-Encoding"],
  },
  {
    name: "Content-Encoding on plain bytes (33: neuroglancer#473)",
    cause: "header-no-gzip",
    of: "raw",
    change: (site) => {
      for (const [key, stored] of site)
        if (isChunk(key)) site.set(key, { bytes: plainOf(stored), gzip: true });
    },
    // The helper of these tests unpacks for ranges; chunks are not read by them.
    says: /Content-Encoding: gzip, but the bytes are not/,
  },
  {
    name: "packed twice, by gsutil -Z after cloud-volume (33)",
    cause: "gzip-twice",
    fault: (key, reply) => {
      if (isChunk(key) && reply.headers["Content-Encoding"]) reply.body = gzipSync(reply.body);
    },
  },
  {
    name: "403 for everything: the bucket is private (34, 42)",
    cause: "denied",
    fault: (_key, reply) => xml(reply, 403, "AccessDenied"),
  },
  {
    name: "no such bucket",
    cause: "no-bucket",
    fault: (_key, reply) => xml(reply, 404, "NoSuchBucket"),
  },
  {
    name: "s3:// of another region (35: neuroglancer#292, #424)",
    cause: "wrong-region",
    fault: (_key, reply) => {
      xml(reply, 301, "PermanentRedirect", "<Endpoint>b.s3.eu-central-1.amazonaws.com</Endpoint>");
      reply.headers["x-amz-bucket-region"] = "eu-central-1";
    },
    says: /eu-central-1/,
  },
  {
    name: "http data in a viewer of https (36: neuroglancer#426)",
    cause: "mixed-content",
    change: (site) => void site.delete("state.json"),
    given: (url) => url.replace("127.0.0.1", "0.0.0.0"),
  },
  {
    name: "a login with 401 (37: neuroglancer#319)",
    cause: "login",
    fault: (_key, reply) => page(reply, "<html>Unauthorized</html>", 401),
  },
  {
    name: "a login that requests are sent on to (37: neuroglancer#507)",
    cause: "login",
    fault: (key, reply) => {
      reply.status = 302;
      reply.headers["Location"] = `/login?next=${key}`;
    },
  },
  {
    name: "a login page with status 200 (37)",
    cause: "login",
    fault: (_key, reply) => page(reply, '<html><form><input name="p" type="password"></form></html>'),
  },
  {
    name: "a redirect without CORS (32, 35)",
    cause: "redirect",
    fault: (key, reply) => {
      if (key.startsWith("moved/")) return;
      reply.status = 302;
      reply.headers["Location"] = `/moved/${key}`;
      delete reply.headers[allow];
    },
  },
  {
    name: "a page in the place of chunks that are not there, with 200",
    cause: "html-page",
    change: (site) => rename(site, (key) => (isChunk(key) ? `gone/${key}` : key)),
    fault: (_key, reply) =>
      void (reply.status === 404 && page(reply, "<!DOCTYPE html><title>My lab</title>")),
  },
  {
    name: "a page in the place of info, with 200",
    cause: "html-page",
    fault: (_key, reply) => page(reply, "<!doctype html>\n<html><title>My lab</title></html>"),
    says: /My lab/,
  },
  {
    name: "a listing of the folder in the place of a manifest",
    cause: "directory-listing",
    fault: (key, reply) =>
      void (isManifest(key) && page(reply, "<html><title>Index of /mesh/</title><h1>Index of</h1></html>")),
  },
  {
    name: "503 for chunks, again and again (39)",
    cause: "throttled",
    fault: (key, reply) => {
      if (isChunk(key)) reply.status = 503;
    },
    options: { patience: 1 },
  },
  {
    name: "500 for meshes",
    cause: "server-error",
    fault: (key, reply) => {
      if (isManifest(key)) reply.status = 500;
    },
  },
  {
    name: "answers that end too early",
    cause: "cut-short",
    fault: (key, reply, { socket }) => {
      if (!isManifest(key)) return;
      reply.headers["Content-Length"] = String(reply.body.length + 10);
      setTimeout(() => socket.destroy(), 100);
    },
    options: { patience: 1 },
  },
  {
    name: "a server without ranges, sharded data (0.9; neuroglancer#651)",
    cause: "range-ignored",
    of: "igneous-sharded",
    fault: (_key, reply, { headers }) => {
      if (headers.range === undefined || reply.status !== 206) return;
      reply.status = 200;
      delete reply.headers["Content-Range"];
      reply.body = Buffer.concat([Buffer.alloc(100), reply.body, Buffer.alloc(100)]);
    },
  },
  {
    name: "Content-Encoding on shards (0.9)",
    cause: "range-gzip",
    of: "igneous-sharded",
    fault: (key, reply, { headers }) => {
      if (headers.range === undefined || !key.endsWith(".shard")) return;
      reply.headers["Content-Encoding"] = "gzip";
      reply.body = gzipSync(reply.body);
    },
  },
  {
    name: "nobody listens on the port",
    cause: "unreachable",
    given: () => "http://127.0.0.1:9/",
  },
];
