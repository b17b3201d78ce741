import { cors } from "../format/cors.ts";

/** What a bucket needs so that browsers may read a dataset in it. */

/** The CORS rule, in the form of `aws s3api put-bucket-cors` and of the console. */
export const corsRule = {
  CORSRules: [
    {
      AllowedOrigins: [cors.origin],
      AllowedMethods: cors.methods,
      AllowedHeaders: [cors.headers],
      ExposeHeaders: cors.exposed,
      MaxAgeSeconds: cors.maxAge,
    },
  ],
} as const;

/** New buckets forbid public policies; ACLs stay forbidden. */
export const publicAccess = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: false,
  RestrictPublicBuckets: false,
} as const;

/** Reading of single objects by anyone; no listing. */
export function readPolicy(bucket: string, prefix: string): unknown {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "PublicRead",
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: `arn:aws:s3:::${bucket}/${prefix}*`,
      },
    ],
  };
}

/**
 * Asks for objects as a browser of another origin does, without credentials.
 *
 * @param chunk key of a gzipped object
 * @returns what is missing, in words; empty if all is well
 */
export async function checkAccess(url: string, chunk: string | undefined): Promise<string[]> {
  const missing: string[] = [];
  const info = await ask(`${url}/info`);
  if (info === undefined) return [`${url} cannot be reached`];
  if (info.status === 403)
    missing.push("anyone may read: the bucket's policy (or the account's public access block) forbids it");
  else if (info.status !== 200) missing.push(`info: the answer is ${info.status}`);
  if (info.headers.get("access-control-allow-origin") === null)
    missing.push("CORS: browsers of other origins may not read");
  if (chunk === undefined || info.status !== 200) return missing;
  const answer = await ask(`${url}/${chunk}`);
  if (answer?.status !== 200) missing.push(`${chunk}: the answer is ${answer?.status ?? "none"}`);
  else if (answer.headers.get("content-encoding") !== "gzip")
    missing.push(`${chunk}: Content-Encoding is not gzip`);
  return missing;
}

async function ask(url: string): Promise<Response | undefined> {
  return fetch(url, { headers: { Origin: "https://neuroglancer.example" } }).catch(() => undefined);
}
