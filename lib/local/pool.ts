import { Worker } from "node:worker_threads";
import { type Fault, InputError } from "../format/error.ts";
import type { FanOutStage } from "../plan/pipeline.ts";
import type { ItemResult } from "../step/item.ts";
import { compiledEnvironment } from "./compiled.ts";
import type { Folders } from "./folders.ts";
import type { Answer, Job } from "./worker.ts";

export type Pool = {
  /**
   * Does all items, as many at a time as there are threads. A few faults of the input do not stop the others,
   * so that the user hears of all broken slices, but then nothing is made any more; any other failure ends it.
   *
   * @throws InputError with the faults of all items
   */
  run(stage: FanOutStage, items: readonly unknown[], done: (result: ItemResult) => void): Promise<void>;
  close(): Promise<void>;
};

/** An item has failed in its thread; the message holds what there is to know, its stack there included. */
export class ItemError extends Error {
  override readonly name = "ItemError";
}

/** What ails so many slices ails the others as well: nobody waits for the rest of a long run to hear of it. */
const enoughFaults = 20;

/**
 * Items after which a thread is replaced between two stages. What a stage has needed, its heaps and the memory of its
 * kernels keep; of a long run the next stage would come on top of it.
 */
const enoughItems = 32;

/** Long-lived worker threads: a fresh one compiles everything and fills its tables anew, which takes 0.2 s. */
export function openPool(threads: number, folders: Folders): Pool {
  const env = { ...process.env, ...compiledEnvironment };
  const hire = () =>
    openHand(new Worker(new URL("./worker.ts", import.meta.url), { workerData: folders, env }));
  let hands = Array.from({ length: threads }, hire);
  return {
    async run(stage, items, done) {
      hands = await Promise.all(hands.map((hand) => replaced(hand, hire)));
      const queue = items.values();
      const faults: Fault[] = [];
      const lane = async (hand: Hand) => {
        for (const item of queue) {
          if (distinct(faults).length >= enoughFaults) return;
          const answer = await hand.ask({ stage, item, look: faults.length > 0 });
          hand.items++;
          if ("faults" in answer) faults.push(...answer.faults);
          else if ("error" in answer) throw new ItemError(`${stage} failed: ${answer.error}`);
          else done(answer.result);
        }
      };
      await Promise.all(hands.map(lane));
      if (faults.length > 0) throw new InputError(distinct(faults));
    },
    async close() {
      await Promise.all(hands.map(({ worker }) => worker.terminate()));
    },
  };
}

type Hand = {
  readonly worker: Worker;
  readonly ask: (job: Job) => Promise<Answer>;
  /** Items it has done. */
  items: number;
};

async function replaced(hand: Hand, hire: () => Hand): Promise<Hand> {
  if (hand.items < enoughItems) return hand;
  await hand.worker.terminate();
  return hire();
}

/** A thread can die at any time, between two jobs too: whoever asks then or later hears of it. */
function openHand(worker: Worker): Hand {
  let asked: PromiseWithResolvers<Answer> | undefined;
  let dead: Error | undefined;
  const die = (message: string, options?: ErrorOptions) => {
    dead ??= new Error(message, options);
    asked?.reject(dead);
  };
  worker.on("message", (answer: Answer) => asked?.resolve(answer));
  worker.once("error", (cause: Error) => die(`a worker thread has failed: ${cause.message}`, { cause }));
  worker.once("exit", (code) => die(`a worker thread has ended by itself (exit code ${code})`));
  const ask = async (job: Job) => {
    if (dead !== undefined) throw dead;
    asked = Promise.withResolvers<Answer>();
    worker.postMessage(job);
    return asked.promise;
  };
  return { worker, ask, items: 0 };
}

/** Neighbouring blocks read the same slices, and find the same fault. */
function distinct(faults: readonly Fault[]): Fault[] {
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()];
}
