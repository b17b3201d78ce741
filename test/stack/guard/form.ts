import { functionNames } from "../../../lib/stack/config.ts";
import { textOf, titleOf } from "../synth.ts";
import type { Rule } from "./access.ts";
import { resourcePoliciesIn, rightsIn, rolesIn } from "./iam.ts";
import { arnOf, resourcesIn, textsIn } from "./view.ts";

/** What a stack is made of. Anything else opens a door that no rule here looks at, so it has to be looked at first. */
const knownTypes = new Set([
  ...["AWS::S3::Bucket", "AWS::S3::BucketPolicy", "Custom::S3BucketNotifications"],
  ...["AWS::IAM::Role", "AWS::IAM::Policy", "AWS::Lambda::Function", "AWS::Lambda::Permission"],
  ...["AWS::Lambda::EventInvokeConfig", "AWS::Logs::LogGroup", "AWS::StepFunctions::StateMachine"],
  ...["AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "AWS::SNS::Subscription"],
  ...["AWS::CloudFront::Distribution", "AWS::CloudFront::OriginAccessControl", "AWS::CloudFront::Function"],
  ...["Custom::CDKBucketDeployment", "AWS::Lambda::LayerVersion", "Custom::S3AutoDeleteObjects"],
]);

export const onlyKnownTypes: Rule = ({ template }) =>
  Object.entries(template.Resources)
    .filter(([, { Type }]) => !knownTypes.has(Type))
    .map(([id, { Type }]) => `${id} is ${Type}, which nobody has looked at`);

const blocked = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

/** Public by policy only, and only the output; never by ACL, as a website, or of another owner. */
export const blockedBuckets: Rule = (view) =>
  resourcesIn(view, "AWS::S3::Bucket").flatMap(([id, properties]) => {
    const isPublic = id === "BucketsOutput" && view.config.publicRead;
    const block = (properties["PublicAccessBlockConfiguration"] ?? {}) as Record<string, unknown>;
    const wanted = isPublic ? blocked.slice(0, 2) : blocked;
    const owner = JSON.stringify(properties["OwnershipControls"] ?? "");
    return [
      ...wanted.filter((name) => block[name] !== true).map((name) => `${id} lacks ${name}`),
      ...["AccessControl", "WebsiteConfiguration", "ReplicationConfiguration"]
        .filter((name) => name in properties)
        .map((name) => `${id} has ${name}`),
      ...(owner.includes("BucketOwnerEnforced") ? [] : [`${id} knows ACLs`]),
      ...(JSON.stringify(properties["BucketEncryption"] ?? "").includes("SSEAlgorithm")
        ? []
        : [`${id} is not encrypted`]),
    ];
  });

/** Who from outside may do anything: strangers are another rule's matter, others are named with their reason. */
const outsiders: readonly { readonly right: RegExp; readonly why: string }[] = [
  { right: /^BucketsOutputPolicy: AWS:\* s3:GetObject$/, why: "the output is public by contract" },
  {
    right:
      /^(BucketsOutput|ViewerFiles)Policy: Service:cloudfront\.amazonaws\.com s3:GetObject if AWS:SourceArn$/,
    why: "CloudFront reads for the readers, of this one distribution",
  },
  {
    right:
      /^ViewerFilesPolicy: AWS:<CustomS3AutoDeleteObjectsCustomResourceProviderRole\.Arn> s3:(DeleteObject\*|GetBucket\*|List\*|PutBucketPolicy)$/,
    why: "the CDK's function empties the viewer's bucket when the stack goes; its files can be built again",
  },
];

export const knownOutsiders: Rule = (view) => [
  ...resourcePoliciesIn(view).flatMap(([id, rights]) =>
    rights
      .filter(({ effect }) => effect === "Allow")
      .flatMap(({ actions, principals, condition }) => {
        const keys = Object.values(condition).flatMap((test) => Object.keys(test));
        const only = keys.length > 0 ? ` if ${keys.join(", ")}` : "";
        return principals.flatMap((who) => actions.map((action) => `${id}: ${who} ${action}${only}`));
      })
      .filter((text) => !outsiders.some(({ right }) => right.test(text)))
      .map((text) => `${text} is not explained`),
  ),
  ...resourcesIn(view, "AWS::Lambda::Permission").flatMap(([id, properties]) => {
    const { Principal, SourceAccount, SourceArn } = properties;
    const fine =
      Principal === "s3.amazonaws.com" && SourceAccount && arnOf(SourceArn ?? "") === "<BucketsUploads.Arn>";
    return fine ? [] : [`${id} lets others than the uploads call a function`];
  }),
];

/** Roles are for one service each, with the rights in the template and no others. */
export const plainRoles: Rule = (view) =>
  resourcesIn(view, "AWS::IAM::Role").flatMap(([id, properties]) => {
    const trusted = rightsIn(properties["AssumeRolePolicyDocument"]);
    const service = id === "PipelineMachineRole" ? "states" : "lambda";
    const managed = (properties["ManagedPolicyArns"] ?? []) as unknown[];
    return [
      ...trusted
        .flatMap(({ principals }) => principals)
        .filter((who) => who !== `Service:${service}.amazonaws.com`)
        .map((who) => `${id} is also for ${who}`),
      ...managed
        .map(textOf)
        // Writing to logs is all that it allows.
        .filter((arn) => !/:iam::aws:policy\/service-role\/AWSLambdaBasicExecutionRole$/.test(arn))
        .map((arn) => `${id} has ${arn}`),
    ];
  });

/** Wildcards in what a right is for: each form with what it is needed for. `*` alone only of these actions. */
const wide: readonly { readonly resource: RegExp; readonly actions: RegExp; readonly why: string }[] = [
  {
    resource: /^\*$/,
    actions: /^xray:(PutTelemetryRecords|PutTraceSegments|GetSamplingRules|GetSamplingTargets)$/,
    why: "X-Ray has no resources to name",
  },
  {
    resource: /^\*$/,
    actions:
      /^logs:((Create|Delete|Get|Update)LogDelivery|ListLogDeliveries|Describe(LogGroups|ResourcePolicies)|PutResourcePolicy)$/,
    why: "log delivery of Step Functions has no resources to name",
  },
  {
    resource: /^<Buckets(Uploads|Work|Output)\.Arn>\/\*(\/[a-z.]+)?$/,
    actions: /^s3:(Get|Put)Object$/,
    why: "projects are named by users; bucket and action are exact",
  },
  {
    resource: /^<Functions\w+\.Arn>:\*$/,
    actions: /^lambda:InvokeFunction$/,
    why: "any version of exactly this function",
  },
  {
    resource:
      /^arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<PipelineMachine>\[6\](\/\*)?:\*$/,
    actions: /^states:(Describe|Stop|Redrive)Execution$/,
    why: "a distributed map names its own executions",
  },
];

/** The CDK's function that copies the viewer's files asks by wildcards: for its assets and the viewer's bucket only. */
const copying =
  /^s3:((GetBucket|GetObject|List)\* (arn:<AWS::Partition>:s3:::cdk-\w+-assets-<AWS::AccountId>-<AWS::Region>|<ViewerFiles\.Arn>)|((Abort|DeleteObject)\*|PutObject\w*) <ViewerFiles\.Arn>)(\/\*)?$/;

export const narrowRights: Rule = (view) =>
  [...rolesIn(view)].flatMap(([role, rights]) =>
    rights.flatMap(({ effect, actions, resources, inverted }) => {
      if (inverted.length > 0) return [`${role} has rights by ${inverted.join(", ")}`];
      if (effect !== "Allow") return [];
      return actions
        .flatMap((action) => resources.map((resource) => ({ action, resource })))
        .filter(({ action, resource }) => /[*?]/.test(action + resource))
        .filter(
          (pair) =>
            !wide.some(({ resource, actions: a }) => resource.test(pair.resource) && a.test(pair.action)),
        )
        .map(({ action, resource }) => `${action} ${resource}`)
        .filter(
          (right) => !(/^CustomCDKBucketDeployment\w{32}ServiceRole$/.test(role) && copying.test(right)),
        )
        .map((right) => `${role} may ${right}`);
    }),
  );

/** What functions are told: names, and what each value may look like. Nothing of it opens anything. */
const environment: Readonly<Record<string, RegExp>> = {
  UPLOADS_BUCKET: /^<BucketsUploads>$/,
  WORK_BUCKET: /^<BucketsWork>$/,
  OUTPUT_BUCKET: /^<BucketsOutput>$/,
  OUTPUT_URL:
    /^https:\/\/<(BucketsOutput\.RegionalDomainName|DeliveryDistribution\.DomainName)>$|^http:\/\/127\.0\.0\.1:\d+\/<BucketsOutput>$/,
  VIEWER_URL:
    /^https?:\/\/[^\s"'<>#?@/\\]+\/([^\s"'<>#]*\/)?$|^https:\/\/<DeliveryDistribution\.DomainName>\/viewer\/$/,
  DEFAULT_CHUNK: /^(32|64|128|256)$/,
  NODE_OPTIONS: /^--enable-source-maps$/,
  STATE_MACHINE_ARN: /^<PipelineMachine>$/,
  // Of the CDK's function that copies the viewer's files.
  AWS_CA_BUNDLE: /^\/etc\/pki\/[\w./-]+$/,
};

export const plainEnvironment: Rule = (view) =>
  resourcesIn(view, "AWS::Lambda::Function").flatMap(([id, properties]) => {
    const { Variables = {} } = (properties["Environment"] ?? {}) as { Variables?: Record<string, unknown> };
    return Object.entries(Variables)
      .filter(([name, value]) => !environment[name]?.test(textOf(value)))
      .map(([name, value]) => `${id} is told ${name}=${textOf(value)}`);
  });

/** Forms that credentials have, and words that stand before them. */
const credentials = [
  /\b(AKIA|ASIA|AROA|AIDA)[0-9A-Z]{16}\b/,
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  /\b(gh[pousr]_|github_pat_|xox[abprs]-|sk_live_|npm_)\w{8}/,
  /\beyJ[\w-]{10,}\.[\w-]{10,}\./,
  /(passw(or)?d|secret|token|api_?key|credential)s?["']?\s*[:=]\s*["']?[^\s"']/i,
  /:\/\/[^/\s:@]+:[^/\s@]+@/,
  /\{\{resolve:/,
];

export const noCredentials: Rule = ({ template }) => [
  ...[...textsIn(template)]
    .filter(([, text]) => credentials.some((pattern) => pattern.test(text)))
    .map(([at]) => `something like credentials at ${at}`),
  ...Object.entries(template.Parameters ?? {})
    .filter(([name]) => name !== "BootstrapVersion")
    .map(([name]) => `a parameter ${name}`),
];

/** Nothing is logged for ever. A function without a log group of the stack gets one that is. */
export const logsEnd: Rule = (view) => {
  const groups = new Map(resourcesIn(view, "AWS::Logs::LogGroup"));
  const isOurs = (reference: unknown) =>
    groups.has((textOf(reference ?? "").match(/^<(\w+?)(\.Arn)?>$/) ?? [])[1] ?? "");
  const functions = resourcesIn(view, "AWS::Lambda::Function");
  const machines = resourcesIn(view, "AWS::StepFunctions::StateMachine");
  type Logging = {
    LogGroup?: unknown;
    Destinations?: { CloudWatchLogsLogGroup: { LogGroupArn: unknown } }[];
  };
  return [
    ...[...groups]
      .filter(([, { RetentionInDays }]) => RetentionInDays !== view.config.logRetentionDays)
      .map(([id]) => `${id} does not end`),
    ...functions
      .filter(([, { LoggingConfig }]) => !isOurs((LoggingConfig as Logging | undefined)?.LogGroup))
      .map(([id]) => `${id} logs elsewhere`),
    ...machines
      .filter(([, { LoggingConfiguration }]) => {
        const [first] = (LoggingConfiguration as Logging | undefined)?.Destinations ?? [];
        return !isOurs(first?.CloudWatchLogsLogGroup.LogGroupArn);
      })
      .map(([id]) => `${id} logs elsewhere`),
  ];
};

/** Code that is not of this project: functions of the CDK, and whether the template holds their text. */
const helpers: readonly { readonly id: RegExp; readonly inline: boolean; readonly for: string }[] = [
  { id: /^BucketNotificationsHandler[0-9a-f]{32}$/, inline: true, for: "uploads start runs" },
  { id: /^CustomCDKBucketDeployment[0-9A-F]{32}$/, inline: false, for: "the viewer's files are copied" },
  {
    id: /^CustomS3AutoDeleteObjectsCustomResourceProviderHandler$/,
    inline: false,
    for: "and go with the stack",
  },
];

export const knownCode: Rule = (view) => {
  const own = functionNames.map((name) => `Functions${titleOf(name)}`);
  return resourcesIn(view, "AWS::Lambda::Function").flatMap(([id, properties]) => {
    const helper = helpers.find((one) => one.id.test(id));
    if (!own.includes(id) && helper === undefined) return [`${id} is a function that nobody has looked at`];
    const inline = "ZipFile" in (properties["Code"] as object);
    return inline === (helper?.inline ?? false)
      ? []
      : [`${id} has its code ${inline ? "in" : "outside"} the template`];
  });
};
