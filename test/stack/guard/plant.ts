import type { Context } from "../synth.ts";
import { plainId, type View } from "./view.ts";

/** A violation: what is done to a good template, which rule must see it, and what it must say. */
export type Planted = {
  readonly rule: string;
  readonly what: string;
  readonly settings?: Context;
  readonly plant: (template: Editor) => void;
  readonly says: RegExp;
};

type Statement = Record<string, unknown>;

/** A copy of a template that is open to changes; ids are without their hash. */
export type Editor = {
  readonly view: View;
  /** A property by its path, steps parted by dots; undefined takes it away. */
  set(id: string, path: string, value: unknown): void;
  /** The list at a path of the properties. */
  list(id: string, path: string): unknown[];
  /** The statements of a policy. */
  statements(id: string): Statement[];
  add(id: string, type: string, properties: Record<string, unknown>): void;
  remove(id: string): void;
  reference(id: string): { Ref: string };
  /** The ARN of a resource, with something behind it. */
  arn(id: string, below?: string): unknown;
};

export function edit(view: View): Editor {
  const copy = structuredClone(view) as View;
  const { Resources } = copy.template;
  const full = (id: string) => {
    const found = Object.keys(Resources).find((one) => plainId(one) === id || one === id);
    if (found === undefined) throw new Error(`no resource ${id}`);
    return found;
  };
  const at = (id: string, steps: readonly string[]) =>
    steps.reduce<unknown>((value, step) => (value as Statement)[step], Resources[full(id)]!.Properties);
  const list = (id: string, path: string) => at(id, path.split(".")) as unknown[];
  return {
    view: copy,
    list,
    statements: (id) => list(id, "PolicyDocument.Statement") as Statement[],
    set: (id, path, value) => {
      const steps = path.split(".");
      const holder = at(id, steps.slice(0, -1)) as Statement;
      const last = steps.at(-1) as string;
      if (value === undefined) delete holder[last];
      else holder[last] = value;
    },
    add: (id, Type, Properties) => {
      Resources[id] = { Type, Properties };
    },
    remove: (id) => {
      delete Resources[full(id)];
    },
    reference: (id) => ({ Ref: full(id) }),
    arn: (id, below = "") => ({ "Fn::Join": ["", [{ "Fn::GetAtt": [full(id), "Arn"] }, below]] }),
  };
}

/** The policy of a function's role. */
export const policy = (name: string) => `Functions${name}ServiceRoleDefaultPolicy`;
export const allow = (Action: unknown, Resource: unknown) => ({ Effect: "Allow", Action, Resource });
export const hidden = { publicRead: "false" };
export const guarded = { viewer: "true", publicRead: "false", readers: { alice: "a1".repeat(32) } };
