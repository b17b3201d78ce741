import path from "node:path";
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Architecture, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import { type BundlingOptions, NodejsFunction, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { Buckets } from "./buckets.ts";
import { bundle } from "./bundle.ts";
import { type Config, type FunctionName, functionNames } from "./config.ts";
import { rightsOf } from "./rights.ts";

export type FunctionsProps = {
  /** Memory, log retention and usual chunk size. */
  readonly config: Config;
  /** Where they read and write. */
  readonly buckets: Buckets;
  /** Public base of the datasets, without `/` at its end. */
  readonly outputUrl: string;
  /** Address of the viewer that links open in. */
  readonly viewerUrl: string;
};

const root = path.resolve(import.meta.dirname, "../..");

/** An item is made to take a minute or two; what Lambda allows is room for slow days. */
const minutes: Record<FunctionName, number> = {
  trigger: 2,
  plan: 15,
  encode: 15,
  pyramid: 15,
  mesh: 15,
  verify: 15,
  publish: 15,
  fail: 2,
};

const { alias, target, minify, banner } = bundle;
const bundling: BundlingOptions = {
  target,
  minify,
  banner,
  esbuildArgs: Object.fromEntries(Object.entries(alias).map(([name, file]) => [`--alias:${name}`, file])),
  format: OutputFormat.ESM,
  sourceMap: true,
  // The SDK is bundled: its version is then the tested one, everywhere.
  externalModules: [],
};

/** One function per stage, and those that start and end a run; each bundled whole by esbuild, SDK included. */
export class Functions extends Construct {
  readonly all: Readonly<Record<FunctionName, NodejsFunction>>;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const make = (name: FunctionName) => [name, this.#make(name, props)] as const;
    this.all = Object.fromEntries(functionNames.map(make)) as Record<FunctionName, NodejsFunction>;
  }

  #make(name: FunctionName, props: FunctionsProps): NodejsFunction {
    const { config, buckets } = props;
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
      environment: environment(props),
      bundling,
    });
    for (const statement of rightsOf(name, buckets)) made.addToRolePolicy(statement);
    return made;
  }
}

function environment({ config, buckets, outputUrl, viewerUrl }: FunctionsProps): Record<string, string> {
  return {
    UPLOADS_BUCKET: buckets.uploads.bucketName,
    WORK_BUCKET: buckets.work.bucketName,
    OUTPUT_BUCKET: buckets.output.bucketName,
    OUTPUT_URL: outputUrl,
    VIEWER_URL: viewerUrl,
    DEFAULT_CHUNK: String(config.chunk),
    NODE_OPTIONS: "--enable-source-maps",
  };
}
