import path from "node:path";
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Architecture, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import { NodejsFunction, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { Buckets } from "./buckets.ts";
import { type Config, type FunctionName, functionNames } from "./config.ts";

export type FunctionsProps = {
  readonly config: Config;
  readonly buckets: Buckets;
  /** Public base of the datasets, without `/` at its end. */
  readonly outputUrl: string;
};

const root = path.resolve(import.meta.dirname, "../..");
const minutes: Record<FunctionName, number> = {
  trigger: 2,
  plan: 15,
  encode: 15,
  pyramid: 15,
  mesh: 15,
  publish: 15,
  fail: 2,
};

/** What a function may do with the objects of a bucket, and whether it may list them. */
type Rights = { readonly objects: readonly string[]; readonly list?: boolean };
type BucketName = "uploads" | "work" | "output";

/** The least that each function needs. Nobody writes uploads; only publish puts what readers start from. */
const rights: Record<FunctionName, Partial<Record<BucketName, Rights>>> = {
  trigger: {
    uploads: { objects: ["s3:GetObject"], list: true },
    work: { objects: ["s3:GetObject", "s3:PutObject"], list: true },
  },
  plan: {
    uploads: { objects: ["s3:GetObject"], list: true },
    work: { objects: ["s3:GetObject", "s3:PutObject"], list: true },
  },
  encode: {
    uploads: { objects: ["s3:GetObject"], list: true },
    work: { objects: ["s3:GetObject", "s3:PutObject"], list: true },
    output: { objects: ["s3:PutObject"] },
  },
  pyramid: {
    work: { objects: ["s3:GetObject", "s3:PutObject"], list: true },
    output: { objects: ["s3:GetObject", "s3:PutObject"], list: true },
  },
  mesh: {
    work: { objects: ["s3:GetObject", "s3:PutObject"], list: true },
    output: { objects: ["s3:PutObject"] },
  },
  publish: {
    uploads: { objects: ["s3:GetObject"], list: true },
    work: { objects: ["s3:GetObject", "s3:PutObject"], list: true },
    output: { objects: ["s3:GetObject", "s3:PutObject"], list: true },
  },
  fail: { work: { objects: ["s3:GetObject", "s3:PutObject"], list: true } },
};

/** One function per stage, and those that start and end a run; each bundled whole, SDK included. */
export class Functions extends Construct {
  readonly all: Readonly<Record<FunctionName, NodejsFunction>>;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const make = (name: FunctionName) => [name, this.make(name, props)] as const;
    this.all = Object.fromEntries(functionNames.map(make)) as Record<FunctionName, NodejsFunction>;
  }

  private make(name: FunctionName, { config, buckets, outputUrl }: FunctionsProps): NodejsFunction {
    const title = name[0]?.toUpperCase() + name.slice(1);
    const made = new NodejsFunction(this, title, {
      entry: path.join(root, "lambdas", `${name}.ts`),
      projectRoot: root,
      depsLockFilePath: path.join(root, "package-lock.json"),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: config.memory[name],
      timeout: Duration.minutes(minutes[name]),
      tracing: Tracing.ACTIVE,
      logGroup: new LogGroup(this, `${title}Logs`, {
        retention: config.logRetentionDays,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      environment: {
        UPLOADS_BUCKET: buckets.uploads.bucketName,
        WORK_BUCKET: buckets.work.bucketName,
        OUTPUT_BUCKET: buckets.output.bucketName,
        OUTPUT_URL: outputUrl,
        VIEWER_URL: config.viewerUrl,
        DEFAULT_CHUNK: String(config.chunk),
        NODE_OPTIONS: "--enable-source-maps",
      },
      bundling: {
        format: OutputFormat.ESM,
        target: "node24",
        minify: true,
        sourceMap: true,
        // The SDK is bundled: its version is then the tested one, everywhere.
        externalModules: [],
        // Some packages call require at run time, which ESM bundles lack.
        banner: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
      },
    });
    for (const bucket of Object.keys(rights[name]) as BucketName[]) {
      grant(made, buckets[bucket], rights[name][bucket] as Rights);
    }
    return made;
  }
}

function grant(made: NodejsFunction, bucket: Bucket, { objects, list }: Rights): void {
  made.addToRolePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      actions: [...objects],
      resources: [bucket.arnForObjects("*")],
    }),
  );
  if (!list) return;
  // Also makes S3 answer 404 for what is not there, where it would else say 403.
  made.addToRolePolicy(
    new PolicyStatement({ effect: Effect.ALLOW, actions: ["s3:ListBucket"], resources: [bucket.bucketArn] }),
  );
}
