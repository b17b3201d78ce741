import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketCorsCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { corsRule, publicAccess, readPolicy } from "../../lib/cloud/access.ts";
import { follow } from "../../lib/cloud/follow.ts";
import { push } from "../../lib/cloud/push.ts";
import type { Site } from "../../lib/cloud/site.ts";
import { sync } from "../../lib/cloud/sync.ts";
import { convert } from "../../lib/local/convert.ts";
import { type Served, serve } from "../../lib/server/serve.ts";
import { bucketStore, createS3, listObjects } from "../../lib/store/bucket.ts";
import { builtViewer, findChromium, openLink, type Report } from "../browser/open.ts";
import { missing } from "./lane.ts";
import { deployedSite, writeVolume } from "./site.ts";

const noBrowser = findChromium() === undefined;
const ci = process.env["CI"] !== undefined;
if (noBrowser && !ci)
  console.warn(
    "\n*** VIEWER TESTS SKIPPED: they need Chromium (Debian package `chromium`, or CHROMIUM) ***\n",
  );
const lane = test.skipIf(missing || (noBrowser && !ci));

const project = "viewer";
const bare = "viewer-by-hand";
let site: Site;
let client: S3Client;
let folder: string;
/** The viewer, on another origin than the data, as the public one is. */
let served: Served;
let stateUrl: string;
/** The chunks of the published dataset. */
let chunks: string[];

beforeAll(async () => {
  if (missing || (noBrowser && !ci)) return;
  site = deployedSite();
  client = createS3();
  folder = await mkdtemp(path.join(tmpdir(), "neuropress-viewer-"));
  const input = path.join(folder, "in");
  const idAt = (x: number, y: number) =>
    (x - 70) ** 2 + (y - 35) ** 2 < 900 ? 2n ** 60n + BigInt(x >> 6) : 0n;
  await writeVolume(input, [140, 70, 40], idAt);
  const { run } = await push({ input, project, site, prune: false, say: () => {} });
  const status = await follow({ site, project, run }, () => {}, 250);
  stateUrl = status.stateUrl!;
  chunks = [];
  for await (const { key } of listObjects(client, { Bucket: site.OutputBucket, Prefix: `${project}/` }))
    if (/\/(-?\d+--?\d+_?){3}$/.test(key)) chunks.push(key);
  await convert({ input, output: path.join(folder, "out") });
  const viewer = await builtViewer();
  served = await serve({ root: path.join(folder, "out"), port: 0, viewer });
});
afterAll(async () => {
  await served?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

const opened = (url: string, at: number[][] = []): Promise<Report> =>
  openLink(`${served.url}/viewer/#!${url}`, { timeout: 30_000, at });
const saidOf = async (url: string) => (await opened(url)).failures.join("\n");

/** Puts the chunks again as they are, with a Content-Encoding or without. */
async function encode(contentEncoding?: "gzip"): Promise<void> {
  const store = bucketStore({ client, bucket: site.OutputBucket });
  for (const key of chunks) {
    const bytes = (await store.get(key))!.bytes;
    expect([...bytes.subarray(0, 2)], "gzip's first bytes").toEqual([0x1f, 0x8b]);
    const options = { contentType: "application/octet-stream", ...(contentEncoding && { contentEncoding }) };
    await store.put(key, bytes, options);
  }
}

lane("what the pipeline has published opens, by the CORS of the stack's bucket", async () => {
  expect(new URL(stateUrl).origin).not.toBe(new URL(served.url).origin);
  const report = await opened(stateUrl, [[73.5, 30.5, 27.5]]);
  expect(report.failures).toEqual([]);
  expect(report.look?.layers).toMatchObject([{ name: project, segments: 2, withMesh: 2 }]);
  expect(report.values).toEqual([String(2n ** 60n + 1n)]);
  const read = report.fetched.filter(({ url }) => chunks.some((key) => url.endsWith(`/${encodeURI(key)}`)));
  expect(read.length).toBeGreaterThan(1);
});

lane("chunks without their Content-Encoding are a failure", async () => {
  await encode();
  try {
    expect(await saidOf(stateUrl)).toMatch(/chunks, manifests or fragments failed/);
  } finally {
    await encode("gzip");
  }
  expect((await opened(stateUrl)).failures, "nothing else was wrong").toEqual([]);
});

lane("one chunk that was deleted, which the viewer draws as background, is a failure", async () => {
  const [key] = chunks;
  await client.send(new DeleteObjectCommand({ Bucket: site.OutputBucket, Key: key }));
  const report = await opened(stateUrl);
  expect(report.look?.ready, "the viewer itself sees nothing wrong").toBe(true);
  // To those who may not list a bucket S3 answers 403 for what is not there; the emulator answers 404.
  expect(report.failures).toEqual([expect.stringMatching(/^40[34] /)]);
  expect(report.failures[0]).toContain(encodeURI(key!));
});

lane("a bucket without its CORS rule is a failure", async () => {
  await client.send(new CreateBucketCommand({ Bucket: bare }));
  const PublicAccessBlockConfiguration = publicAccess;
  await client.send(new PutPublicAccessBlockCommand({ Bucket: bare, PublicAccessBlockConfiguration }));
  const Policy = JSON.stringify(readPolicy(bare, `${project}/`));
  await client.send(new PutBucketPolicyCommand({ Bucket: bare, Policy }));
  const publicUrl = `${new URL(site.OutputUrl).origin}/${bare}`;
  const where = { folder: path.join(folder, "out"), bucket: bare, prefix: project, publicUrl };
  const copy = await sync({ ...where, prune: false, say: () => {} });
  expect(await saidOf(copy.stateUrl)).toMatch(/^0 /m);
  const CORSConfiguration = structuredClone(corsRule) as never;
  await client.send(new PutBucketCorsCommand({ Bucket: bare, CORSConfiguration }));
  expect((await opened(copy.stateUrl)).failures, "nothing else was wrong").toEqual([]);
});
