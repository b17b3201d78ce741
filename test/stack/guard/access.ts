import { functionNames } from "../../../lib/stack/config.ts";
import { titleOf } from "../synth.ts";
import { bucketActions, may, type Question, type Right, resourcePoliciesIn, rolesIn } from "./iam.ts";
import { resourcesIn, type View } from "./view.ts";

/** A rule looks at a template and says in words what is wrong. */
export type Rule = (view: View) => string[];

const bucketsIn = (view: View) => resourcesIn(view, "AWS::S3::Bucket").map(([id]) => id);

/** Objects that stand for all: a slice, work of a run, a chunk, and the files that readers start from. */
const entries = [
  "lab/x/info",
  "lab/x/state.json",
  "lab/x/index.html",
  "x/info",
  "x/state.json",
  "x/index.html",
];
const keys = [
  "x/slice.tif",
  "lab/x/run/plan.json",
  "lab/x/run/8nm/0-64_0-64_0-64",
  "lab/x/run/mesh/7",
  ...entries,
];

const objectsOf = (bucket: string) => keys.map((key) => `<${bucket}.Arn>/${key}`);
const bucketOf = (bucket: string) => `<${bucket}.Arn>`;

/** What may be done to a bucket or its objects, of these actions. */
function doable(
  rights: readonly Right[],
  bucket: string,
  asked: Omit<Question, "action" | "resource"> & { kinds: readonly ("read" | "write")[] },
): string[] {
  const { kinds, ...rest } = asked;
  const found = kinds.flatMap((kind) => [
    ...bucketActions.object[kind].flatMap((action) =>
      objectsOf(bucket).map((resource) => ({ action, resource })),
    ),
    ...bucketActions.bucket[kind].map((action) => ({ action, resource: bucketOf(bucket) })),
  ]);
  return found
    .filter((question) => may(rights, { ...question, ...rest }))
    .map(({ action, resource }) => `${action} ${resource}`);
}

const policyOf = (view: View, bucket: string): Right[] =>
  resourcePoliciesIn(view).find(([id]) => id === `${bucket}Policy`)?.[1] ?? [];

/** Strangers read objects of the output, where the contract says so; nothing else, and nothing in the clear. */
export const strangers: Rule = (view) => {
  const { publicRead, emulator } = view.config;
  const everything = { kinds: ["read", "write"], principal: "AWS:anyone" } as const;
  return bucketsIn(view).flatMap((bucket) => {
    const policy = policyOf(view, bucket);
    const contracted = (what: string) =>
      bucket === "BucketsOutput" && publicRead && /^s3:GetObject </.test(what);
    const over = (secure: boolean) => doable(policy, bucket, { ...everything, secure });
    return [
      ...over(true)
        .filter((what) => !contracted(what))
        .map((what) => `anyone may ${what}`),
      ...over(false)
        .filter((what) => !(emulator && contracted(what)))
        .map((what) => `anyone may ${what} without TLS`),
      ...(bucket === "BucketsOutput" && publicRead && over(true).length === 0
        ? ["nobody may read the output"]
        : []),
    ];
  });
};

/** Not even who has all rights gets through without TLS; but for the emulator, which has nothing else. */
export const tlsOnly: Rule = (view) => {
  if (view.config.emulator) return [];
  const all = {
    effect: "Allow",
    actions: ["*"],
    resources: ["*"],
    principals: ["AWS:*"],
    condition: {},
    inverted: [],
  };
  const open = { kinds: ["read", "write"], principal: "AWS:owner", secure: false } as const;
  const leaks = bucketsIn(view).flatMap((bucket) => doable([...policyOf(view, bucket), all], bucket, open));
  const topics = Object.values(view.template.Resources).filter(({ Type }) => Type === "AWS::SNS::Topic");
  const publish = { action: "sns:Publish", resource: "<Runs>", principal: "AWS:owner", secure: false };
  const topicPolicy = resourcePoliciesIn(view).find(([id]) => id === "RunsPolicy")?.[1] ?? [];
  if (topics.length > 0 && may([...topicPolicy, all], publish)) leaks.push("sns:Publish <Runs>");
  return leaks.map((what) => `${what} is possible without TLS`);
};

/** Nobody writes uploads; what sets up their notifications does that alone. */
export const uploadsUntouched: Rule = (view) =>
  [...rolesIn(view)].flatMap(([role, rights]) =>
    doable(rights, "BucketsUploads", { kinds: ["write"] })
      .filter(
        (what) => !(/^BucketNotificationsHandler/.test(role) && what.startsWith("s3:PutBucketNotification ")),
      )
      .map((what) => `${role} may ${what}`),
  );

/** Work and output are added to by putting objects: nobody deletes them, or opens the buckets. */
export const onlyPuts: Rule = (view) =>
  [...rolesIn(view)].flatMap(([role, rights]) =>
    ["BucketsWork", "BucketsOutput"]
      .flatMap((bucket) => doable(rights, bucket, { kinds: ["write"] }))
      .filter((what) => !what.startsWith("s3:PutObject "))
      .map((what) => `${role} may ${what}`),
  );

/** What readers start from is publish's to put, and nobody else's. */
export const entriesArePublishs: Rule = (view) => {
  const publish = "FunctionsPublishServiceRole";
  const roles = rolesIn(view);
  const places = entries.map((key) => `<BucketsOutput.Arn>/${key}`);
  const putting = (role: string) =>
    places.filter((resource) => may(roles.get(role) ?? [], { action: "s3:PutObject", resource }));
  const others = [...roles.keys()].filter((role) => role !== publish);
  return [
    ...others.flatMap((role) => putting(role).map((place) => `${role} may put ${place}`)),
    ...(putting(publish).length === places.length ? [] : ["publish may not put them all"]),
  ];
};

/** Whom each kind of runs is started by; the machine starts the executions of its own maps. */
export const starters: Rule = (view) => {
  const allowed = ["FunctionsTriggerServiceRole", "PipelineMachineRole"];
  const start = { action: "states:StartExecution", resource: "<PipelineMachine>" };
  return [...rolesIn(view)]
    .filter(([role, rights]) => may(rights, start) !== allowed.includes(role))
    .map(([role, rights]) => `${role} ${may(rights, start) ? "may" : "may not"} start runs`);
};

/** All that the state machine's role may do, as patterns of `action resource`. */
const machineRights = [
  new RegExp(
    `^lambda:InvokeFunction <Functions(${functionNames
      .filter((n) => n !== "trigger")
      .map(titleOf)
      .join("|")})\\.Arn>(:\\*)?$`,
  ),
  /^s3:GetObject <BucketsWork\.Arn>\/\*$/,
  /^states:StartExecution <PipelineMachine>$/,
  /^states:(Describe|Stop|Redrive)Execution arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<PipelineMachine>\[6\](\/\*)?:\*$/,
  /^sns:Publish <Runs>$/,
  /^(logs|xray):\w+ \*$/,
];

export const machineLeast: Rule = (view) => {
  const rights = rolesIn(view).get("PipelineMachineRole") ?? [];
  if (rights.length === 0) return ["the machine has no rights"];
  return rights
    .filter(({ effect }) => effect === "Allow")
    .flatMap(({ actions, resources }) => actions.flatMap((a) => resources.map((r) => `${a} ${r}`)))
    .filter((right) => !machineRights.some((pattern) => pattern.test(right)))
    .map((right) => `the machine may ${right}`);
};
