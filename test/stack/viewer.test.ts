import { Template } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test, vi } from "vitest";
import { edgeCode } from "../../lib/stack/edge.ts";
import { hashOf } from "./edge.ts";
import {
  appOf,
  type Context,
  onlyOf,
  resourcesOf,
  stackOf,
  statementsOf,
  templateOf,
  textOf,
} from "./synth.ts";

const readers = { alice: hashOf("alice:x"), bob: hashOf("bob:y") };
const settings = {
  open: { viewer: "true" },
  hidden: { viewer: "true", publicRead: "false" },
  guarded: { viewer: "true", publicRead: "false", readers },
  plain: { publicRead: "false" },
} satisfies Record<string, Context>;
let of: Record<keyof typeof settings, Template>;
beforeAll(() => {
  of = Object.fromEntries(
    Object.entries(settings).map(([name, context]) => [name, templateOf(context)]),
  ) as typeof of;
});

type Behavior = Record<string, unknown> & {
  FunctionAssociations: { EventType: string; FunctionARN: unknown }[];
};
const behaviors = (template: Template) => {
  const { DefaultCacheBehavior, CacheBehaviors = [] } = onlyOf(template, "AWS::CloudFront::Distribution")[
    "DistributionConfig"
  ] as {
    DefaultCacheBehavior: Behavior;
    CacheBehaviors?: (Behavior & { PathPattern: string })[];
  };
  return { data: DefaultCacheBehavior, others: CacheBehaviors };
};
const outputs = (template: Template) =>
  Object.fromEntries(
    Object.entries(template.findOutputs("*")).map(([name, { Value }]) => [name, textOf(Value)]),
  );

test("viewer and data have one address, and links lead there, whether or not the bucket is public too", () => {
  const address = "https://<DeliveryDistribution.DomainName>";
  for (const template of [of.open, of.hidden, of.guarded]) {
    expect(outputs(template)).toMatchObject({
      OutputUrl: address,
      ViewerLinkBase: `${address}/viewer/#!${address}/`,
      ViewerBucket: "<ViewerFiles>",
    });
    const { Variables } = resourcesOf(template, "AWS::Lambda::Function").get("FunctionsPublish")!.Properties[
      "Environment"
    ] as {
      Variables: Record<string, unknown>;
    };
    expect(textOf(Variables["OUTPUT_URL"])).toBe(address);
    expect(textOf(Variables["VIEWER_URL"])).toBe(`${address}/viewer/`);
    const { others } = behaviors(template);
    expect(others).toMatchObject([
      { PathPattern: "/viewer/*", Compress: true, AllowedMethods: ["GET", "HEAD"] },
    ]);
  }
  expect(behaviors(of.plain).others).toEqual([]);
  expect(outputs(of.plain)).not.toHaveProperty("ViewerBucket");
  expect(outputs(of.plain)["ViewerLinkBase"]).toMatch(/^https:\/\/neuroglancer-demo/);
});

test("every path of every distribution runs the function, at the viewer's request", () => {
  for (const [name, template] of Object.entries(of)) {
    const { data, others } = behaviors(template);
    template.resourceCountIs("AWS::CloudFront::Function", 1);
    const events = name === "guarded" ? ["viewer-request", "viewer-response"] : ["viewer-request"];
    for (const { FunctionAssociations } of [data, ...others]) {
      expect(FunctionAssociations.map(({ EventType }) => EventType)).toEqual(events);
      for (const { FunctionARN } of FunctionAssociations)
        expect(textOf(FunctionARN)).toBe("<DeliveryEdgeFunction.FunctionARN>");
    }
    expect(onlyOf(template, "AWS::CloudFront::Function")).toMatchObject({
      AutoPublish: true,
      FunctionConfig: { Runtime: "cloudfront-js-2.0" },
      FunctionCode: edgeCode(name === "guarded" ? Object.values(readers) : undefined),
    });
  }
});

