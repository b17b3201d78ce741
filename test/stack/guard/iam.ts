import { listOf } from "../synth.ts";
import { arnOf, plainId, resourcesIn, type View } from "./view.ts";

/** One statement of a policy, its names as text. */
export type Right = {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Of policies of resources: who, as `AWS:*` or `Service:s3.amazonaws.com`. */
  readonly principals: readonly string[];
  readonly condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** What no rule here can judge: NotAction, NotResource, NotPrincipal. */
  readonly inverted: readonly string[];
};

type Document = {
  readonly Statement: Readonly<Record<string, unknown>> | Readonly<Record<string, unknown>>[];
};

export function rightsIn(document: unknown): Right[] {
  return listOf((document as Document).Statement).map((statement) => ({
    effect: String(statement["Effect"]),
    actions: (listOf(statement["Action"] ?? []) as string[]).flat(),
    resources: (listOf(statement["Resource"] ?? []) as unknown[]).flat().map(arnOf),
    principals: principalsOf(statement["Principal"]),
    condition: (statement["Condition"] ?? {}) as Right["condition"],
    inverted: ["NotAction", "NotResource", "NotPrincipal"].filter((name) => name in statement),
  }));
}

/** The rights of each role by its id: of policies beside it, and of those written into it. */
export function rolesIn(view: View): Map<string, Right[]> {
  const roles = new Map<string, Right[]>();
  for (const [id, { Policies = [] }] of resourcesIn(view, "AWS::IAM::Role"))
    roles.set(
      id,
      (Policies as { PolicyDocument: unknown }[]).flatMap((own) => rightsIn(own.PolicyDocument)),
    );
  for (const type of ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"])
    for (const [id, { Roles = [], PolicyDocument }] of resourcesIn(view, type))
      for (const role of Roles as { Ref: string }[]) {
        const rights = roles.get(plainId(role.Ref));
        if (rights === undefined) throw new Error(`${id} is of a role that is not in the template`);
        rights.push(...rightsIn(PolicyDocument));
      }
  return roles;
}

/** Policies that lie on resources: who may come from outside. */
export function resourcePoliciesIn(view: View): [string, Right[]][] {
  const types = ["AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy"];
  return types
    .flatMap((type) => resourcesIn(view, type))
    .map(([id, { PolicyDocument }]) => [id, rightsIn(PolicyDocument)]);
}

export type Question = {
  readonly action: string;
  readonly resource: string;
  /** Of policies of resources; without it whoever holds the policy asks. */
  readonly principal?: string;
  /** Over TLS; yes unless told. */
  readonly secure?: boolean;
};

/**
 * Whether these rights allow it. Where a condition decides that is not about TLS, the answer is the one that lets
 * more through: what is allowed under conditions counts as allowed, what is denied under them does not count.
 */
export function may(rights: readonly Right[], question: Question): boolean {
  const fitting = rights.filter((right) => fits(right, question));
  const denied = fitting.some((right) => right.effect === "Deny" && isMet(right, question, false));
  return !denied && fitting.some((right) => right.effect === "Allow" && isMet(right, question, true));
}

function fits({ actions, resources, principals }: Right, { action, resource, principal }: Question): boolean {
  if (principal !== undefined && !principals.some((one) => one === "AWS:*" || one === principal))
    return false;
  return (
    actions.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
    resources.some((pattern) => matches(pattern, resource))
  );
}

function isMet({ condition }: Right, { secure = true }: Question, unknown: boolean): boolean {
  const parts = Object.entries(condition).flatMap(([test, values]) =>
    Object.entries(values).map(([key, value]) => [test, key, String(value)] as const),
  );
  return parts.every(([test, key, value]) =>
    test === "Bool" && key.toLowerCase() === "aws:securetransport" ? (value === "true") === secure : unknown,
  );
}

/** `*` and `?` as IAM has them: over `/`, too. */
function matches(pattern: string, text: string): boolean {
  const parts = [...pattern].map((sign) =>
    sign === "*" ? ".*" : sign === "?" ? "." : sign.replace(/[.+^${}()|[\]\\]/, "\\$&"),
  );
  return new RegExp(`^${parts.join("")}$`, "s").test(text);
}

function principalsOf(value: unknown): string[] {
  if (value === undefined) return [];
  if (value === "*") return ["AWS:*"];
  return Object.entries(value as Record<string, unknown>).flatMap(([kind, names]) =>
    listOf(names).map((name) => `${kind}:${typeof name === "string" ? name : arnOf(name)}`),
  );
}

/** What can be done to a bucket and its objects, as far as it lets someone read, change or open them. */
export const bucketActions = {
  object: {
    read: [
      "s3:GetObject",
      "s3:GetObjectVersion",
      "s3:GetObjectAcl",
      "s3:GetObjectTagging",
      "s3:GetObjectAttributes",
    ],
    write: [
      ...[
        "s3:PutObject",
        "s3:PutObjectAcl",
        "s3:PutObjectTagging",
        "s3:PutObjectRetention",
        "s3:RestoreObject",
      ],
      ...["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:DeleteObjectTagging", "s3:ReplicateObject"],
      ...["s3:AbortMultipartUpload", "s3:BypassGovernanceRetention", "s3:ObjectOwnerOverrideToBucketOwner"],
    ],
  },
  bucket: {
    read: [
      ...["s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads", "s3:GetBucketPolicy"],
      ...["s3:GetBucketAcl", "s3:GetBucketCORS", "s3:GetBucketLocation"],
    ],
    write: [
      ...["s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutBucketAcl", "s3:PutBucketPublicAccessBlock"],
      ...[
        "s3:PutBucketCORS",
        "s3:PutBucketWebsite",
        "s3:PutBucketOwnershipControls",
        "s3:PutEncryptionConfiguration",
      ],
      ...[
        "s3:PutLifecycleConfiguration",
        "s3:PutReplicationConfiguration",
        "s3:PutBucketNotification",
        "s3:DeleteBucket",
      ],
    ],
  },
} as const;
