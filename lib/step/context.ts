import { planKey } from "../plan/pipeline.ts";
import type { Plan } from "../plan/plan.ts";
import { getJson } from "../store/object.ts";
import type { Store } from "../store/store.ts";

/** Where a run reads and writes: each store is already narrowed to the project, the work store to the run. */
export type Context = { readonly input: Store; readonly work: Store; readonly output: Store };

/** What an item did, for progress, metrics and the summary. */
export type StepResult = { readonly voxels: number; readonly objects: number; readonly bytes: number };

const plans = new WeakMap<Store, Promise<Plan>>();

/** The run's plan, read once however many items a worker or a warm function does. */
export function loadPlan({ work }: Context): Promise<Plan> {
  const known = plans.get(work);
  if (known !== undefined) return known;
  const plan = getJson<Plan>(work, planKey);
  plans.set(work, plan);
  // A failed read is asked again by the next item.
  plan.catch(() => plans.delete(work));
  return plan;
}

/** The plan of a further store of the same run, so that it is not read again. */
export function keepPlan(work: Store, plan: Plan): void {
  plans.set(work, Promise.resolve(plan));
}
