import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect } from "vitest";
import { deployToEmulator } from "../../lib/cloud/cdk.ts";
import { emulatorEnv } from "../../lib/cloud/emulator.ts";
import { follow } from "../../lib/cloud/follow.ts";
import { push } from "../../lib/cloud/push.ts";
import type { Site } from "../../lib/cloud/site.ts";
import { typeOf } from "../../lib/format/media.ts";
import type { Status } from "../../lib/step/status.ts";
import { createS3 } from "../../lib/store/bucket.ts";
import { builtViewer, findChromium, openLink } from "../browser/open.ts";
import { endpoint, missing, test } from "./lane.ts";
import { type Answer, deployedSite, writeVolume } from "./site.ts";

/* A stack of private data and its own viewer; the emulator's CloudFront runs the function at the edge. */

const password = "correct horse";
const reader = { username: "alice", password };
const basic = `Basic ${Buffer.from(`alice:${password}`).toString("base64")}`;
let site: Site;
let viewerBucket: string;
let folder: string;
let status: Status;

beforeAll(async () => {
  if (missing) return;
  deployedSite();
  const viewer = await builtViewer();
  const hash = createHash("sha256").update(`alice:${password}`).digest("hex");
  const readers = `readers=${JSON.stringify({ alice: hash })}`;
  const run = { env: emulatorEnv(endpoint), seconds: 90, show: false };
  site = await deployToEmulator(run, ["stack=Private", "viewer=true", "publicRead=false", readers]);
  viewerBucket = site.ViewerBucket!;
  await putViewer(viewer, viewerBucket);
  folder = await mkdtemp(path.join(tmpdir(), "neuropress-reader-"));
  await writeVolume(folder, [70, 60, 40], (x, y, z) =>
    (x - 35) ** 2 + (y - 30) ** 2 + (2 * (z - 20)) ** 2 < 600 ? 2n ** 60n : 0n,
  );
  const project = "lab/secret";
  const { run: id } = await push({ input: folder, project, site, prune: false, say: () => {} });
  status = await follow({ site, project, run: id }, () => {}, 200);
});
afterAll(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

/** On AWS the deployment does it. */
async function putViewer(folder: string, bucket: string): Promise<void> {
  const client = createS3();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const Key = `viewer/${path.relative(folder, file)}`;
    const Body = await readFile(file);
    await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType: typeOf(Key) }));
  }
}

/** Asks the distribution, wherever its name leads. */
function askEdge(url: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  const { host, pathname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const call = { host: "127.0.0.1", port, path: pathname, method, headers: { host, ...headers } };
    const request = http.request(call, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    request.on("error", reject);
    request.end();
  });
}

const withPassword = { authorization: basic };
const at = (name: string) => `${site.OutputUrl}/${name}`;

test("the link that push prints opens the stack's own viewer on the stack's own address", () => {
  expect(site.ViewerLinkBase).toBe(`${at("viewer/")}#!${site.OutputUrl}/`);
  expect(status).toMatchObject({
    state: "done",
    stateUrl: at("lab/secret/state.json"),
    link: `${site.ViewerLinkBase}lab/secret/state.json`,
  });
});

test("without the password nothing is read, not even the viewer; nor past CloudFront with it", async () => {
  const manifest = `lab/secret/${status.run}/mesh/${2n ** 60n}:0`;
  for (const name of ["lab/secret/info", manifest, "viewer/", "viewer", "viewer/index.html", "", "nothing"]) {
    for (const headers of [{}, { authorization: "Basic eDp5" }, { authorization: `Bearer ${basic}` }]) {
      const { status: code, headers: said } = await askEdge(at(name), headers as Record<string, string>);
      expect({ name, code }).toEqual({ name, code: 401 });
      expect(said).toMatchObject({
        "www-authenticate": expect.stringMatching(/^Basic /),
        "cache-control": "no-store",
      });
    }
    for (const method of ["OPTIONS", "PUT", "POST", "DELETE"])
      expect((await askEdge(at(name), withPassword, method)).status).toBe(403);
  }
  for (const place of [`${site.OutputBucket}/lab/secret/info`, `${viewerBucket}/viewer/index.html`])
    for (const headers of [{}, withPassword] as Record<string, string>[])
      expect((await askEdge(`${endpoint}/${place}`, headers)).status, place).toBeGreaterThanOrEqual(400);
});

