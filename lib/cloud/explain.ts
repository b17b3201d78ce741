import { InputError } from "../format/error.ts";

/** Errors of AWS that a person can do something about, and what to type next. */
const causes: readonly (readonly [RegExp, string])[] = [
  [
    /CredentialsProviderError|Could not load credentials|Unable to resolve AWS account|Need to perform AWS calls.*no credentials/i,
    "there are no AWS credentials. Type: aws configure (or aws sso login), or set AWS_PROFILE",
  ],
  [/ExpiredToken|token.*expired|SSO.*expired/i, "the AWS credentials have expired. Type: aws sso login"],
  [
    /InvalidClientTokenId|SignatureDoesNotMatch|InvalidAccessKeyId/i,
    "AWS does not know these credentials. Type: aws configure",
  ],
  [
    /Region is missing|Missing region/i,
    "no AWS region is set. Type: export AWS_REGION=eu-central-1 (or yours)",
  ],
  [
    /not been bootstrapped|cdk-bootstrap.*not found|SSM parameter.*bootstrap/i,
    "the account is not prepared for CDK in this region. Type once: npm run deploy -- --bootstrap",
  ],
  [
    /PutBucketPolicy.*(AccessDenied|Access Denied)|BlockPublicPolicy|public polic(y|ies).*block/i,
    "this account forbids public buckets. Deploy behind CloudFront instead: npm run deploy -- -c publicRead=false",
  ],
  [/NoSuchBucket/i, "the bucket of the stack is gone. Deploy again: npm run deploy"],
  [/AccessDenied|not authorized|Forbidden/i, "AWS refuses this to your user: it lacks the right named above"],
  [
    /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|NetworkingError/i,
    "AWS cannot be reached. Is there a network, and is AWS_ENDPOINT_URL right?",
  ],
];

/** An error in plain words with the next thing to type, where we know it. */
export function explain(error: unknown): string {
  if (error instanceof InputError) return `error: ${error.message}`;
  if (!(error instanceof Error)) return `error: ${String(error)}`;
  const said = `${error.name}: ${error.message}`;
  const known = causes.find(([pattern]) => pattern.test(said));
  if (known !== undefined) return `error: ${error.message.trim()}\n${known[1]}`;
  return `error: ${error.message}`;
}
