import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { App, type AppProps } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { afterAll } from "vitest";
import { Neuropress } from "../../lib/stack/app.ts";
import { parseConfig } from "../../lib/stack/config.ts";

export type Context = Readonly<Record<string, unknown>>;
export type Resource = { Type: string; Properties: Record<string, unknown>; DeletionPolicy?: string };
export type Statement = {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Principal?: unknown;
  Condition?: unknown;
};

const root = path.resolve(import.meta.dirname, "../..");
const { context: flags } = JSON.parse(readFileSync(path.join(root, "cdk.json"), "utf8")) as {
  context: Record<string, unknown>;
};

/** Templates of this file's tests; left to itself each app would leave a folder behind. */
const outputs = mkdtempSync(path.join(tmpdir(), "neuropress-synth-"));
afterAll(() => rmSync(outputs, { recursive: true, force: true }));

/** The app as `cdk deploy` makes it with these settings, but functions are not bundled unless asked for. */
export function appOf(
  settings: Context = {},
  { bundle = false, ...props }: AppProps & { bundle?: boolean } = {},
): App {
  const unbundled = bundle ? {} : { "aws:cdk:bundling-stacks": [] };
  const outdir = mkdtempSync(path.join(outputs, "app-"));
  return new App({ outdir, ...props, context: { ...flags, ...settings, ...unbundled } });
}

/** @param viewerFiles stands in for a built viewer, which takes a minute and a network to build */
export function stackOf(app: App, viewerFiles = path.join(import.meta.dirname, "viewer")): Neuropress {
  const config = parseConfig(app.node.getAllContext());
  return new Neuropress(app, config.stack, { config, viewerFiles });
}

export function templateOf(settings: Context = {}): Template {
  return Template.fromStack(stackOf(appOf(settings)));
}

/** Resources of a type by the logical id without its hash. */
export function resourcesOf(template: Template, type: string): Map<string, Resource> {
  const found = Object.entries(template.findResources(type) as Record<string, Resource>);
  return new Map(found.map(([id, resource]) => [id.replace(/[0-9A-F]{8}$/, ""), resource]));
}

/** Properties of the one resource of a type. */
export function onlyOf(template: Template, type: string): Record<string, unknown> {
  const found = [...resourcesOf(template, type).values()];
  if (found.length !== 1) throw new Error(`${found.length} resources are ${type}`);
  return found[0]!.Properties;
}

export function titleOf(name: string): string {
  return `${name[0]?.toUpperCase()}${name.slice(1)}`;
}

export function listOf<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}

/** Statements of a policy resource. */
export function statementsOf({ Properties }: Resource): Statement[] {
  return (Properties["PolicyDocument"] as { Statement: Statement[] }).Statement;
}

/** A template's value as text, with names for what is only known when it is deployed. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const [[kind, inner]] = Object.entries(value as Record<string, unknown>) as [[string, unknown]];
  if (kind === "Ref") return `<${(inner as string).replace(/[0-9A-F]{8}$/, "")}>`;
  if (kind === "Fn::GetAtt") {
    const [id, attribute] = inner as [string, string];
    return `<${id.replace(/[0-9A-F]{8}$/, "")}.${attribute}>`;
  }
  if (kind === "Fn::Select") return `${textOf((inner as unknown[])[1])}[${(inner as unknown[])[0]}]`;
  if (kind === "Fn::Split") return textOf((inner as unknown[])[1]);
  if (kind === "Fn::Sub") return (inner as string).replace(/\$\{([^}]+)\}/g, "<$1>");
  if (kind === "Fn::Join") return (inner as [string, unknown[]])[1].map(textOf).join((inner as [string])[0]);
  throw new Error(`what is ${kind}?`);
}
