import { InputError } from "../../lib/format/error.ts";
import { type Batch, itemsIn } from "../../lib/plan/batch.ts";
import { workLists } from "../../lib/plan/pipeline.ts";
import { beginRun, type Run } from "../../lib/step/begin.ts";
import type { Context } from "../../lib/step/context.ts";
import { recordFaults } from "../../lib/step/fault.ts";
import { failRun, finishRun } from "../../lib/step/finish.ts";
import { doBatch } from "../../lib/step/item.ts";
import { launch } from "../../lib/step/launch.ts";
import { whileSound } from "../../lib/step/sound.ts";
import { reportRun } from "../../lib/step/status.ts";
import { type Item, steps } from "../../lib/step/steps.ts";
import { getJson } from "../../lib/store/object.ts";
import type { Store } from "../../lib/store/store.ts";
import type { MemoryContext } from "../step/volume.ts";

export const project = "lab/p";

/** The cloud without its machines: trigger, state machine and functions on the stores of one project. */
export type Cloud = {
  /** An object has come: looks whether a run is to be started. */
  notice(): Promise<void>;
  /** Ends when no execution is under way. @returns by run how each of its executions has ended */
  settled(): Promise<Map<string, ("done" | Error)[]>>;
};

/** How a process sees the stores, for example slower. */
export type Sight = (store: Store) => Store;

/** @param sight asked for by the trigger and by each execution anew; `fail` sees the stores as they are */
export function openCloud(stores: MemoryContext, sight: () => Sight = () => (store) => store): Cloud {
  const underWay = new Set<Promise<void>>();
  const names = new Set<string>();
  const ends = new Map<string, ("done" | Error)[]>();
  const start = async (name: string, run: Run) => {
    if (names.has(name)) return false;
    names.add(name);
    const execution: Promise<void> = execute(stores, run, sight())
      .then(() => "done" as const)
      .catch((error: Error) => error)
      .then((end) => {
        ends.set(run.run, [...(ends.get(run.run) ?? []), end]);
        underWay.delete(execution);
      });
    underWay.add(execution);
    return true;
  };
  return {
    async notice() {
      const through = sight();
      const site = {
        input: through(stores.input),
        work: through(stores.work),
        start,
        arnOf: (name: string) => `arn:${name}`,
      };
      await launch(site, { project, since: new Date().toISOString() });
    },
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
      return ends;
    },
  };
}

/** As the state machine: stages in their order, and `fail` after any failure. */
async function execute(stores: MemoryContext, run: Run, through: Sight): Promise<void> {
  const desk = through(stores.work);
  const context: Context = {
    input: through(stores.input),
    work: through(below(stores.work, run.run)),
    output: through(stores.output),
  };
  try {
    await stage(context, "plan", () => runStages(context, desk, run));
  } catch (error) {
    const { name, message } = error as Error;
    await failRun({ work: below(stores.work, run.run), desk: stores.work }, run, {
      Error: name,
      Cause: JSON.stringify({ errorMessage: message }),
    });
    throw error;
  }
}

async function runStages(context: Context, desk: Store, run: Run): Promise<void> {
  await reportRun(desk, run, { state: "running", stage: "plan" });
  const plan = await beginRun(context, run, 32);
  const all = async <S extends keyof Item>(name: S) => {
    const step = { stage: name, step: steps[name] };
    for (const { key } of workLists(name, plan.scales.length)) {
      for (const batch of await getJson<Batch[]>(context.work, key)) {
        const items = itemsIn(plan, name, [batch]);
        await whileSound({ context, stage: name, items }, () => doBatch(step, context, items));
      }
    }
  };
  for (const stage of ["encode", "pyramid", "mesh", "verify"] as const) await all(stage);
  await finishRun(
    { context, desk, outputUrl: "https://out.example", viewerUrl: "https://viewer.example/" },
    run,
  );
}

async function stage(context: Context, name: "plan", work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof InputError) await recordFaults(context.work, name, error.faults);
    throw error;
  }
}

/** What lies below a prefix of a store. */
export function below(store: Store, prefix: string): Store {
  const base = `${prefix}/`;
  return {
    get: (key, range) => store.get(base + key, range),
    head: (key) => store.head(base + key),
    put: (key, bytes, options) => store.put(base + key, bytes, options),
    async *list(start) {
      for await (const key of store.list(base + start)) yield key.slice(base.length);
    },
    entries: () => {
      throw new Error("the stages do not list the top of the work store");
    },
    delete: (key) => store.delete(base + key),
  };
}
