import type { Template } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test } from "vitest";
import { functionNames } from "../../lib/stack/config.ts";
import { listOf, onlyOf, resourcesOf, statementsOf, templateOf, textOf, titleOf } from "./synth.ts";

let template: Template;
let hidden: Template;
beforeAll(() => {
  template = templateOf();
  hidden = templateOf({ publicRead: "false", notify: "lab@example.org", memory: '{"mesh":3538}' });
});

const functionOf = (of: Template, name: string) =>
  resourcesOf(of, "AWS::Lambda::Function").get(`Functions${titleOf(name)}`)!;
const policyOf = (of: Template, name: string) =>
  resourcesOf(of, "AWS::IAM::Policy").get(`Functions${titleOf(name)}ServiceRoleDefaultPolicy`)!;

/** What a function may do, each action with the resource it is for. Denials have a `-` before them. */
function rightsOf(name: string): string[] {
  return statementsOf(policyOf(template, name))
    .flatMap(({ Effect, Action, Resource }) =>
      listOf(Action).flatMap((action) =>
        listOf(Resource).map((at) => `${Effect === "Deny" ? "-" : ""}${action} ${textOf(at)}`),
      ),
    )
    .filter((right) => !right.includes(" xray:") && !right.startsWith("xray:"))
    .sort();
}

test("arm64, Node 24, traced, their own logs, no reserved concurrency, default disk", () => {
  for (const name of functionNames) {
    const { Properties } = functionOf(template, name);
    expect(Properties).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      TracingConfig: { Mode: "Active" },
      LoggingConfig: { LogGroup: { Ref: expect.stringContaining(`Functions${titleOf(name)}Logs`) } },
      Handler: "index.handler",
    });
    expect(Properties).not.toHaveProperty("ReservedConcurrentExecutions");
    expect(Properties).not.toHaveProperty("EphemeralStorage");
  }
  for (const { Properties } of resourcesOf(template, "AWS::Logs::LogGroup").values()) {
    expect(Properties["RetentionInDays"]).toBe(30);
  }
});

test("memory is the configuration's, time is enough for an item and within Lambda's", () => {
  const of = (name: string) => functionOf(hidden, name).Properties;
  expect(of("mesh")).toMatchObject({ MemorySize: 3538, Timeout: 900 });
  expect(of("encode")).toMatchObject({ MemorySize: 1769, Timeout: 900 });
  expect(of("trigger")).toMatchObject({ MemorySize: 512, Timeout: 120 });
});

test("the environment says where things are, and holds no secrets", () => {
  const own = ["UPLOADS_BUCKET", "WORK_BUCKET", "OUTPUT_BUCKET", "OUTPUT_URL", "VIEWER_URL", "DEFAULT_CHUNK"];
  for (const name of functionNames) {
    const { Variables } = functionOf(template, name).Properties["Environment"] as {
      Variables: Record<string, unknown>;
    };
    const further = name === "trigger" ? ["NODE_OPTIONS", "STATE_MACHINE_ARN"] : ["NODE_OPTIONS"];
    expect(Object.keys(Variables).sort()).toEqual([...own, ...further].sort());
    expect(Variables["DEFAULT_CHUNK"]).toBe("128");
    // A base to which /PROJECT is added.
    expect(textOf(Variables["OUTPUT_URL"])).toBe("https://<BucketsOutput.RegionalDomainName>");
  }
});

test("each function has exactly these rights: no one writes uploads, no one deletes", () => {
  const uploads = ["s3:GetObject <BucketsUploads.Arn>/*", "s3:ListBucket <BucketsUploads.Arn>"];
  const work = [
    "s3:GetObject <BucketsWork.Arn>/*",
    "s3:ListBucket <BucketsWork.Arn>",
    "s3:PutObject <BucketsWork.Arn>/*",
  ];
  const output = ["s3:GetObject <BucketsOutput.Arn>/*", "s3:PutObject <BucketsOutput.Arn>/*"];
  // What a reader starts from is publish's to put.
  const butEntries = [
    "-s3:PutObject <BucketsOutput.Arn>/*/index.html",
    "-s3:PutObject <BucketsOutput.Arn>/*/info",
    "-s3:PutObject <BucketsOutput.Arn>/*/state.json",
  ];
  const expected: Record<(typeof functionNames)[number], string[]> = {
    trigger: [...uploads, ...work, "states:StartExecution <PipelineMachine>"],
    plan: [...uploads, ...work],
    encode: [...uploads, ...work, ...output, ...butEntries],
    pyramid: [...work, ...output, ...butEntries],
    mesh: [...work, ...output, ...butEntries],
    verify: [...work, "s3:GetObject <BucketsOutput.Arn>/*", "s3:ListBucket <BucketsOutput.Arn>"],
    publish: [...uploads, ...work, ...output, "s3:ListBucket <BucketsOutput.Arn>"],
    fail: work,
  };
  for (const name of functionNames)
    expect({ name, has: rightsOf(name) }).toEqual({ name, has: expected[name].sort() });
});

test("uploads call the trigger, once for whatever is created; S3 of this bucket only may call it", () => {
  const properties = onlyOf(template, "Custom::S3BucketNotifications");
  expect(properties["NotificationConfiguration"]).toEqual({
    LambdaFunctionConfigurations: [
      {
        Events: ["s3:ObjectCreated:*"],
        LambdaFunctionArn: { "Fn::GetAtt": [expect.stringMatching(/^FunctionsTrigger/), "Arn"] },
      },
    ],
  });
  template.resourceCountIs("AWS::Lambda::Permission", 1);
  template.hasResourceProperties("AWS::Lambda::Permission", {
    Principal: "s3.amazonaws.com",
    SourceAccount: { Ref: "AWS::AccountId" },
  });
});

test("an upload that could not be looked at is told, if there is someone to tell", () => {
  template.resourceCountIs("AWS::Lambda::EventInvokeConfig", 0);
  expect(onlyOf(hidden, "AWS::Lambda::EventInvokeConfig")).toMatchObject({
    FunctionName: { Ref: expect.stringMatching(/^FunctionsTrigger/) },
    DestinationConfig: { OnFailure: { Destination: { Ref: expect.stringMatching(/^Runs/) } } },
  });
});
