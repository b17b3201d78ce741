import type { Template } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test, vi } from "vitest";
import { appOf, type Resource, stackOf, templateOf, textOf } from "./synth.ts";

let template: Template;
beforeAll(() => {
  template = templateOf();
});

test("outputs tell where to upload, what came of it and what runs it", () => {
  const outputs = Object.entries(template.findOutputs("*") as Record<string, { Value: unknown }>);
  expect(Object.fromEntries(outputs.map(([name, { Value }]) => [name, textOf(Value)]))).toEqual({
    UploadsBucket: "<BucketsUploads>",
    WorkBucket: "<BucketsWork>",
    OutputBucket: "<BucketsOutput>",
    OutputUrl: "https://<BucketsOutput.RegionalDomainName>",
    StateMachineArn: "<PipelineMachine>",
    Program: expect.stringMatching(/^neuropress \d/),
    UploadCommand: "npm run push -- SLICES PROJECT --stack Neuropress",
    ViewerLinkBase: "https://neuroglancer-demo.appspot.com/#!https://<BucketsOutput.RegionalDomainName>/",
  });
});

test("nothing is named by hand, so that stacks stand side by side", () => {
  const names = ["BucketName", "FunctionName", "StateMachineName", "RoleName", "LogGroupName", "TopicName"];
  const resources = Object.values(template.toJSON()["Resources"] as Record<string, Partial<Resource>>);
  expect(resources.length).toBeGreaterThan(40);
  for (const { Properties = {} } of resources) {
    // What names another resource refers to it; a name given by hand is a text.
    for (const name of names) expect(typeof Properties[name]).not.toBe("string");
  }
  expect(stackOf(appOf({ stack: "Lab-2" })).stackName).toBe("Lab-2");
});

test("for the emulator it is the same stack, deployed with the credentials at hand", () => {
  const own = stackOf(appOf({ emulator: "true" }));
  expect(own.synthesizer.constructor.name).toBe("CliCredentialsStackSynthesizer");
  expect(stackOf(appOf()).synthesizer.constructor.name).toBe("DefaultStackSynthesizer");
  const count = (of: Template) => {
    const counts: Record<string, number> = {};
    for (const { Type } of Object.values(of.toJSON()["Resources"] as Record<string, { Type: string }>))
      counts[Type] = (counts[Type] ?? 0) + 1;
    return counts;
  };
  // Without the rule against plain HTTP two private buckets need no policy.
  expect({ ...count(templateOf({ emulator: "true" })), "AWS::S3::BucketPolicy": 3 }).toEqual(count(template));
});

test("the emulator's datasets are read where the emulator is", () => {
  vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566");
  try {
    const url = (settings: Record<string, string>) =>
      textOf(templateOf(settings).findOutputs("OutputUrl")["OutputUrl"]?.["Value"]);
    expect(url({ emulator: "true" })).toBe("http://127.0.0.1:4566/<BucketsOutput>");
    // An address that happens to be set does not get into what is deployed to AWS.
    expect(url({})).toBe("https://<BucketsOutput.RegionalDomainName>");
  } finally {
    vi.unstubAllEnvs();
  }
});