test("with it everything is, kept by no shared cache and told to no other origin", async () => {
  const headers = { ...withPassword, origin: "https://elsewhere.example", "accept-encoding": "gzip" };
  const read = async (name: string) => {
    const answer = await askEdge(at(name), headers);
    expect(Object.keys(answer.headers).filter((header) => header.startsWith("access-control-"))).toEqual([]);
    return answer;
  };
  expect(await read("lab/secret/info")).toMatchObject({
    status: 200,
    headers: { "cache-control": "private, no-cache" },
  });
  const manifest = await read(`lab/secret/${status.run}/mesh/${2n ** 60n}:0`);
  expect(manifest).toMatchObject({
    status: 200,
    headers: { "cache-control": "private, max-age=31536000, immutable" },
  });
  const [fragment] = JSON.parse(manifest.body.toString()).fragments;
  expect(await read(`lab/secret/${status.run}/mesh/${fragment}`)).toMatchObject({
    status: 200,
    headers: { "content-encoding": "gzip" },
  });
  expect(await read("viewer/")).toMatchObject({
    status: 200,
    headers: { "content-type": "text/html; charset=utf-8" },
  });
  expect(await read("viewer")).toMatchObject({ status: 302, headers: { location: "/viewer/" } });
  expect((await read("lab/secret/nothing")).status).toBe(403);
});

test("a project's folder is its page", async () => {
  const page = {
    Bucket: site.OutputBucket,
    Key: "lab/secret/index.html",
    Body: "<p>secret",
    ContentType: "text/html",
  };
  await createS3().send(new PutObjectCommand(page));
  const { status: code, body } = await askEdge(at("lab/secret/"), withPassword);
  expect({ code, body: body.toString() }).toEqual({ code: 200, body: "<p>secret" });
});

test("in a browser: the viewer shows the data to who types the password, and nothing to who does not", async () => {
  if (findChromium() === undefined && !process.env["CI"])
    return console.warn(
      "SKIPPED: this test needs Chromium (Debian package `chromium`, or set CHROMIUM to its path)",
    );
  const png = process.env["PICTURE"];
  const shown = await openLink(status.link!, { credentials: reader, ...(png !== undefined && { png }) });
  expect(shown.failures).toEqual([]);
  expect(shown.look?.layers).toMatchObject([{ name: "secret", segments: 1, withMesh: 1 }]);
  expect(shown.fetched.map(({ url }) => url).filter((url) => !url.startsWith(`${site.OutputUrl}/`))).toEqual(
    [],
  );
  for (const credentials of [undefined, { username: "alice", password: "guess" }]) {
    const refused = openLink(status.link!, { timeout: 3000, ...(credentials && { credentials }) });
    // Chromium either shows the 401's text or no page at all.
    const said = await refused.then(({ failures }) => failures.join("\n"), String);
    expect(said).toMatch(/^401 |ERR_INVALID_AUTH_CREDENTIALS/);
  }
});

test("a deployment that has lost the readers is refused before it changes anything", async () => {
  const call = ["bin/deploy.ts", "-c", "emulator=true", "-c", "stack=Private", "-c", "publicRead=false"];
  const root = path.resolve(import.meta.dirname, "../..");
  const { status: code, stderr } = spawnSync(process.execPath, call, { cwd: root, encoding: "utf8" });
  expect(code).toBe(1);
  expect(stderr.trim()).toBe(
    "error: stack Private: only alice may read its data, but these settings name no readers. " +
      "Deploy with the cdk.json that has them; or add --public to let everyone read",
  );
});
