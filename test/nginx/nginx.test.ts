import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { folderObjects } from "../../lib/cloud/folder.ts";
import { convert } from "../../lib/local/convert.ts";
import { makeSample } from "../../lib/local/sample.ts";
import { nginxServer, nginxStandalone } from "../../lib/server/nginx.ts";
import { serve } from "../../lib/server/serve.ts";
import { builtViewer, findChromium, openLink } from "../browser/open.ts";

const missing = spawnSync("nginx", ["-v"]).error !== undefined;
const ci = process.env["CI"] !== undefined;
if (missing && !ci)
  console.warn("\n*** NGINX TESTS SKIPPED: they need nginx (Debian: apt-get install nginx) ***\n");
const lane = test.skipIf(missing && !ci);
const port = 20_000 + (process.pid % 20_000);
const origin = `http://127.0.0.1:${port}`;
let folder: string;
let dataset: string;
let server: ChildProcess;

beforeAll(async () => {
  if (missing && !ci) return;
  folder = await mkdtemp(path.join(tmpdir(), "neuropress nginx-"));
  // A server started by root reads as another user.
  await chmod(folder, 0o755);
  await makeSample(path.join(folder, "in"));
  dataset = path.join(folder, "a dataset");
  await convert({ input: path.join(folder, "in"), output: dataset });
  const state = path.join(dataset, "state.json");
  await writeFile(state, (await readFile(state, "utf8")).replace("http://127.0.0.1:9000", origin));
  // The dataset's page and picture, whatever convert puts there.
  await writeFile(path.join(dataset, "index.html"), "<!doctype html><title>µ</title>");
  await writeFile(path.join(dataset, "preview.png"), Uint8Array.of(137, 80, 78, 71));
  await writeFile(path.join(folder, "secret"), "secret");
  await writeFile(path.join(dataset, ".hidden"), "hidden");
  server = await start(nginxServer({ root: dataset, port, location: "/lab/volume/" }), "nginx");
});
afterAll(async () => {
  server?.kill("SIGTERM");
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

async function start(block: string, name: string): Promise<ChildProcess> {
  const place = path.join(folder, name);
  await mkdir(place);
  await writeFile(path.join(place, "nginx.conf"), nginxStandalone(block, place));
  const log = path.join(place, "error.log");
  const child = spawn("nginx", ["-c", path.join(place, "nginx.conf"), "-e", log], { stdio: "inherit" });
  const at = /listen (\d+)/.exec(block)![1];
  for (let i = 0; i < 100; i++) {
    const up = await fetch(`http://127.0.0.1:${at}/info`).then(
      () => true,
      () => false,
    );
    if (up) return child;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nginx did not start: ${await readFile(log, "utf8")}`);
}

type Answer = { status: number; headers: http.IncomingHttpHeaders; body: Buffer };
function ask(
  target: string,
  headers: Record<string, string> = { "Accept-Encoding": "gzip" },
  method = "GET",
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      host: "127.0.0.1",
      port,
      path: target,
      method,
      headers: { Origin: "https://x.example", ...headers },
    };
    const request = http.request(options, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    request.on("error", reject);
    request.end();
  });
}

lane("every object has its bytes, encoding, type, CORS and cache rule", async () => {
  const objects = await folderObjects(dataset);
  expect(objects.length).toBeGreaterThan(100);
  for (const { key, file, contentType, contentEncoding } of objects.filter(
    ({ key }) => !key.startsWith("."),
  )) {
    const { status, headers, body } = await ask(`/${key.split("/").map(encodeURIComponent).join("/")}`);
    expect({ key, status }).toEqual({ key, status: 200 });
    expect({ key, type: headers["content-type"] }).toEqual({ key, type: contentType });
    expect({ key, encoding: headers["content-encoding"] }).toEqual({ key, encoding: contentEncoding });
    expect(headers).toMatchObject({ "access-control-allow-origin": "*", "cache-control": "no-cache" });
    expect(body.equals(await readFile(file)), key).toBe(true);
  }
});

lane("the dataset's page is what the folder's address shows", async () => {
  const { status, headers, body } = await ask("/");
  expect({ status, type: headers["content-type"], body: body.toString() }).toEqual({
    status: 200,
    type: "text/html; charset=utf-8",
    body: "<!doctype html><title>µ</title>",
  });
});

lane("`:` plain and as %3A; below a location; unpacked for who takes no gzip", async () => {
  const objects = await folderObjects(dataset);
  const manifest = objects.find(({ key }) => key.endsWith(":0"))!.key;
  expect((await ask(`/${manifest}`)).status).toBe(200);
  expect((await ask(`/${manifest.replace(":", "%3A")}`)).status).toBe(200);
  expect((await ask(`/lab/volume/${manifest}`)).headers["content-type"]).toBe("application/json");
  const chunk = objects.find(({ contentEncoding }) => contentEncoding === "gzip")!.key;
  const packed = await ask(`/${chunk}`);
  const plain = await ask(`/${chunk}`, {});
  expect(plain.headers["content-encoding"]).toBeUndefined();
  expect(plain.body.equals(gunzipSync(packed.body))).toBe(true);
});

lane("ranges of what is not packed; HEAD; preflight", async () => {
  const { body } = await ask("/info");
  const range = await ask("/info", { Range: "bytes=3-9" });
  expect(range).toMatchObject({ status: 206, headers: { "content-range": `bytes 3-9/${body.length}` } });
  expect(range.body.equals(body.subarray(3, 10))).toBe(true);
  expect(await ask("/info", {}, "HEAD")).toMatchObject({
    status: 200,
    headers: { "content-length": String(body.length) },
  });
  const preflight = await ask("/info", { "Access-Control-Request-Method": "GET" }, "OPTIONS");
  expect(preflight).toMatchObject({
    status: 204,
    headers: { "access-control-allow-methods": "GET, HEAD, OPTIONS" },
  });
});

lane("nothing else: no listing, no way out, no hidden files, no writing; errors with CORS too", async () => {
  for (const [target, status] of [
    ["/nothing", 404],
    ["/16nm/", 403],
    ["/mesh/", 403],
    ["/.hidden", 404],
    ["/../secret", 400],
    ["/%2e%2e/secret", 400],
    ["/16nm/..%2f..%2fsecret", 400],
  ] as const) {
    const answer = await ask(target);
    expect({ target, status: answer.status }).toEqual({ target, status });
    expect(answer.body.toString()).not.toContain("16nm/0-");
    if (status !== 400) expect(answer.headers["access-control-allow-origin"]).toBe("*");
  }
  for (const method of ["PUT", "POST", "DELETE"]) expect((await ask("/info", {}, method)).status).toBe(405);
});

lane("with --users, nothing is read without a name and a password", async () => {
  const users = path.join(folder, "users");
  await writeFile(users, "lab:{PLAIN}secret\n");
  const locked = await start(nginxServer({ root: dataset, port: port + 3, users }), "locked");
  try {
    const authorization = `Basic ${Buffer.from("lab:secret").toString("base64")}`;
    for (const key of ["info", "state.json", "segment_properties/info"]) {
      const url = `http://127.0.0.1:${port + 3}/${key}`;
      expect([key, (await fetch(url)).status]).toEqual([key, 401]);
      expect([key, (await fetch(url, { headers: { authorization } })).status]).toEqual([key, 200]);
    }
  } finally {
    locked.kill("SIGTERM");
  }
});

