import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { billLine } from "../../lib/cloud/bill.ts";
import type { Batch } from "../../lib/plan/batch.ts";
import { program } from "../../lib/plan/program.ts";
import { isInput, runId } from "../../lib/plan/run.ts";
import type { Usage } from "../../lib/plan/usage.ts";
import { defaults } from "../../lib/stack/config.ts";
import type { Bill } from "../../lib/step/account.ts";
import { bucketStore, createS3 } from "../../lib/store/bucket.ts";
import { type Distance, fill, openBuckets } from "./bucket.ts";
import { type Bundle, makeBundles } from "./bundles.ts";

const start = promisify(execFile);
const project = "bench";
const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };

export type RunOptions = Distance & {
  /** A folder of slices, and the `info` in it or beside it. */
  readonly folder: string;
  /** MB of each function. */
  readonly memory: number;
};

type Called = { answer: Record<string, unknown>; rss: number };
type Planned = { usage: Usage; encode: At; pyramid: At[]; mesh: At[] };
type At = { items: string };

/**
 * A whole run as the state machine has it, one call after another, each in a fresh process with the bundle that is
 * deployed: every call starts cold, which is the most that it can cost. Prints what was used, by stage.
 */
export async function measureRun({ folder, memory, ...distance }: RunOptions): Promise<void> {
  const place = await mkdtemp(path.join(tmpdir(), "neuropress-bench-"));
  const buckets = await openBuckets(distance);
  try {
    const { bundles } = await makeBundles(place);
    const inputBytes = fill(buckets.put, folder, `uploads/${project}`);
    if (!buckets.objects.has(`uploads/${project}/info`))
      fill(buckets.put, path.dirname(folder), `uploads/${project}`);
    const client = createS3({ endpoint: buckets.endpoint, region: "us-east-1", credentials });
    const storeOf = (bucket: string, prefix: string) => bucketStore({ client, bucket, prefix });
    const run = await nameOf(storeOf("uploads", project));
    await storeOf("work", project).put("status.json", statusOf(run), { contentType: "application/json" });
    const call = caller(bundles, buckets.endpoint, memory);
    const rss = new Map<string, number>();
    const told = async (name: string, event: object): Promise<Called> => {
      const called = await call(name, { project, run, ...event });
      rss.set(name, Math.max(rss.get(name) ?? 0, called.rss));
      return called;
    };
    const planned = (await told("plan", {})).answer as unknown as Planned;
    const lists = [
      ["encode", planned.encode],
      ...planned.pyramid.map((one) => ["pyramid", one] as const),
      ...planned.mesh.map((one) => ["mesh", one] as const),
    ] as const;
    for (const [stage, { items }] of lists) {
      const text = new TextDecoder().decode(buckets.objects.get(`work/${items}`));
      for (const batch of JSON.parse(text) as Batch[]) await told(stage, { batch });
    }
    await told("publish", { usage: planned.usage });
    const bill = JSON.parse(
      new TextDecoder().decode(buckets.objects.get(`work/${project}/${run}/usage.json`)),
    ) as Bill & { stages: Record<string, Usage> };
    print(bill, rss, inputBytes);
  } finally {
    await buckets.close();
    await rm(place, { recursive: true });
  }
}

async function nameOf(input: ReturnType<typeof bucketStore>): Promise<string> {
  const files = [];
  for await (const { key: name, ...head } of input.entries())
    if (isInput(name)) files.push({ name, ...head });
  return runId({ project, files, program });
}

/** As the trigger leaves it. */
function statusOf(run: string): Uint8Array {
  const status = { project, run, state: "running", stage: "start", updated: new Date(0).toISOString() };
  return new TextEncoder().encode(JSON.stringify(status));
}

function caller(bundles: readonly Bundle[], endpoint: string, memory: number) {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory),
    UPLOADS_BUCKET: "uploads",
    WORK_BUCKET: "work",
    OUTPUT_BUCKET: "output",
    OUTPUT_URL: "https://out.example",
    VIEWER_URL: "https://viewer.example/",
    DEFAULT_CHUNK: String(defaults.chunk),
    NODE_OPTIONS: "--enable-source-maps",
  };
  return async (name: string, event: object): Promise<Called> => {
    const bundle = bundles.find((one) => one.name === name);
    if (bundle === undefined) throw new Error(`there is no function ${name}`);
    const script = path.join(import.meta.dirname, "invoke.js");
    const { stdout } = await start(process.execPath, [script, bundle.file, JSON.stringify(event)], {
      env,
      maxBuffer: 2 ** 26,
    });
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Called;
  };
}

function print(
  bill: Bill & { stages: Record<string, Usage> },
  rss: ReadonlyMap<string, number>,
  inputBytes: number,
): void {
  const { voxels, total, cost, stages } = bill;
  console.log(
    "| stage | calls | seconds | GB-s | PUT + LIST | GET + HEAD | MB read | MB written | peak memory, MB |",
  );
  console.log("|---|---|---|---|---|---|---|---|---|");
  for (const [stage, used] of Object.entries(stages)) {
    const cells = [
      used.calls,
      used.seconds.toFixed(2),
      used.gbSeconds.toFixed(2),
      `${used.puts} + ${used.lists}`,
      `${used.gets} + ${used.heads}`,
      (used.bytesRead / 1e6).toFixed(1),
      (used.bytesWritten / 1e6).toFixed(1),
      ((rss.get(stage) ?? 0) / 2 ** 20).toFixed(0),
    ];
    console.log(`| ${stage} | ${cells.join(" | ")} |`);
  }
  console.log(`\n${billLine(bill)}`);
  const each = (usd: number) => `${usd.toFixed(6)} USD, ${(usd / (voxels / 1e9)).toFixed(4)} per gigavoxel`;
  for (const [part, usd] of Object.entries(cost.parts)) console.log(`  ${part}: ${each(usd)}`);
  console.log(`  all: ${each(cost.usd)}`);
  console.log(
    `input read: ${(total.inputBytes / inputBytes).toFixed(3)} times (${total.inputBytes} of ${inputBytes} bytes)`,
  );
}
