import { Duration, RemovalPolicy } from "aws-cdk-lib";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type CorsRule,
  HttpMethods,
  ObjectOwnership,
} from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { cors } from "../format/cors.ts";
import type { Config } from "./config.ts";

export type BucketsProps = {
  /** Public or not, what is kept and for how long. */
  readonly config: Config;
};

const anyOrigin: CorsRule = {
  allowedOrigins: [cors.origin],
  allowedMethods: cors.methods.map((method) => HttpMethods[method]),
  allowedHeaders: [cors.headers],
  exposedHeaders: [...cors.exposed],
  maxAge: cors.maxAge,
};

/**
 * Where things lie: uploads (private, never written by the pipeline), work (private, expires), output (read by
 * browsers). Nothing the pipeline writes can trigger it, since it never writes into uploads.
 */
export class Buckets extends Construct {
  readonly uploads: Bucket;
  readonly work: Bucket;
  readonly output: Bucket;

  constructor(scope: Construct, id: string, { config }: BucketsProps) {
    super(scope, id);
    const kept = config.removal === "retain" ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const common: BucketProps = {
      encryption: BucketEncryption.S3_MANAGED,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      // The emulator speaks plain HTTP only, and does enforce this rule.
      enforceSSL: !config.emulator,
    };
    this.uploads = new Bucket(this, "Uploads", {
      ...common,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      removalPolicy: kept,
      // A run pins the content of each slice by its ETag, so old versions would only be paid for.
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(7) }],
    });
    this.work = new Bucket(this, "Work", {
      ...common,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      removalPolicy: kept,
      lifecycleRules: [
        {
          expiration: Duration.days(config.workRetentionDays),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });
    this.output = new Bucket(this, "Output", {
      ...common,
      blockPublicAccess: config.publicRead ? BlockPublicAccess.BLOCK_ACLS_ONLY : BlockPublicAccess.BLOCK_ALL,
      publicReadAccess: config.publicRead,
      removalPolicy: kept,
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      // What only some may read is read beside the viewer: pages of other origins get nothing.
      ...(config.readers === undefined && { cors: [anyOrigin] }),
    });
    // A bucket that stays keeps its policy: else removing the stack would break every published link.
    for (const { policy } of [this.uploads, this.work, this.output]) policy?.applyRemovalPolicy(kept);
  }
}