const browser = test.skipIf((missing || findChromium() === undefined) && !ci);

browser(
  "with --viewer, the viewer of the same nginx opens it, and the types it needs are right",
  async () => {
    const viewer = await builtViewer();
    const block = nginxServer({ root: dataset, port: port + 2, viewer });
    const own = await start(block, "own");
    try {
      const address = `http://127.0.0.1:${port + 2}`;
      const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(
        await (await fetch(`${address}/viewer/`)).text(),
      )![1];
      const answer = await fetch(`${address}/viewer/${script}`);
      expect(answer.headers.get("content-type")).toBe("text/javascript");
      const { failures } = await openLink(`${address}/viewer/#!${origin}/state.json`);
      expect(failures).toEqual([]);
    } finally {
      own.kill("SIGTERM");
    }
  },
);

browser("the real viewer opens it from another origin, and not without CORS", async () => {
  const viewer = await builtViewer();
  const served = await serve({ root: dataset, port: 0, viewer });
  const bare = nginxServer({ root: dataset, port: port + 1 }).replace(
    / *add_header Access-Control-Allow-Origin.*\n/,
    "",
  );
  const second = await start(bare, "bare");
  try {
    const good = await openLink(`${served.url}/viewer/#!${origin}/state.json`);
    expect(good.failures).toEqual([]);
    expect(good.look?.layers).toMatchObject([{ segments: 54, withMesh: 54 }]);
    const bad = await openLink(`${served.url}/viewer/#!http://127.0.0.1:${port + 1}/state.json`, {
      timeout: 15_000,
    });
    expect(bad.ok).toBe(false);
  } finally {
    second.kill("SIGTERM");
    await served.close();
  }
});

browser("a chunk that is gone, and chunks renamed without `.gz`, are failures in the viewer", async () => {
  const viewer = await builtViewer();
  const served = await serve({ root: dataset, port: 0, viewer });
  const open = () => openLink(`${served.url}/viewer/#!${origin}/state.json`, { timeout: 15_000 });
  const packed = (await folderObjects(dataset)).filter(({ key }) => /\/\d+-\d+_\d+-\d+_\d+-\d+$/.test(key));
  const move = (from: string, to: string) => rename(path.join(dataset, from), path.join(dataset, to));
  try {
    const { fetched } = await open();
    const lost = packed.find(({ key }) => fetched.some(({ url }) => url.endsWith(key)))!.key;
    await move(`${lost}.gz`, "lost");
    const { look, failures } = await open();
    await move("lost", `${lost}.gz`);
    expect(look?.ready, "the viewer itself sees nothing wrong").toBe(true);
    expect(failures).toEqual([`404 Not Found: ${origin}/${lost}`]);
    // As the guide's script does; nginx then knows of no encoding.
    for (const { key } of packed) await move(`${key}.gz`, key);
    const stripped = await open();
    for (const { key } of packed) await move(key, `${key}.gz`);
    expect(stripped.failures.join("\n")).toMatch(/chunks, manifests or fragments failed/);
  } finally {
    await served.close();
  }
});
