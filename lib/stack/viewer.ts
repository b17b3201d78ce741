import { existsSync } from "node:fs";
import path from "node:path";
import { RemovalPolicy } from "aws-cdk-lib";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectOwnership,
} from "aws-cdk-lib/aws-s3";
import {
  BucketDeployment,
  type BucketDeploymentProps,
  CacheControl,
  Source,
} from "aws-cdk-lib/aws-s3-deployment";
import { Construct } from "constructs";
import { InputError } from "../format/error.ts";
import type { Config } from "./config.ts";
import { endLogs } from "./logs.ts";

export type ViewerProps = {
  readonly config: Config;
  /** Folder of the built viewer, if it is not the usual one. */
  readonly files?: string;
};

/** Where the viewer lies, on the distribution and in its bucket. */
export const viewerPath = "viewer";

const usual = path.resolve(import.meta.dirname, "../../viewer/dist");

/** The viewer's files in a private bucket of their own, which goes with the stack: they can be built again. */
export class Viewer extends Construct {
  readonly bucket: Bucket;

  /** @throws InputError if the viewer has not been built */
  constructor(scope: Construct, id: string, { config, files = usual }: ViewerProps) {
    super(scope, id);
    this.bucket = new Bucket(this, "Files", {
      encryption: BucketEncryption.S3_MANAGED,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: !config.emulator,
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: !config.emulator,
    });
    // The emulator cannot run the CDK's functions that put and delete the files: who deploys there does.
    if (!config.emulator) this.#deploy(config, files);
  }

  #deploy({ logRetentionDays: retention }: Config, files: string): void {
    if (!existsSync(path.join(files, "index.html"))) throw notBuilt();
    endLogs(this, "EmptyingLogs", "Custom::S3AutoDeleteObjects", retention);
    const common = {
      sources: [Source.asset(files, { exclude: ["stamp.txt"] })],
      destinationBucket: this.bucket as IBucket,
      destinationKeyPrefix: viewerPath,
      // Who has an older page open may still ask for what belongs to it.
      prune: false,
      logGroup: new LogGroup(this, "Logs", { retention, removalPolicy: RemovalPolicy.DESTROY }),
    } satisfies BucketDeploymentProps;
    // Their names change with their content. Types come from the endings: what copies is the AWS CLI.
    const assets = new BucketDeployment(this, "Assets", {
      ...common,
      exclude: ["index.html"],
      cacheControl: [CacheControl.fromString("public, max-age=31536000, immutable")],
    });
    const page = new BucketDeployment(this, "Page", {
      ...common,
      exclude: ["*"],
      include: ["index.html"],
      cacheControl: [CacheControl.noCache()],
    });
    // The page names the others.
    page.node.addDependency(assets);
  }
}

function notBuilt(): InputError {
  return new InputError({
    file: "viewer/dist",
    found: "viewer=true, but the viewer has not been built",
    advice: "npm run deploy builds it; by hand: cd viewer && npm ci && npm run build",
  });
}
