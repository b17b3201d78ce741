import type { Template } from "aws-cdk-lib/assertions";
import { resourcesOf, textOf } from "./synth.ts";

export type State = {
  Type: string;
  Next?: string;
  MaxConcurrency?: number;
  ToleratedFailurePercentage?: number;
  ResultPath?: unknown;
  ItemReader?: { Resource: string; ReaderConfig: unknown; Parameters?: Record<string, string> };
  ItemSelector?: Record<string, string>;
  ItemProcessor?: Machine & { ProcessorConfig?: { Mode: string; ExecutionType?: string } };
  Retry?: {
    ErrorEquals: string[];
    IntervalSeconds: number;
    MaxAttempts: number;
    MaxDelaySeconds?: number;
    BackoffRate: number;
    JitterStrategy?: string;
  }[];
  Catch?: { ErrorEquals: string[]; ResultPath: string | null; Next: string }[];
  ErrorPath?: string;
  CausePath?: string;
  Resource?: string;
  Parameters?: Record<string, unknown>;
};
type Machine = { StartAt: string; States: Record<string, State>; QueryLanguage?: string };

/** States of the machine: those on the way that a run takes when all is well, and all, nested ones too. */
export function statesOf(template: Template): { order: string[]; all: Record<string, State>; text: string } {
  const [machine] = resourcesOf(template, "AWS::StepFunctions::StateMachine").values();
  const text = textOf(machine!.Properties["DefinitionString"]);
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
  return { order, all, text };
}
