import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";

/**
 * The S3 client of functions and commands: one per process, since it keeps connections and the pace that S3
 * has asked for. `AWS_ENDPOINT_URL` points it to an emulator, whose buckets are folders and not host names.
 */
export function createS3(config: S3ClientConfig = {}): S3Client {
  const emulated = process.env["AWS_ENDPOINT_URL_S3"] ?? process.env["AWS_ENDPOINT_URL"] ?? config.endpoint;
  return new S3Client({
    retryMode: "adaptive",
    maxAttempts: 8,
    forcePathStyle: emulated !== undefined,
    // A connection that says nothing is given up and tried again, long before a function's time is over.
    requestHandler: { connectionTimeout: 5000, requestTimeout: 60_000, throwOnRequestTimeout: true },
    ...config,
  });
}
