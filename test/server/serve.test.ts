import { mkdir, symlink, truncate, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { ask, folder, raw, serving } from "./helper.ts";

const CHUNK = "8_8_8/0-64_0-64_0-64";
const bytes = Buffer.from(Array.from({ length: 1000 }, (_, i) => (i * 7) % 251));
const STATE = {
  layers: [
    { type: "image", name: "em", source: "precomputed://https://example.org/em" },
    { type: "segmentation", name: "seg", source: "precomputed://http://127.0.0.1:9000", segments: ["1"] },
    { type: "segmentation", name: "other", source: "precomputed://https://example.org/other" },
  ],
};

async function dataset(): Promise<{ root: string; url: string; link: string }> {
  const top = await folder();
  const root = path.join(top, "out");
  await mkdir(path.join(root, "8_8_8"), { recursive: true });
  await mkdir(path.join(root, "mesh"));
  await writeFile(path.join(top, "secret"), "SECRET");
  await writeFile(path.join(root, "info"), '{"type":"segmentation"}');
  await writeFile(path.join(root, "state.json"), JSON.stringify(STATE));
  await writeFile(path.join(root, `${CHUNK}.gz`), gzipSync(bytes));
  await writeFile(path.join(root, "mesh/7"), bytes);
  await writeFile(path.join(root, "mesh/7:0"), '{"fragments":["7"]}');
  await writeFile(path.join(root, "mesh/empty"), "");
  await symlink(path.join(top, "secret"), path.join(root, "leak"));
  await symlink(top, path.join(root, "up"));
  await symlink(path.join(root, "mesh/7"), path.join(root, "within"));
  return { root, ...(await serving({ root })) };
}

test("every answer carries CORS, types and caching as viewers need them", async () => {
  const { url } = await dataset();
  const types: [string, string][] = [
    ["info", "application/json"],
    ["state.json", "application/json"],
    ["mesh/7:0", "application/json"],
    ["mesh/7%3A0", "application/json"],
    ["mesh/7", "application/octet-stream"],
    [CHUNK, "application/octet-stream"],
  ];
  for (const [key, type] of types) {
    const { status, headers } = await ask(`${url}/${key}`);
    expect({ key, status, type: headers["content-type"] }).toEqual({ key, status: 200, type });
    expect(headers["access-control-allow-origin"]).toBe("*");
    expect(headers["access-control-expose-headers"]).toBe(
      "ETag, Content-Length, Content-Range, Content-Encoding, Accept-Ranges",
    );
    expect(headers["cache-control"]).toBe("no-cache");
  }
  const missing = await ask(`${url}/8_8_8/64-128_0-64_0-64`);
  expect(missing.status).toBe(404);
  expect(missing.headers["access-control-allow-origin"]).toBe("*");
});

test("a .gz is sent as it is stored to clients that take gzip, unzipped to others", async () => {
  const { url } = await dataset();
  for (const accepted of ["gzip", "deflate, gzip;q=0.5", "*", "x-gzip"]) {
    const { headers, body } = await ask(`${url}/${CHUNK}`, { headers: { "Accept-Encoding": accepted } });
    expect(headers["content-encoding"], accepted).toBe("gzip");
    expect(headers["content-length"]).toBe(String(body.length));
    expect(body.equals(gzipSync(bytes))).toBe(true);
  }
  for (const accepted of ["identity", "gzip;q=0", "br", "*;q=0.0"]) {
    const { headers, body } = await ask(`${url}/${CHUNK}`, { headers: { "Accept-Encoding": accepted } });
    expect(headers["content-encoding"], accepted).toBeUndefined();
    expect(headers["content-length"]).toBe("1000");
    expect(body.equals(bytes)).toBe(true);
  }
  const fetched = await fetch(`${url}/${CHUNK}`);
  expect(Buffer.from(await fetched.arrayBuffer()).equals(bytes)).toBe(true);
  const own = await ask(`${url}/${CHUNK}.gz`);
  expect(own.headers["content-encoding"]).toBeUndefined();
  expect(own.body.equals(gzipSync(bytes))).toBe(true);
});

/** Ranges of RFC 9110 14.1.2 over 1000 bytes: what is sent, or 416, or the whole for what may be ignored. */
const RANGES: [string, [number, number] | 416 | 200][] = [
  ["bytes=0-0", [0, 0]],
  ["bytes=0-499", [0, 499]],
  ["bytes=500-", [500, 999]],
  ["bytes=999-999", [999, 999]],
  ["bytes=990-5000", [990, 999]],
  ["bytes=-10", [990, 999]],
  ["bytes=-5000", [0, 999]],
  ["bytes=1000-", 416],
  ["bytes=5000-6000", 416],
  ["bytes=-0", 416],
  ["bytes=9-3", 200],
  ["bytes=0-1,5-6", 200],
  ["bytes=a-b", 200],
  ["bytes=-", 200],
  ["lines=0-1", 200],
];

test.each(["mesh/7", CHUNK, "within"])("ranges of %s count decoded bytes", async (key) => {
  const { url } = await dataset();
  for (const [range, wanted] of RANGES) {
    for (const method of ["GET", "HEAD"]) {
      const options = { method, headers: { Range: range, "Accept-Encoding": "gzip" } };
      const { status, headers, body } = await ask(`${url}/${key}`, options);
      expect(headers["content-encoding"], range).toBeUndefined();
      if (wanted === 416) {
        expect([range, status, headers["content-range"]]).toEqual([range, 416, "bytes */1000"]);
        continue;
      }
      const [start, end] = wanted === 200 ? [0, 999] : wanted;
      expect([range, status]).toEqual([range, wanted === 200 ? 200 : 206]);
      expect(headers["content-length"], range).toBe(String(end - start + 1));
      expect(headers["content-range"]).toBe(wanted === 200 ? undefined : `bytes ${start}-${end}/1000`);
      expect(body.equals(method === "HEAD" ? Buffer.alloc(0) : bytes.subarray(start, end + 1)), range).toBe(
        true,
      );
    }
  }
});

test("HEAD answers with the headers of GET and no body", async () => {
  const { url } = await dataset();
  for (const key of ["info", "state.json", CHUNK, "mesh/7", "mesh/empty", "absent", ""]) {
    for (const accepted of ["gzip", "identity"]) {
      const options = { headers: { "Accept-Encoding": accepted } };
      const get = await ask(`${url}/${key}`, options);
      const head = await ask(`${url}/${key}`, { ...options, method: "HEAD" });
      expect(head.body.length).toBe(0);
      expect(head.status).toBe(get.status);
      expect({ ...head.headers, date: "" }, key).toEqual({ ...get.headers, date: "" });
      expect(get.headers["content-length"], key).toBe(String(get.body.length));
    }
  }
});

test("tags differ between forms of an object and spare a second transfer", async () => {
  const { url } = await dataset();
  const zipped = (await ask(`${url}/${CHUNK}`, { headers: { "Accept-Encoding": "gzip" } })).headers.etag!;
  const plain = (await ask(`${url}/${CHUNK}`)).headers.etag!;
  expect(zipped).not.toBe(plain);
  const again = await ask(`${url}/${CHUNK}`, { headers: { "If-None-Match": `"x", W/${plain}` } });
  expect([again.status, again.body.length]).toEqual([304, 0]);
  const changed = await ask(`${url}/mesh/7`, { headers: { Range: "bytes=0-9", "If-Range": '"old"' } });
  expect([changed.status, changed.body.length]).toEqual([200, 1000]);
});

test("preflight is allowed, other methods are not", async () => {
  const { url } = await dataset();
  const asked = { Origin: "https://example.org", "Access-Control-Request-Headers": "range" };
  const preflight = await ask(`${url}/${CHUNK}`, { method: "OPTIONS", headers: asked });
  expect(preflight.status).toBe(204);
  expect(preflight.headers["access-control-allow-methods"]).toBe("GET, HEAD, OPTIONS");
  expect(preflight.headers["access-control-allow-headers"]).toBe("*");
  expect(preflight.headers["access-control-allow-origin"]).toBe("*");
  for (const method of ["PUT", "POST", "DELETE", "PATCH"]) {
    const { status, headers } = await ask(`${url}/info`, { method });
    expect([method, status, headers.allow]).toEqual([method, 405, "GET, HEAD, OPTIONS"]);
  }
});

test("nothing outside the folder is reachable, and folders are not listed", async () => {
  const { url, root } = await dataset();
  const absolute = path.join(path.dirname(root), "secret");
  const targets = [
    "/../secret",
    "/%2e%2e/secret",
    "/.%2E/secret",
    "/mesh/../../secret",
    "/mesh/%2e%2e/%2e%2e/secret",
    "/..%2fsecret",
    "/%2e%2e%2fsecret",
    "/..%5csecret",
    "/..\\secret",
    "/%252e%252e/secret",
    "/mesh/7%00/../../../secret",
    "/info%00",
    "/leak",
    "/up/secret",
    "/up/out/../secret",
    `/${absolute}`,
    absolute,
    `/${encodeURIComponent(absolute)}`,
    `http://127.0.0.1/../secret`,
    "/viewer/../../secret",
    "/%",
    "/%ff",
    "/mesh",
    "/mesh/",
    "/up",
    "/.",
    "/info/",
    `/${"a".repeat(3000)}`,
  ];
  for (const target of targets) {
    const reply = await raw(url, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(reply, target).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(reply, target).not.toMatch(/SECRET|fragments|0-64_0-64/);
  }
  expect((await ask(`${url}/within`)).status).toBe(200);
  expect((await ask(`${url}//mesh//7`)).status).toBe(200);
});

test("headers and addresses that are too long are refused with 4xx and CORS", async () => {
  const { url } = await dataset();
  const long = "a".repeat(40_000);
  for (const head of [
    `GET /${long} HTTP/1.1\r\nHost: x`,
    `GET /info HTTP/1.1\r\nHost: x\r\nX-Long: ${long}`,
  ]) {
    const reply = await raw(url, `${head}\r\nConnection: close\r\n\r\n`);
    expect(reply).toMatch(/^HTTP\/1\.1 431 /);
    expect(reply).toContain("Access-Control-Allow-Origin: *");
  }
  expect(await raw(url, "nonsense\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
  expect((await ask(`${url}/info`)).status).toBe(200);
});

test("the state names this server as the client wrote it, and nothing else changes", async () => {
  const { url } = await dataset();
  const sourceFor = async (host: string) => {
    const { body } = await ask(`${url}/state.json`, { headers: { Host: host } });
    const got = JSON.parse(body.toString());
    const source: string = got.layers[1].source;
    got.layers[1].source = STATE.layers[1]!.source;
    expect(got).toEqual(STATE);
    return source;
  };
  expect(await sourceFor("localhost:8123")).toBe("precomputed://http://localhost:8123");
  expect(await sourceFor("[::1]:8123")).toBe("precomputed://http://[::1]:8123");
  for (const bad of ['evil"/x', "a b", "host:port", "h/x", "user@h"]) {
    expect(await sourceFor(bad), bad).toBe(`precomputed://${url}`);
  }
  const old = await raw(url, "GET /state.json HTTP/1.0\r\n\r\n");
  expect(old).toContain(`precomputed://${url}"`);
});

test("200 requests at once, beside a client that does not read", async () => {
  const { url, root } = await dataset();
  await writeFile(path.join(root, "large"), "");
  await truncate(path.join(root, "large"), 256 * 2 ** 20);
  const { port } = new URL(url);
  const lazy = connect(Number(port), "127.0.0.1", () => lazy.write("GET /large HTTP/1.1\r\nHost: x\r\n\r\n"));
  await new Promise((resolve) => lazy.once("readable", resolve));
  const before = process.memoryUsage().rss;
  const replies = await Promise.all(
    Array.from({ length: 200 }, (_, i) => ask(`${url}/${i % 2 === 0 ? CHUNK : "mesh/7"}`)),
  );
  expect(replies.every(({ status, body }) => status === 200 && body.equals(bytes))).toBe(true);
  expect(process.memoryUsage().rss - before, "the large file must not be in memory").toBeLessThan(
    128 * 2 ** 20,
  );
  lazy.destroy();
});

test("a damaged .gz is an error, never short data", async () => {
  const { url, root } = await dataset();
  await writeFile(path.join(root, "8_8_8/damaged.gz"), gzipSync(bytes).subarray(0, 40));
  const { status, headers } = await ask(`${url}/8_8_8/damaged`);
  expect(status).toBe(500);
  expect(headers["access-control-allow-origin"]).toBe("*");
});
