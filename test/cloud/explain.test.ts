import { expect, test } from "vitest";
import { explain } from "../../lib/cloud/explain.ts";
import { InputError } from "../../lib/format/error.ts";

const named = (name: string, message: string) => Object.assign(new Error(message), { name });

test.each([
  [named("CredentialsProviderError", "Could not load credentials from any providers"), /aws configure/],
  [named("ExpiredToken", "The provided token has expired."), /aws sso login/],
  [
    named("InvalidClientTokenId", "The security token included in the request is invalid."),
    /does not know these credentials/,
  ],
  [named("Error", "Region is missing"), /AWS_REGION/],
  [
    named(
      "Error",
      "cdk deploy ended with 1:\n SSM parameter /cdk-bootstrap/hnb659fds/version not found. Has the environment been bootstrapped?",
    ),
    /--bootstrap/,
  ],
  [named("Error", "API: s3:PutBucketPolicy Access Denied"), /npm run deploy -- -c publicRead=false/],
  [named("NoSuchBucket", "The specified bucket does not exist"), /npm run deploy/],
  [
    named("AccessDenied", "User: arn:aws:iam::1:user/x is not authorized to perform: s3:PutObject"),
    /lacks the right/,
  ],
  [named("Error", "connect ECONNREFUSED 127.0.0.1:4566"), /AWS_ENDPOINT_URL/],
])("%s: what happened, and what to type next", (error, advice) => {
  const text = explain(error);
  expect(text).toMatch(advice);
  expect(text.startsWith(`error: ${error.message.trim()}`)).toBe(true);
  expect(text).not.toMatch(/\n\s+at /);
});

test("faults of the input speak for themselves", () => {
  const error = new InputError({ file: "z3.tif", found: "is empty", advice: "Replace it" });
  expect(explain(error)).toBe("error: z3.tif: is empty. Replace it");
});
