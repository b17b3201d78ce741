import type { Template } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test } from "vitest";
import { stages } from "../../lib/plan/pipeline.ts";
import { transitionsOf } from "../../lib/plan/usage.ts";
import { type State, statesOf } from "./states.ts";
import { listOf, onlyOf, resourcesOf, statementsOf, templateOf, textOf, titleOf } from "./synth.ts";

let template: Template;
let told: Template;
beforeAll(() => {
  template = templateOf();
  told = templateOf({ notify: "lab@example.org", maxConcurrency: "7" });
});

const calls = (of: Template) =>
  Object.entries(statesOf(of).all).filter(([, { Resource }]) => Resource?.startsWith("<Functions"));

test("the stages of the pipeline, all of them, in their order", () => {
  expect(statesOf(template).order).toEqual([...stages.map(({ name }) => titleOf(name)), "Done"]);
});

test("every stage calls its own function with the state, or with the item", () => {
  const called = calls(template).map(([name, { Resource, Parameters }]) => [name, Resource, Parameters]);
  expect(called).toEqual(
    expect.arrayContaining([
      ["Plan", "<FunctionsPlan.Arn>", undefined],
      ["Encode a batch", "<FunctionsEncode.Arn>", undefined],
      ["Pyramid a batch", "<FunctionsPyramid.Arn>", undefined],
      ["Mesh a batch", "<FunctionsMesh.Arn>", undefined],
      ["Verify a batch", "<FunctionsVerify.Arn>", undefined],
      ["Publish", "<FunctionsPublish.Arn>", undefined],
      ["Report failure", "<FunctionsFail.Arn>", undefined],
    ]),
  );
  expect(called).toHaveLength(7);
});

test("every fan-out reads its items from the work bucket, is bounded, and tolerates no failure", () => {
  const { all } = statesOf(template);
  const maps: [string, string][] = [
    ["Encode", "$.encode.items"],
    ["Pyramid of a list", "$.items"],
    ["Mesh of a list", "$.items"],
    ["Verify of a list", "$.items"],
  ];
  const readers = Object.keys(all).filter((name) => all[name]?.ItemReader !== undefined);
  expect(readers.sort()).toEqual(maps.map(([name]) => name).sort());
  for (const [name, key] of maps) {
    const map = all[name] as State;
    expect(map.ItemReader).toEqual({
      Resource: "arn:<AWS::Partition>:states:::s3:getObject",
      ReaderConfig: { InputType: "JSON" },
      Parameters: { Bucket: "<BucketsWork>", "Key.$": key },
    });
    expect(map.ItemSelector).toEqual({
      "project.$": "$.project",
      "run.$": "$.run",
      "batch.$": "$$.Map.Item.Value",
    });
    expect(map.ItemProcessor?.ProcessorConfig).toEqual({ Mode: "DISTRIBUTED", ExecutionType: "STANDARD" });
    expect(map).toMatchObject({ MaxConcurrency: 50, ResultPath: null });
    // Absent means none.
    expect(map.ToleratedFailurePercentage ?? 0).toBe(0);
    expect(map).not.toHaveProperty("ToleratedFailureCount");
    expect(statesOf(told).all[name]).toMatchObject({ MaxConcurrency: 7 });
  }
});

test("scales one after another, packs before segments, and the verification last before publishing", () => {
  for (const name of ["Pyramid", "Mesh", "Verify"]) {
    expect(statesOf(template).all[name]).toMatchObject({
      Type: "Map",
      MaxConcurrency: 1,
      ItemsPath: `$.${name.toLowerCase()}`,
      ResultPath: null,
      ItemSelector: { "project.$": "$.project", "run.$": "$.run", "items.$": "$$.Map.Item.Value.items" },
    });
  }
  expect(statesOf(template).all["Verify"]!.Next).toBe("Publish");
});

test("the language is that of paths, and no feature that emulators lack is used", () => {
  const { text } = statesOf(template);
  for (const word of ["JSONata", "ItemBatcher", "ResultWriter"]) expect(text).not.toContain(word);
});

test("service faults and throttling are tried again with back-off and jitter, the input's never", () => {
  const tasks = calls(template);
  expect(tasks).toHaveLength(7);
  for (const [, { Retry = [] }] of tasks) {
    expect(Retry).toHaveLength(3);
    const errors = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
    for (const never of ["States.ALL", "States.TaskFailed", "InputError", "Error"])
      expect(errors).not.toContain(never);
    for (const often of [
      "Lambda.ServiceException",
      "Lambda.TooManyRequestsException",
      "SlowDown",
      "ThrottlingException",
    ])
      expect(errors).toContain(often);
    for (const { BackoffRate, JitterStrategy } of Retry)
      expect({ BackoffRate, JitterStrategy }).toEqual({ BackoffRate: 2, JitterStrategy: "FULL" });
  }
});

test("in an account that runs ten functions at a time, fifty items outwait each other", () => {
  const [, { Retry = [] }] = calls(template).find(([name]) => name === "Encode a batch")!;
  const busy = Retry.find(({ ErrorEquals }) => ErrorEquals.includes("Lambda.TooManyRequestsException"))!;
  let seconds = 0;
  for (let i = 0; i < busy.MaxAttempts; i++) {
    const pause = Math.min(busy.IntervalSeconds * busy.BackoffRate ** i, busy.MaxDelaySeconds ?? Infinity);
    seconds += pause / 2; // full jitter: any part of it
  }
  // Fifty items of two minutes each, ten at a time.
  expect(seconds).toBeGreaterThan((50 / 10) * 120);
  const lost = Retry.find(({ ErrorEquals }) => ErrorEquals.includes("Sandbox.Timedout"))!;
  expect(lost.MaxAttempts).toBe(2);
});