test("with readers nothing is public, and no other origin is told it may read", () => {
  const { guarded } = of;
  for (const behavior of [behaviors(guarded).data, ...behaviors(guarded).others]) {
    expect(behavior["AllowedMethods"]).toEqual(["GET", "HEAD"]);
    for (const policy of ["ResponseHeadersPolicyId", "OriginRequestPolicyId"])
      expect(behavior).not.toHaveProperty(policy);
  }
  for (const { Properties } of resourcesOf(guarded, "AWS::S3::Bucket").values()) {
    expect(Properties).not.toHaveProperty("CorsConfiguration");
    expect(Properties["PublicAccessBlockConfiguration"]).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
  }
  const statements = [...resourcesOf(guarded, "AWS::S3::BucketPolicy").values()].flatMap(statementsOf);
  const allowed = statements
    .filter(({ Effect }) => Effect === "Allow")
    // The CDK's function that empties the viewer's bucket when the stack goes.
    .filter(({ Principal }) => !JSON.stringify(Principal).includes("CustomS3AutoDeleteObjects"));
  expect(allowed).toHaveLength(2);
  for (const statement of allowed)
    expect(statement).toMatchObject({
      Action: "s3:GetObject",
      Principal: { Service: "cloudfront.amazonaws.com" },
      Condition: { StringEquals: { "AWS:SourceArn": expect.anything() } },
    });
});

test("who may read is told by the stack, and only where not everyone may", () => {
  expect(outputs(of.guarded)["Readers"]).toBe("alice, bob");
  for (const name of ["open", "hidden", "plain"] as const) {
    expect(outputs(of[name])).not.toHaveProperty("Readers");
    expect(behaviors(of[name]).data).toHaveProperty("ResponseHeadersPolicyId");
  }
});

test("the viewer's files: names with hashes for good, the page that names them never, and after them", () => {
  const found = resourcesOf(of.hidden, "Custom::CDKBucketDeployment");
  const [assets, page] = ["ViewerAssetsCustomResource", "ViewerPageCustomResource"].map(
    (name) => found.get(name)!,
  );
  expect(found.size).toBe(2);
  const common = {
    DestinationBucketName: expect.anything(),
    DestinationBucketKeyPrefix: "viewer",
    Prune: false,
  };
  expect(assets!.Properties).toMatchObject({
    ...common,
    Exclude: ["index.html"],
    SystemMetadata: { "cache-control": "public, max-age=31536000, immutable" },
  });
  expect(page!.Properties).toMatchObject({
    ...common,
    Exclude: ["*"],
    Include: ["index.html"],
    SystemMetadata: { "cache-control": "no-cache" },
  });
  expect((page as unknown as { DependsOn: string[] }).DependsOn).toContainEqual(
    expect.stringMatching(/^ViewerAssetsCustomResource/),
  );
  // The data are kept when the stack goes; the viewer can be built again.
  expect(resourcesOf(of.hidden, "AWS::S3::Bucket").get("ViewerFiles")!.DeletionPolicy).toBe("Delete");
  expect(onlyOf(of.hidden, "Custom::S3AutoDeleteObjects")["BucketName"]).toEqual({
    Ref: expect.stringMatching(/^ViewerFiles/),
  });
});

test("without a built viewer the synthesis says what to do, but only if it is needed", () => {
  expect(() => stackOf(appOf({ viewer: "true" }), "/nowhere")).toThrow(
    "viewer/dist: viewer=true, but the viewer has not been built. npm run deploy builds it",
  );
  expect(Template.fromStack(stackOf(appOf({ publicRead: "false" }), "/nowhere"))).toBeDefined();
});

test("the emulator's CloudFront has no https, and a name of this machine", () => {
  vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:4577");
  try {
    const emulated = templateOf({ ...settings.guarded, emulator: "true" });
    const { OutputUrl } = outputs(emulated);
    expect(OutputUrl).toBe("http://<DeliveryDistribution.DomainName>[0].cloudfront.localhost:4577");
    for (const behavior of [behaviors(emulated).data, ...behaviors(emulated).others])
      expect(behavior["ViewerProtocolPolicy"]).toBe("allow-all");
    // An address that happens to be set does not get into what is deployed to AWS.
    const real = templateOf(settings.guarded);
    expect(outputs(real)["OutputUrl"]).toMatch(/^https:/);
    for (const behavior of [behaviors(real).data, ...behaviors(real).others])
      expect(behavior["ViewerProtocolPolicy"]).toBe("redirect-to-https");
  } finally {
    vi.unstubAllEnvs();
  }
});
