import { Worker } from "node:worker_threads";
import { type Fault, InputError } from "../format/error.ts";
import type { FanOutStage } from "../plan/pipeline.ts";
import type { StepResult } from "../step/context.ts";
import type { Answer, Folders } from "./worker.ts";

export type Pool = {
  /**
   * Does all items, as many at a time as there are threads. Faults of the input do not stop the others, so
   * that the user hears of all broken slices; any other failure does.
   *
   * @throws InputError with the faults of all items
   */
  run(stage: FanOutStage, items: readonly unknown[], done: (result: StepResult) => void): Promise<void>;
  close(): Promise<void>;
};

/** Long-lived worker threads: a fresh one would compile everything and fill its tables anew. */
export function openPool(threads: number, folders: Folders): Pool {
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL("./worker.ts", import.meta.url), { workerData: folders }),
  );
  return {
    async run(stage, items, done) {
      const queue = items.values();
      const faults: Fault[] = [];
      const lane = async (worker: Worker) => {
        for (const item of queue) {
          const answer = await ask(worker, { stage, item });
          if ("faults" in answer) faults.push(...answer.faults);
          else if ("error" in answer) throw new Error(`${stage} failed: ${answer.error}`);
          else done(answer.result);
        }
      };
      await Promise.all(workers.map(lane));
      if (faults.length > 0) throw new InputError(distinct(faults));
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function ask(worker: Worker, job: { stage: FanOutStage; item: unknown }): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      act();
    };
    const onMessage = (answer: Answer) => settle(() => resolve(answer));
    const onError = (error: Error) => settle(() => reject(error));
    const onExit = (code: number) =>
      settle(() => reject(new Error(`a worker thread stopped (${code}) during ${job.stage}`)));
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    worker.postMessage(job);
  });
}

/** Neighbouring blocks read the same slices, and find the same fault. */
function distinct(faults: readonly Fault[]): Fault[] {
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()];
}
