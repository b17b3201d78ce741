import type { Reply } from "./ask.ts";

/**
 * Says where an S3 bucket really is, when it answers from elsewhere: 301 PermanentRedirect, 307 TemporaryRedirect or 400
 * AuthorizationHeaderMalformed, with the region in a header or in the answer's XML. A browser cannot follow: the answer
 * has no CORS header, and often no address.
 */
export function regionOf({ status, headers, bytes, hops }: Reply): string | undefined {
  const first = hops[0];
  if (first?.headers.has("x-amz-bucket-region"))
    return `the bucket is in ${first.headers.get("x-amz-bucket-region")} (answer ${first.status})`;
  if (status !== 301 && status !== 307 && status !== 400) return undefined;
  const text = new TextDecoder().decode(bytes.subarray(0, 2000));
  const code =
    /<Code>(PermanentRedirect|TemporaryRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException)<\/Code>/.exec(
      text,
    )?.[1];
  const region = headers.get("x-amz-bucket-region") ?? /<Region>([^<]+)<\/Region>/.exec(text)?.[1];
  if (code === undefined && region === undefined) return undefined;
  const endpoint = /<Endpoint>([^<]+)<\/Endpoint>/.exec(text)?.[1];
  const place = [region && `in ${region}`, endpoint && `at ${endpoint}`].filter(Boolean).join(", ");
  return `the bucket is ${place || "in another region"} (answer ${status}${code ? ` ${code}` : ""})`;
}
