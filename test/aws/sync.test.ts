import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  CreateBucketCommand,
  PutBucketCorsCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect } from "vitest";
import { corsRule, publicAccess, readPolicy } from "../../lib/cloud/access.ts";
import { folderObjects } from "../../lib/cloud/folder.ts";
import { parseTarget, sync } from "../../lib/cloud/sync.ts";
import { convert } from "../../lib/local/convert.ts";
import { createS3 } from "../../lib/store/bucket.ts";
import { endpoint, test } from "./lane.ts";
import { ask, deployedSite, writeVolume } from "./site.ts";

let folder: string;
let client: S3Client;
const bucket = "by-hand";
const options = () => ({
  folder: path.join(folder, "out"),
  bucket,
  prefix: "lab/one",
  publicUrl: `${endpoint}/${bucket}`,
  prune: false,
  say: () => {},
});

beforeAll(async () => {
  deployedSite();
  client = createS3();
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  folder = await mkdtemp(path.join(tmpdir(), "neuropress-sync-"));
  await writeVolume(path.join(folder, "in"), [70, 60, 6], (x, y) =>
    (x - 35) ** 2 + (y - 30) ** 2 < 500 ? 2n ** 60n : 0n,
  );
  await convert({ input: path.join(folder, "in"), output: path.join(folder, "out") });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("a bucket that was not prepared: all is uploaded, and what is missing is said", async () => {
  const { sent, kept, missing } = await sync(options());
  expect({ sent, kept }).toEqual({ sent: (await folderObjects(options().folder)).length, kept: 0 });
  expect(missing).toEqual([expect.stringMatching(/anyone may read/), expect.stringMatching(/CORS/)]);
});

test("with the rule and the policy that are printed, browsers read every object as it must be", async () => {
  await client.send(
    new PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration: structuredClone(corsRule) as never }),
  );
  const PublicAccessBlockConfiguration = publicAccess;
  await client.send(new PutPublicAccessBlockCommand({ Bucket: bucket, PublicAccessBlockConfiguration }));
  const Policy = JSON.stringify(readPolicy(bucket, "lab/one/"));
  await client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
  const { sent, missing, stateUrl } = await sync(options());
  expect({ sent, missing }).toEqual({ sent: 0, missing: [] });
  for (const { key, contentEncoding, contentType } of await folderObjects(options().folder)) {
    expect(key).not.toMatch(/\.gz$/);
    const { status, headers } = await ask(`${endpoint}/${bucket}/lab/one/${encodeURI(key)}`);
    expect({ key, status }).toEqual({ key, status: 200 });
    expect(headers["content-encoding"]).toBe(contentEncoding);
    expect(headers["content-type"]).toBe(contentType);
    expect(headers["access-control-allow-origin"]).toBe("*");
  }
  const state = JSON.parse((await ask(stateUrl)).body.toString());
  expect(state.layers[0].source).toBe(`precomputed://${endpoint}/${bucket}/lab/one`);
});

test("only what has changed is sent again, and nothing is deleted unless asked", async () => {
  await writeFile(path.join(folder, "out/mesh/extra"), "more");
  expect(await sync(options())).toMatchObject({ sent: 1, deleted: 0 });
  await rm(path.join(folder, "out/mesh/extra"));
  expect(await sync(options())).toMatchObject({ sent: 0, deleted: 0 });
  expect((await ask(`${endpoint}/${bucket}/lab/one/mesh/extra`)).status).toBe(200);
  expect(await sync({ ...options(), prune: true })).toMatchObject({ sent: 0, deleted: 1 });
  expect((await ask(`${endpoint}/${bucket}/lab/one/mesh/extra`)).status).not.toBe(200);
});

test("only places in a bucket are targets", () => {
  expect(parseTarget("s3://lab-data/a/b c/")).toEqual({ bucket: "lab-data", prefix: "a/b c" });
  for (const wrong of ["s3://lab-data", "s3://lab-data/", "lab-data/a", "s3://x/a/../b", "https://a/b"]) {
    expect(() => parseTarget(wrong)).toThrow(/is no place in a bucket/);
  }
});
