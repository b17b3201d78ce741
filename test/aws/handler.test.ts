import { randomUUID } from "node:crypto";
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
} from "@aws-sdk/client-cloudformation";
import { CreateBucketCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { beforeAll, expect, vi } from "vitest";
import { describe } from "../../lib/cloud/follow.ts";
import { logger } from "../../lib/cloud/handler.ts";
import type { Cost } from "../../lib/plan/price.ts";
import { transitionsOf, type Usage } from "../../lib/plan/usage.ts";
import type { Status } from "../../lib/step/status.ts";
import { bucketStore } from "../../lib/store/bucket.ts";
import { createS3 } from "../../lib/store/client.ts";
import { getJson } from "../../lib/store/object.ts";
import { makeVolume, runAll } from "../step/volume.ts";
import { endpoint, test } from "./lane.ts";

/*
 * The handlers in this process, one after another as the state machine has them, on the emulator's real S3 and
 * Step Functions wire. The deployed whole is another test.
 */

const project = "lab a+b/größe 50%";
const id = randomUUID();
const bucket = { uploads: `uploads-${id}`, work: `work-${id}`, output: `output-${id}` };
const region = "us-east-1";
const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const client = createS3({ endpoint, region, credentials });
const machines = new SFNClient({ endpoint, region, credentials });
const storeOf = (name: keyof typeof bucket, prefix: string) =>
  bucketStore({ client, bucket: bucket[name], prefix });
const uploads = storeOf("uploads", project);
const desk = storeOf("work", project);

type Counts = { encode: number; pyramid: number; mesh: number; verify: number };
type Handler = (event: unknown) => Promise<Record<string, unknown>>;
const handlers: Record<string, Handler> = {};
let stateMachineArn: string;

beforeAll(async () => {
  for (const Bucket of Object.values(bucket)) await client.send(new CreateBucketCommand({ Bucket }));
  stateMachineArn = await makeMachine();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    UPLOADS_BUCKET: bucket.uploads,
    WORK_BUCKET: bucket.work,
    OUTPUT_BUCKET: bucket.output,
    OUTPUT_URL: "https://out.example",
    VIEWER_URL: "https://viewer.example/",
    DEFAULT_CHUNK: "32",
    STATE_MACHINE_ARN: stateMachineArn,
  });
  for (const name of ["trigger", "plan", "encode", "pyramid", "mesh", "verify", "publish", "fail"]) {
    handlers[name] = ((await import(`../../lambdas/${name}.ts`)) as { handler: Handler }).handler;
  }
});

/** A state machine that does nothing: what counts here is that it is started, and how often. */
async function makeMachine(): Promise<string> {
  const formation = new CloudFormationClient({ endpoint, region, credentials });
  const StackName = `machine-${id}`;
  const principal = {
    Effect: "Allow",
    Principal: { Service: "states.amazonaws.com" },
    Action: "sts:AssumeRole",
  };
  const template = {
    Resources: {
      Role: {
        Type: "AWS::IAM::Role",
        Properties: { AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [principal] } },
      },
      Machine: {
        Type: "AWS::StepFunctions::StateMachine",
        Properties: {
          RoleArn: { "Fn::GetAtt": ["Role", "Arn"] },
          DefinitionString: '{"StartAt":"Hold","States":{"Hold":{"Type":"Pass","End":true}}}',
        },
      },
    },
    Outputs: { Arn: { Value: { Ref: "Machine" } } },
  };
  await formation.send(
    new CreateStackCommand({
      StackName,
      TemplateBody: JSON.stringify(template),
      Capabilities: ["CAPABILITY_IAM"],
    }),
  );
  await waitUntilStackCreateComplete({ client: formation, maxWaitTime: 30, minDelay: 1 }, { StackName });
  const { Stacks } = await formation.send(new DescribeStacksCommand({ StackName }));
  return Stacks?.[0]?.Outputs?.[0]?.OutputValue as string;
}

const call = (name: string, event: unknown) => (handlers[name] as Handler)(event);
const volume = () => makeVolume([70, 66, 20], (x, y, z) => BigInt((x >> 4) + (y >> 4) + (z >> 3)) << 40n);

