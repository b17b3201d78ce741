import { type Numbering, numberingOf } from "../plan/order.ts";
import type { Plan } from "../plan/plan.ts";
import type { Store } from "../store/store.ts";
import { drawPlan, widestType } from "./plan.ts";
import type { Settings } from "./settings.ts";

/** A plan, and what else headers tell. */
export type HeaderPlan = {
  readonly plan: Plan;
  /** Bits and sign of the samples, for example `uint16`: more than one where slices differ. */
  readonly samples: readonly string[];
  /** The largest id that samples and labels can hold, in decimal digits. */
  readonly largestId: string;
  /** Whether `info` says `data_type`; else a run reads all ids if samples have 64 bits, and takes uint32 if they fit. */
  readonly typeIsKnown: boolean;
  /** Of the numbers in the names of slices; absent for one file. */
  readonly numbering?: Numbering;
};

/**
 * The plan of an input by headers alone: no voxel is read, and nothing is written. It is the plan of a run but for
 * the type of labels that no `info` tells.
 *
 * @throws InputError with everything that is wrong
 */
export async function headerPlan(input: Store, settings: Settings): Promise<HeaderPlan> {
  const { plan, stack, info } = await drawPlan(input, settings, widestType);
  const samples = [...new Set(stack.pages.map(({ sampleType }) => sampleType))];
  const bits = Math.max(...samples.map(bitsOfSample));
  return {
    plan,
    samples,
    largestId: (2n ** BigInt(Math.min(bits, plan.idBits)) - 1n).toString(),
    typeIsKnown: info?.dataType !== undefined,
    ...(plan.files.length > 1 && { numbering: numberingOf(plan.files.map(({ name }) => name)) }),
  };
}

/** Bits of a sample that count: a sign is none of them. */
function bitsOfSample(type: string): number {
  const bits = Number(/\d+$/.exec(type)?.[0]);
  return type.startsWith("int") ? bits - 1 : bits;
}