test("whatever fails leads to the report, and the execution's error is the item's", () => {
  const { all } = statesOf(template);
  for (const { name } of stages) {
    expect(all[titleOf(name)]!.Catch).toEqual([
      { ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "Report failure" },
    ]);
  }
  expect(all["Report failure"]!.Next).toBe("Failed");
  expect(all["Failed"]).toMatchObject({ Type: "Fail", ErrorPath: "$.error", CausePath: "$.cause" });
});

test("a report that fails itself does not hide the first error", () => {
  const { all } = statesOf(template);
  expect(all["Report failure"]!.Catch).toEqual([
    { ErrorEquals: ["States.ALL"], ResultPath: null, Next: "Failure as it was" },
  ]);
  expect(all["Failure as it was"]).toMatchObject({
    Parameters: { "error.$": "$.error.Error", "cause.$": "$.error.Cause" },
    Next: "Failed",
  });
});

test("notify: a topic tells the project and its link, or what failed", () => {
  template.resourceCountIs("AWS::SNS::Topic", 0);
  told.hasResourceProperties("AWS::SNS::Subscription", { Protocol: "email", Endpoint: "lab@example.org" });
  const { order, all } = statesOf(told);
  expect(order.slice(-2)).toEqual(["Tell the link", "Done"]);
  for (const [name, path] of [
    ["Tell the link", "$.link"],
    ["Tell the failure", "$.cause"],
  ] as const) {
    expect(all[name]!.Parameters!["Message.$"]).toBe(
      `States.Format('{}\n\n{}', $$.Execution.Input.project, ${path})`,
    );
    expect(all[name]!.ResultPath).toBeNull();
  }
  for (const from of ["Report failure", "Failure as it was"])
    expect(all[from]!.Next).toBe("Tell the failure");
  expect(all["Tell the failure"]!.Next).toBe("Failed");
});

test("news that cannot be sent changes nothing about how a run ended", () => {
  const { all } = statesOf(told);
  for (const [name, next] of [
    ["Tell the link", "Done"],
    ["Tell the failure", "Failed"],
  ] as const)
    expect(all[name]!.Catch).toEqual([{ ErrorEquals: ["States.ALL"], ResultPath: null, Next: next }]);
});

test("a standard machine, traced, everything logged but data", () => {
  template.hasResourceProperties("AWS::StepFunctions::StateMachine", {
    StateMachineType: "STANDARD",
    TracingConfiguration: { Enabled: true },
  });
  const properties = onlyOf(template, "AWS::StepFunctions::StateMachine");
  expect(properties["LoggingConfiguration"]).toMatchObject({ Level: "ALL" });
});

test("the machine's rights, exactly: its functions, its items, and the executions of its own maps", () => {
  const policies = [...resourcesOf(template, "AWS::IAM::Policy")].filter(([id]) =>
    id.startsWith("PipelineMachine"),
  );
  const rights = policies
    .flatMap(([, policy]) => statementsOf(policy))
    .flatMap(({ Action, Resource }) =>
      listOf(Action).flatMap((action) => listOf(Resource).map((at) => `${action} ${textOf(at)}`)),
    );
  const execution =
    "arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<PipelineMachine>[6]";
  expect(rights.filter((right) => !/^(logs|xray):/.test(right)).sort()).toEqual(
    [
      ...["Plan", "Encode", "Pyramid", "Mesh", "Verify", "Publish", "Fail"].flatMap((name) => [
        `lambda:InvokeFunction <Functions${name}.Arn>`,
        `lambda:InvokeFunction <Functions${name}.Arn>:*`,
      ]),
      "s3:GetObject arn:<AWS::Partition>:s3:::<BucketsWork>/*",
      "states:StartExecution <PipelineMachine>",
      `states:DescribeExecution ${execution}:*`,
      `states:StopExecution ${execution}:*`,
      `states:RedriveExecution ${execution}/*:*`,
    ].sort(),
  );
});

test("the transitions of a run are those that its price counts", () => {
  const { order, all } = statesOf(template);
  const entered = (names: readonly string[], batches: number): number =>
    names.reduce((sum, name) => {
      const { ItemProcessor: inner } = all[name]!;
      if (inner === undefined) return sum + 1;
      const within = entered(Object.keys(inner.States), batches);
      // An inline map enters the states of each of its rounds; a distributed one starts a child for each as well.
      const child = inner.ProcessorConfig?.Mode === "DISTRIBUTED" ? 1 : 0;
      return sum + 1 + batches * (within + child);
    }, 0);
  const one = { encode: 1, pyramid: 1, mesh: 1, verify: 1, lists: 3 };
  expect(transitionsOf(one)).toBe(entered(order, 1));
  expect(transitionsOf({ ...one, encode: 5 }) - transitionsOf(one)).toBe(
    entered(["Encode"], 5) - entered(["Encode"], 1),
  );
  for (const [name, stage] of [
    ["Pyramid of a list", "pyramid"],
    ["Mesh of a list", "mesh"],
    ["Verify of a list", "verify"],
  ] as const) {
    expect(transitionsOf({ ...one, [stage]: 6, lists: 4 }) - transitionsOf(one)).toBe(
      2 * entered([name], 3) - entered([name], 1),
    );
  }
});
