import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Neuropress } from "../../lib/stack/app.ts";
import { type Config, parseConfig } from "../../lib/stack/config.ts";

export type Resource = { Type: string; Properties: Record<string, unknown>; DeletionPolicy?: string };

/** A stack of this configuration, functions not bundled: their code has its own tests. */
export function makeStack(context: Record<string, unknown> = {}): Neuropress {
  const app = new App({ context: { "aws:cdk:bundling-stacks": [] } });
  const config: Config = parseConfig((name) => context[name]);
  return new Neuropress(app, "Neuropress", { config });
}

export function templateOf(context: Record<string, unknown> = {}): Template {
  return Template.fromStack(makeStack(context));
}

/** Resources of a type by the logical id without its hash. */
export function resourcesOf(template: Template, type: string): Map<string, Resource> {
  const found = Object.entries(template.findResources(type) as Record<string, Resource>);
  return new Map(found.map(([id, resource]) => [id.replace(/[0-9A-F]{8}$/, ""), resource]));
}

/** States of the machine, nested ones by their names as well. */
export function statesOf(template: Template): { order: string[]; all: Record<string, State> } {
  const [machine] = resourcesOf(template, "AWS::StepFunctions::StateMachine").values();
  const { "Fn::Join": joined } = machine!.Properties["DefinitionString"] as {
    "Fn::Join": [string, unknown[]];
  };
  const text = joined[1].map((part) => (typeof part === "string" ? part : "TOKEN")).join("");
  const definition = JSON.parse(text) as Machine;
  const all: Record<string, State> = {};
  const collect = (part: Machine) => {
    for (const [name, state] of Object.entries(part.States)) {
      all[name] = state;
      if (state.ItemProcessor) collect(state.ItemProcessor);
    }
  };
  collect(definition);
  const order: string[] = [];
  for (let at: string | undefined = definition.StartAt; at !== undefined; at = definition.States[at]?.Next)
    order.push(at);
  return { order, all };
}

export type State = {
  Type: string;
  Next?: string;
  MaxConcurrency?: number;
  ToleratedFailurePercentage?: number;
  ResultPath?: unknown;
  ItemReader?: { Resource: string; ReaderConfig: unknown; Parameters: Record<string, string> };
  ItemSelector?: Record<string, string>;
  ItemProcessor?: Machine & { ProcessorConfig?: { Mode: string; ExecutionType?: string } };
  Retry?: { ErrorEquals: string[]; MaxAttempts: number; BackoffRate: number; JitterStrategy?: string }[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
  ErrorPath?: string;
  CausePath?: string;
};
type Machine = { StartAt: string; States: Record<string, State> };
