import type { Host } from "./cause.ts";

/** What kind of server answers, as far as its address and its headers tell. */
export function hostOf(url: string, headers: Headers): Host | undefined {
  const { hostname } = new URL(url);
  const server = headers.get("server") ?? "";
  if (
    /(^|\.)amazonaws\.com(\.cn)?$|\.cloudfront\.net$/.test(hostname) ||
    /AmazonS3|CloudFront/i.test(server) ||
    headers.has("x-amz-request-id")
  )
    return "s3";
  if (
    /(^|\.)(storage\.googleapis\.com|storage\.cloud\.google\.com)$/.test(hostname) ||
    headers.has("x-goog-generation") ||
    headers.has("x-guploader-uploadid")
  )
    return "gcs";
  if (/nginx|openresty/i.test(server)) return "nginx";
  return undefined;
}
