import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { App, Validations } from "aws-cdk-lib";
import { Match, type Template } from "aws-cdk-lib/assertions";
import { AwsSolutionsChecks } from "cdk-nag";
import { beforeAll, describe, expect, test } from "vitest";
import { stages } from "../../lib/plan/pipeline.ts";
import { Neuropress } from "../../lib/stack/app.ts";
import { functionNames, parseConfig } from "../../lib/stack/config.ts";
import { explained } from "./explained.ts";
import { resourcesOf, statesOf, templateOf } from "./synth.ts";

let template: Template;
let privately: Template;
beforeAll(() => {
  template = templateOf();
  privately = templateOf({
    publicRead: "false",
    notify: "lab@example.org",
    removal: "destroy",
    maxConcurrency: "7",
  });
}, 60_000);

type Statement = {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Principal?: unknown;
  Condition?: unknown;
};
const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** Statements of the role of a function of ours. */
function statementsOf(name: string): Statement[] {
  const title = name[0]!.toUpperCase() + name.slice(1);
  const policy = resourcesOf(template, "AWS::IAM::Policy").get(`Functions${title}ServiceRoleDefaultPolicy`);
  return (policy!.Properties["PolicyDocument"] as { Statement: Statement[] }).Statement;
}

describe("buckets", () => {
  const bucket = (of: Template, name: string) => resourcesOf(of, "AWS::S3::Bucket").get(`Buckets${name}`)!;

  test("three, encrypted, their owner's, kept when the stack goes", () => {
    template.resourceCountIs("AWS::S3::Bucket", 3);
    for (const name of ["Uploads", "Work", "Output"]) {
      const { Properties, DeletionPolicy } = bucket(template, name);
      expect(JSON.stringify(Properties["BucketEncryption"])).toContain("AES256");
      expect(JSON.stringify(Properties["OwnershipControls"])).toContain("BucketOwnerEnforced");
      expect(DeletionPolicy).toBe("Retain");
      expect(bucket(privately, name).DeletionPolicy).toBe("Delete");
    }
  });

  test("only TLS: every bucket denies plain HTTP", () => {
    const policies = [...resourcesOf(template, "AWS::S3::BucketPolicy").values()];
    expect(policies).toHaveLength(3);
    for (const { Properties } of policies) {
      const { Statement } = Properties["PolicyDocument"] as { Statement: Statement[] };
      expect(Statement).toContainEqual(
        expect.objectContaining({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
      );
    }
  });

  test("only the output is public, by policy and not by ACL, and only for reading objects", () => {
    const blocked = {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    };
    expect(bucket(template, "Uploads").Properties["PublicAccessBlockConfiguration"]).toEqual(blocked);
    expect(bucket(template, "Work").Properties["PublicAccessBlockConfiguration"]).toEqual(blocked);
    expect(bucket(template, "Output").Properties["PublicAccessBlockConfiguration"]).toMatchObject({
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
    });
    const open = [...resourcesOf(template, "AWS::S3::BucketPolicy").values()].flatMap(({ Properties }) =>
      (Properties["PolicyDocument"] as { Statement: Statement[] }).Statement.filter(
        ({ Effect }) => Effect === "Allow",
      ),
    );
    expect(open).toEqual([expect.objectContaining({ Action: "s3:GetObject", Principal: { AWS: "*" } })]);
  });

  test("browsers of any origin may read the output", () => {
    expect(bucket(template, "Output").Properties["CorsConfiguration"]).toEqual({
      CorsRules: [
        {
          AllowedOrigins: ["*"],
          AllowedMethods: ["GET", "HEAD"],
          AllowedHeaders: ["*"],
          ExposedHeaders: ["ETag", "Content-Length", "Content-Range", "Content-Encoding", "Accept-Ranges"],
          MaxAge: 3600,
        },
      ],
    });
  });

  test("work expires, and unfinished uploads are aborted everywhere", () => {
    const rules = (name: string) =>
      (bucket(template, name).Properties["LifecycleConfiguration"] as { Rules: Record<string, unknown>[] })
        .Rules;
    expect(rules("Work")).toEqual([expect.objectContaining({ ExpirationInDays: 7, Status: "Enabled" })]);
    for (const name of ["Uploads", "Work", "Output"]) {
      expect(rules(name)[0]).toHaveProperty("AbortIncompleteMultipartUpload");
    }
    expect(rules("Uploads")[0]).not.toHaveProperty("ExpirationInDays");
    expect(rules("Output")[0]).not.toHaveProperty("ExpirationInDays");
  });

  test("publicRead=false: nothing is public, CloudFront reads by origin access control", () => {
    expect(bucket(privately, "Output").Properties["PublicAccessBlockConfiguration"]).toMatchObject({
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    });
    privately.resourceCountIs("AWS::CloudFront::OriginAccessControl", 1);
    privately.hasResourceProperties("AWS::CloudFront::Distribution", {
      DistributionConfig: Match.objectLike({
        DefaultCacheBehavior: Match.objectLike({
          Compress: false,
          ViewerProtocolPolicy: "redirect-to-https",
        }),
      }),
    });
    template.resourceCountIs("AWS::CloudFront::Distribution", 0);
  });
});

describe("functions", () => {
  const ours = () => resourcesOf(template, "AWS::Lambda::Function");

  test("arm64, Node 24, explicit logs, traced, no reserved concurrency, no secrets", () => {
    for (const name of functionNames) {
      const { Properties } = ours().get(`Functions${name[0]!.toUpperCase()}${name.slice(1)}`)!;
      expect(Properties).toMatchObject({
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        TracingConfig: { Mode: "Active" },
      });
      expect(Properties).toHaveProperty("LoggingConfig");
      expect(Properties).not.toHaveProperty("ReservedConcurrentExecutions");
      const { Variables } = Properties["Environment"] as { Variables: Record<string, unknown> };
      expect(Object.keys(Variables).filter((key) => /SECRET|TOKEN|PASSWORD|KEY/i.test(key))).toEqual([]);
    }
  });

  test("no action has a wildcard, in any policy of the stack", () => {
    let seen = 0;
    for (const of of [template, privately]) {
      for (const { Properties } of resourcesOf(of, "AWS::IAM::Policy").values()) {
        for (const { Action } of (Properties["PolicyDocument"] as { Statement: Statement[] }).Statement) {
          for (const action of list(Action)) {
            seen++;
            expect(action).not.toContain("*");
          }
        }
      }
    }
    expect(seen).toBeGreaterThan(50);
  });

  test("who may do what: no one writes uploads, each writes only its own buckets", () => {
    const rights = (name: string) =>
      statementsOf(name)
        .flatMap(({ Action, Resource }) =>
          list(Resource).flatMap((resource) => {
            const bucket = /Buckets(Uploads|Work|Output)/.exec(JSON.stringify(resource))?.[1];
            return bucket === undefined
              ? []
              : list(Action).map((action) => `${bucket} ${action.replace("s3:", "")}`);
          }),
        )
        .sort();
    const work = ["Work GetObject", "Work ListBucket", "Work PutObject"];
    const uploads = ["Uploads GetObject", "Uploads ListBucket"];
    expect(rights("trigger")).toEqual([...uploads, ...work]);
    expect(rights("plan")).toEqual([...uploads, ...work]);
    expect(rights("encode")).toEqual(["Output PutObject", ...uploads, ...work]);
    expect(rights("pyramid")).toEqual(["Output GetObject", "Output ListBucket", "Output PutObject", ...work]);
    expect(rights("mesh")).toEqual(["Output PutObject", ...work]);
    expect(rights("publish")).toEqual([
      "Output GetObject",
      "Output ListBucket",
      "Output PutObject",
      ...uploads,
      ...work,
    ]);
    expect(rights("fail")).toEqual(work);
  });

  test("only the trigger starts runs, of this machine only", () => {
    for (const name of functionNames) {
      const starts = statementsOf(name).filter(({ Action }) =>
        list(Action).includes("states:StartExecution"),
      );
      expect(starts).toHaveLength(name === "trigger" ? 1 : 0);
    }
  });
});

describe("state machine", () => {
  test("the stages of the pipeline, in their order", () => {
    const titles = stages.map(({ name }) => name[0]!.toUpperCase() + name.slice(1));
    expect(statesOf(template).order).toEqual([...titles, "Done"]);
  });

  test("every fan-out reads its items from S3, is bounded, and tolerates no failure", () => {
    const { all } = statesOf(template);
    const maps = Object.entries(all).filter(([, state]) => state.ItemReader !== undefined);
    expect(maps.map(([name]) => name)).toEqual(
      ["Encode", "Pyramid of a scale", "Mesh"].filter((name) => all[name]),
    );
    for (const [, map] of maps) {
      expect(map.ItemReader).toMatchObject({ ReaderConfig: { InputType: "JSON" } });
      expect(map.ItemSelector).toEqual({
        "project.$": "$.project",
        "run.$": "$.run",
        "item.$": "$$.Map.Item.Value",
      });
      expect(map.ItemProcessor?.ProcessorConfig).toMatchObject({
        Mode: "DISTRIBUTED",
        ExecutionType: "STANDARD",
      });
      expect(map).toMatchObject({ MaxConcurrency: 50, ResultPath: null });
      // Absent means none.
      expect(map.ToleratedFailurePercentage ?? 0).toBe(0);
      expect(map).not.toHaveProperty("ToleratedFailureCount");
    }
    expect(all["Pyramid"]).toMatchObject({ Type: "Map", MaxConcurrency: 1 });
    expect(statesOf(privately).all["Encode"]).toMatchObject({ MaxConcurrency: 7 });
  });

  test("throttling is tried again with back-off and jitter, a fault of the input never", () => {
    const tasks = Object.values(statesOf(template).all).filter(({ Type }) => Type === "Task");
    expect(tasks).toHaveLength(6);
    for (const { Retry } of tasks) {
      expect(Retry!.length).toBe(2);
      for (const { ErrorEquals, BackoffRate, JitterStrategy } of Retry!) {
        expect(ErrorEquals).not.toContain("States.ALL");
        expect(ErrorEquals).not.toContain("States.TaskFailed");
        expect(ErrorEquals).not.toContain("InputError");
        expect({ BackoffRate, JitterStrategy }).toEqual({ BackoffRate: 2, JitterStrategy: "FULL" });
      }
    }
  });

  test("whatever fails leads to the report, and the execution's error is the item's", () => {
    const { all } = statesOf(template);
    for (const { name } of stages) {
      expect(all[name[0]!.toUpperCase() + name.slice(1)]!.Catch).toEqual([
        { ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "Report failure" },
      ]);
    }
    expect(all["Report failure"]!.Next).toBe("Failed");
    expect(all["Failed"]).toMatchObject({ Type: "Fail", ErrorPath: "$.error", CausePath: "$.cause" });
  });

  test("notify: a topic tells the link, or what failed", () => {
    template.resourceCountIs("AWS::SNS::Topic", 0);
    privately.hasResourceProperties("AWS::SNS::Subscription", {
      Protocol: "email",
      Endpoint: "lab@example.org",
    });
    const { order, all } = statesOf(privately);
    expect(order.slice(-2)).toEqual(["Tell the link", "Done"]);
    expect(all["Report failure"]!.Next).toBe("Tell the failure");
  });

  test("it may start the executions of its own maps", () => {
    const policies = JSON.stringify([...resourcesOf(template, "AWS::IAM::Policy").values()]);
    expect(policies).toContain("states:StartExecution");
    expect(policies).toContain("states:RedriveExecution");
  });
});

test("outputs tell where to upload, what came of it and what runs it", () => {
  const names = Object.keys(template.findOutputs("*")).sort();
  expect(names).toEqual([
    "OutputBucket",
    "OutputUrl",
    "Program",
    "StateMachineArn",
    "UploadCommand",
    "UploadsBucket",
    "ViewerLinkBase",
    "WorkBucket",
  ]);
});

test("nothing is named by hand", () => {
  for (const type of [
    "AWS::S3::Bucket",
    "AWS::Lambda::Function",
    "AWS::StepFunctions::StateMachine",
    "AWS::IAM::Role",
  ]) {
    for (const { Properties } of resourcesOf(template, type).values()) {
      for (const name of ["BucketName", "FunctionName", "StateMachineName", "RoleName"]) {
        expect(Properties ?? {}).not.toHaveProperty(name);
      }
    }
  }
});

test("cdk-nag: every finding is explained, and every explanation explains something", () => {
  const used = new Set<RegExp>();
  const unexplained: string[] = [];
  for (const context of [{}, { publicRead: false, notify: "lab@example.org" }] as Record<string, unknown>[]) {
    for (const rule of findings(context)) {
      const entry = explained.find((one) => one.rule.test(rule));
      if (entry === undefined) unexplained.push(rule);
      else used.add(entry.rule);
    }
  }
  expect(unexplained).toEqual([]);
  expect(explained.filter(({ rule }) => !used.has(rule)).map(({ rule }) => rule.source)).toEqual([]);
});

function findings(context: Record<string, unknown>): string[] {
  const outdir = mkdtempSync(path.join(tmpdir(), "neuropress-nag-"));
  const app = new App({ context: { "aws:cdk:bundling-stacks": [] }, outdir });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  new Neuropress(app, "Neuropress", { config: parseConfig((name) => context[name]) });
  try {
    app.synth();
  } catch {
    // Findings make the synthesis fail; the report is written all the same.
  }
  const report = JSON.parse(readFileSync(path.join(outdir, "validation-report.json"), "utf8"));
  rmSync(outdir, { recursive: true });
  const rules = report.pluginReports.flatMap((plugin: { violations: { ruleName: string }[] }) =>
    plugin.violations.map(({ ruleName }) => ruleName),
  );
  expect(rules.length, "the checks must have run").toBeGreaterThan(5);
  return rules;
}
