import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Buckets } from "./buckets.ts";
import type { FunctionName } from "./config.ts";

/**
 * The least that a function needs, action by action. Nobody writes uploads, nobody deletes, and only publish puts
 * what readers start from.
 */
export function rightsOf(name: FunctionName, buckets: Buckets): PolicyStatement[] {
  const own = rights[name];
  const statements: PolicyStatement[] = [];
  for (const bucket of ["uploads", "work", "output"] as const) {
    const { objects = [], list = false } = own[bucket] ?? {};
    const { bucketArn } = buckets[bucket];
    if (objects.length > 0) statements.push(allow(objects, `${bucketArn}/*`));
    if (list) statements.push(allow(["s3:ListBucket"], bucketArn));
  }
  if (own.output?.entry === false) {
    const entries = ["info", "state.json", "index.html"].map(
      (file) => `${buckets.output.bucketArn}/*/${file}`,
    );
    statements.push(
      new PolicyStatement({ effect: Effect.DENY, actions: ["s3:PutObject"], resources: entries }),
    );
  }
  return statements;
}

/** What a function may do with the objects of a bucket. */
type Rights = {
  readonly objects: readonly ("s3:GetObject" | "s3:PutObject")[];
  /** With it S3 says 404 of what is not there, without it 403, as of what is forbidden. */
  readonly list?: boolean;
  /** Whether it may put the files that a reader starts from. */
  readonly entry?: boolean;
};

const readable: Rights = { objects: ["s3:GetObject"], list: true };
/** Items and results; and the status, which is replaced only if it is still the one that was read. */
const own: Rights = { objects: ["s3:GetObject", "s3:PutObject"], list: true };

const chunks: Rights = { objects: ["s3:GetObject", "s3:PutObject"], entry: false };

const rights: Record<FunctionName, Partial<Record<"uploads" | "work" | "output", Rights>>> = {
  trigger: { uploads: readable, work: own },
  plan: { uploads: readable, work: own },
  // They look whether what an earlier try has written is there; what is not seems forbidden, and is done again.
  encode: { uploads: readable, work: own, output: chunks },
  pyramid: { work: own, output: chunks },
  mesh: { work: own, output: chunks },
  // It must know what is missing from what is forbidden, and changes nothing.
  verify: { work: own, output: readable },
  // It looks into chunks for a place to open the viewer at, and at what it is about to replace, which may not be there.
  publish: {
    uploads: readable,
    work: own,
    output: { objects: ["s3:GetObject", "s3:PutObject"], list: true, entry: true },
  },
  fail: { work: own },
};

function allow(actions: readonly string[], resource: string): PolicyStatement {
  return new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources: [resource] });
}