/** As S3 writes keys into events. */
const encoded = (key: string) => encodeURIComponent(key).replaceAll("%2F", "/").replaceAll("%20", "+");
const eventOf = (...names: string[]) => ({
  Records: names.map((name) => ({
    eventTime: new Date().toISOString(),
    s3: { object: { key: encoded(`${project}/${name}`) } },
  })),
});

async function executions(): Promise<string[]> {
  const { executions: all = [] } = await machines.send(new ListExecutionsCommand({ stateMachineArn }));
  return all.map(({ name }) => name as string);
}

test("the trigger waits, starts once, and says so in the status", async () => {
  const { input } = await volume();
  for (const [name, { bytes, options }] of input.objects) {
    if (name === "info") continue;
    await uploads.put(name, bytes, options);
  }
  expect(await call("trigger", eventOf("z0.tif", "z1.tif"))).toEqual({ started: [] });
  expect(await getJson(desk, "status.json")).toMatchObject({ project, state: "waiting" });
  await uploads.put("info", input.objects.get("info")?.bytes as Uint8Array, { contentType: "text/plain" });
  const events = Array.from({ length: 12 }, (_, i) => eventOf("info", `z${i}.tif`));
  const answers = await Promise.all(events.map((event) => call("trigger", event)));
  const started = answers.flatMap((answer) => answer["started"] as string[]);
  expect(started, "of twelve that look at once one starts it").toHaveLength(1);
  expect(await call("trigger", eventOf("info", "z3.tif"))).toEqual({ started: [] });
  expect(await executions()).toEqual(started);
  expect(await getJson(desk, "status.json")).toMatchObject({
    state: "running",
    executionArn: `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${started[0]}`,
  });
});

/** Of the latest plan; the state machine hands it on to publish. */
let usage: Usage;
/** Its lists that are maps inside a map. */
let insideMaps: number;

/** Plan to verify. @returns the stages that the status told of */
async function runStages(run: string): Promise<string[]> {
  const told = new Set<string>();
  const look = async () => told.add((await getJson<{ stage: string }>(desk, "status.json")).stage);
  const planned = (await call("plan", { project, run })) as {
    encode: { items: string };
    pyramid: { items: string }[];
    mesh: { items: string }[];
    verify: { items: string }[];
    usage: Usage;
  };
  usage = planned.usage;
  insideMaps = planned.pyramid.length + planned.mesh.length + planned.verify.length;
  await look();
  expect(JSON.stringify(planned).length).toBeLessThan(10_000);
  const lists = [
    ["encode", planned.encode],
    ...planned.pyramid.map((one) => ["pyramid", one] as const),
    ...planned.mesh.map((one) => ["mesh", one] as const),
    ...planned.verify.map((one) => ["verify", one] as const),
  ] as const;
  for (const [stage, { items }] of lists) {
    for (const batch of await getJson<unknown[]>(storeOf("work", ""), items)) {
      expect(await call(stage, { project, run, batch })).toEqual({});
      await look();
    }
  }
  return [...told];
}

const runOf = async () => (await getJson<{ run: string }>(desk, "status.json")).run;

