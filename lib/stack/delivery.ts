import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HttpVersion,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { Buckets } from "./buckets.ts";

export type DeliveryProps = {
  /** The output of these is delivered. */
  readonly buckets: Buckets;
};

/**
 * For accounts that allow no public bucket: CloudFront reads the private output bucket by origin access control.
 * Objects say by themselves how long they may be cached; nothing is compressed again.
 */
export class Delivery extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, { buckets }: DeliveryProps) {
    super(scope, id);
    const distribution = new Distribution(this, "Distribution", {
      comment: "neuropress datasets",
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(buckets.output as IBucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD_OPTIONS,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        originRequestPolicy: OriginRequestPolicy.CORS_S3_ORIGIN,
        responseHeadersPolicy: ResponseHeadersPolicy.CORS_ALLOW_ALL_ORIGINS_WITH_PREFLIGHT,
        compress: false,
      },
    });
    this.url = `https://${distribution.distributionDomainName}`;
  }
}
