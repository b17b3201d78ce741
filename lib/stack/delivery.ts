import { Fn } from "aws-cdk-lib";
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  HttpVersion,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import type { Bucket, IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { Buckets } from "./buckets.ts";
import type { Config } from "./config.ts";
import { Edge } from "./edge.ts";
import { type Viewer, viewerPath } from "./viewer.ts";

export type DeliveryProps = {
  /** Who may read. */
  readonly config: Config;
  /** The output of these is delivered. */
  readonly buckets: Buckets;
  /** Lies beside the data, so that the two are of one origin. */
  readonly viewer?: Viewer;
};

/**
 * The data, and the viewer if there is one, from one address: CloudFront reads the buckets by origin access control.
 * Objects say by themselves how long they may be cached.
 */
export class Delivery extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, { config, buckets, viewer }: DeliveryProps) {
    super(scope, id);
    const { associations } = new Edge(this, "Edge", { config });
    const common = {
      viewerProtocolPolicy: protocols(config),
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      functionAssociations: associations,
    };
    const distribution = new Distribution(this, "Distribution", {
      comment: "neuropress datasets",
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultBehavior: {
        ...common,
        origin: originOf(buckets.output),
        // Chunks are gzipped already.
        compress: false,
        ...(config.readers === undefined ? anyOrigin : ownOrigin),
      },
      additionalBehaviors: viewer
        ? { [`/${viewerPath}/*`]: { ...common, ...ownOrigin, origin: originOf(viewer.bucket) } }
        : {},
    });
    this.url = urlOf(config, distribution.distributionDomainName);
  }
}

/** Pages of any origin may read: viewers elsewhere, and programs. */
const anyOrigin: Partial<BehaviorOptions> = {
  allowedMethods: AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
  originRequestPolicy: OriginRequestPolicy.CORS_S3_ORIGIN,
  responseHeadersPolicy: ResponseHeadersPolicy.CORS_ALLOW_ALL_ORIGINS_WITH_PREFLIGHT,
};

/** Only pages of this distribution: nothing of CORS is answered. */
const ownOrigin: Partial<BehaviorOptions> = { allowedMethods: AllowedMethods.ALLOW_GET_HEAD };

const originOf = (bucket: Bucket) => S3BucketOrigin.withOriginAccessControl(bucket as IBucket);

/** The emulator has no https. */
function protocols({ emulator }: Config): ViewerProtocolPolicy {
  return emulator ? ViewerProtocolPolicy.ALLOW_ALL : ViewerProtocolPolicy.REDIRECT_TO_HTTPS;
}

/** The emulator answers for its distributions under a name of this machine. */
function urlOf({ emulator }: Config, domain: string): string {
  const endpoint = process.env["AWS_ENDPOINT_URL"];
  if (!emulator || endpoint === undefined) return `https://${domain}`;
  const label = Fn.select(0, Fn.split(".", domain));
  return `http://${label}.cloudfront.localhost:${new URL(endpoint).port}`;
}