test("the stages make what they make here, byte for byte, and publish it", async () => {
  const run = await runOf();
  expect(await runStages(run), "the status follows the stages").toEqual([
    "plan",
    "encode",
    "pyramid",
    "mesh",
  ]);
  const stateUrl = "https://out.example/lab%20a%2Bb/gr%C3%B6%C3%9Fe%2050%25/state.json";
  const page = stateUrl.replace("state.json", "index.html");
  const link = `https://viewer.example/#!${stateUrl}`;
  const segments = (await getJson<unknown[]>(desk, `${run}/segments/0.json`)).length;
  expect(await call("publish", { project, run, usage })).toEqual({
    project,
    run,
    inlineLink: expect.stringMatching(/^https:\/\/viewer\.example\/#!%7B/),
    link,
    stateUrl,
    page,
    summary: { voxels: 70 * 66 * 20, segments },
  });
  expect(await getJson(desk, "status.json")).toMatchObject({ state: "done", link, stateUrl, page, run });
  type Account = { batches: Counts; total: Usage; cost: Cost };
  const { batches, total, cost } = await getJson<Account>(storeOf("work", `${project}/${run}`), "usage.json");
  // This process is all functions: it was started once.
  const calls = batches.encode + batches.pyramid + batches.mesh + batches.verify + 2;
  expect(total).toMatchObject({
    calls,
    starts: 1,
    transitions: transitionsOf({ ...batches, lists: insideMaps }),
  });
  expect(total.puts).toBeGreaterThan(40);
  expect(total.inputBytes).toBeGreaterThan(1000);
  expect(cost.usd).toBeGreaterThan(total.puts * 5e-6);

  const here = await volume();
  await runAll(here, { settings: { chunk: 32 } });
  const there = storeOf("output", project);
  const entries = ["index.html", "info", "state.json"];
  const versioned = [...here.output.objects].filter(([key]) => !entries.includes(key));
  const keys: string[] = [];
  for await (const key of there.list("")) keys.push(key);
  expect(keys.sort()).toEqual([...entries, ...versioned.map(([key]) => `${run}/${key}`)].sort());
  for (const [key, { bytes, options }] of versioned) {
    const object = await there.get(`${run}/${key}`);
    expect(Buffer.compare(object?.bytes ?? new Uint8Array(0), bytes), key).toBe(0);
    const Key = `${project}/${run}/${key}`;
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket.output, Key }));
    expect([head.ContentType, head.ContentEncoding, head.CacheControl], key).toEqual([
      options.contentType,
      options.contentEncoding,
      "public, max-age=31536000, immutable",
    ]);
  }
  const info = JSON.stringify(await getJson(there, "info"));
  expect(info.replaceAll(`${run}/`, "")).toBe(JSON.stringify(await getJson(here.output, "info")));
});

test("the same run again does only what is missing, and says how much was there", async () => {
  const run = await runOf();
  const output = storeOf("output", project);
  const chunks: string[] = [];
  for await (const key of output.list(`${run}/8nm/`)) chunks.push(key);
  const [lost] = chunks.sort() as [string];
  const whole = (await output.get(lost))?.bytes;
  await output.delete(lost);
  const info = vi.spyOn(logger, "info");
  await runStages(run);
  const lines = info.mock.calls
    .filter(([message]) => message === "batch")
    .map(([, about]) => about as { items: number });
  info.mockRestore();
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.filter((line) => "skipped" in line && line.skipped === false)).toEqual([
    expect.objectContaining({ stage: "encode" }),
  ]);
  expect((await output.get(lost))?.bytes).toEqual(whole);
  const length = lines.reduce((sum, { items }) => sum + items, 0);
  expect(length).toBeGreaterThan(10);
  const status = await getJson<Status>(desk, "status.json");
  expect(status).toMatchObject({ items: { all: length, already: length } });
  expect(await describe(status)).toContain(`(${length} of ${length} items were there already)`);
  await call("publish", { project, run });
  expect(await getJson(desk, "status.json")).toMatchObject({ state: "done", items: { already: length } });
});

test("a broken slice: its name and what is wrong with it come to the execution's error and the status", async () => {
  const before = await getJson(storeOf("output", project), "info");
  const slice = (await uploads.get("z8.tif"))?.bytes as Uint8Array;
  const broken = new Uint8Array(slice).fill(0xff, 20, 60);
  await uploads.put("z8.tif", broken, { contentType: "image/tiff" });
  const { started } = (await call("trigger", eventOf("z8.tif"))) as { started: string[] };
  expect(started).toHaveLength(1);
  const run = await runOf();
  const error = (await runStages(run).catch((error) => error)) as Error;
  expect(error).toMatchObject({ name: "InputError", message: expect.stringMatching(/^z8\.tif: /) });
  const answer = await call("fail", { project, run, error: { Error: "States.X", Cause: "threshold" } });
  expect(answer).toEqual({ error: "InputError", cause: error.message });
  expect(await getJson(desk, "status.json")).toMatchObject({
    state: "failed",
    message: error.message,
    faults: [{ file: "z8.tif" }],
  });
  expect(await getJson(storeOf("output", project), "info")).toEqual(before);
});
