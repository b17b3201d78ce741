import { describe, expect, test } from "vitest";
import type { Rule } from "./access.ts";
import * as access from "./access.ts";
import * as delivery from "./delivery.ts";
import * as form from "./form.ts";
import { may, rightsIn } from "./iam.ts";
import { edit } from "./plant.ts";
import { againstAccess } from "./plantAccess.ts";
import { againstDelivery } from "./plantDelivery.ts";
import { againstForm } from "./plantForm.ts";
import { configurations, type View, viewOf } from "./view.ts";

const rules: Readonly<Record<string, Rule>> = { ...access, ...form, ...delivery };
const planted = [...againstAccess, ...againstForm, ...againstDelivery];
const views = new Map<string, View>();

/** Made once per settings: a synthesis takes seconds. */
function madeOf(settings: Parameters<typeof viewOf>[0]): View {
  const key = JSON.stringify(settings);
  const view = views.get(key) ?? viewOf(settings);
  views.set(key, view);
  return view;
}

describe.each(Object.entries(configurations))("%s", (_, settings) => {
  test.each(Object.entries(rules))("%s", (_, rule) => {
    expect(rule(madeOf(settings))).toEqual([]);
  });
});

describe("each rule sees what it is for, planted into a copy of a good template", () => {
  test.each(planted)("$rule: $what", ({ rule, settings = {}, plant, says }) => {
    const editor = edit(madeOf(settings));
    plant(editor);
    expect(rules[rule]!(editor.view).join("\n")).toMatch(says);
  });

  test("no rule is without a plant", () => {
    const seen = new Set(planted.map(({ rule }) => rule));
    expect(Object.keys(rules).filter((name) => !seen.has(name))).toEqual([]);
  });
});

test("rights are read as IAM reads them", () => {
  const rights = rightsIn({
    Statement: [
      { Effect: "Allow", Action: ["s3:Get*", "sns:?ublish"], Resource: "arn:aws:s3:::a/*" },
      { Effect: "Deny", Action: "s3:GetObject", Resource: "arn:aws:s3:::a/*/secret" },
      { Effect: "Deny", Action: "*", Resource: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
      { Effect: "Deny", Action: "*", Resource: "*", Condition: { StringEquals: { "aws:SourceVpc": "vpc" } } },
      { Effect: "Allow", Action: "s3:PutObject", Resource: "b", Condition: { StringLike: { "aws:x": "y" } } },
    ],
  });
  const answers: [string, string, boolean, boolean?][] = [
    ["s3:GetObject", "arn:aws:s3:::a/b/c", true],
    ["S3:GETOBJECT", "arn:aws:s3:::a/b", true],
    ["s3:GetObject", "arn:aws:s3:::a", false],
    ["s3:GetObject", "arn:aws:s3:::ab/c", false],
    ["s3:GetObject", "arn:aws:s3:::a/b/c/secret", false],
    ["s3:GetObjectAcl", "arn:aws:s3:::a/b/secret", true],
    ["s3:PutObject", "arn:aws:s3:::a/b", false],
    ["sns:Publish", "arn:aws:s3:::a/x", true],
    ["s3:GetObject", "arn:aws:s3:::a/b", false, false],
    ["s3:PutObject", "b", true],
  ];
  for (const [action, resource, wanted, secure = true] of answers)
    expect([action, resource, may(rights, { action, resource, secure })]).toEqual([action, resource, wanted]);
});
