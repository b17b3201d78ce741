import { sumUsage, type Usage } from "../plan/usage.ts";
import { type RequestCounter, requestCounter } from "../store/count.ts";
import type { Store } from "../store/store.ts";

/** Counts what the calls of this function ask of the services; one per container. */
export type Meter = {
  /** The store, counted; what is read of the `input` is told apart. */
  count(store: Store, kind?: "input"): Store;
  /** Begins to count for one call. @returns what it has used so far, its end included as far as it is known */
  begin(): () => Usage;
};

/** Requests that a call makes after it is asked: it puts its receipt. */
const last = { puts: 1 };

/**
 * @param memory MB of the function
 * @param started seconds that it took to start the function, paid for with its first call
 */
export function openMeter(memory: number, started: number): Meter {
  const [input, others] = [requestCounter(), requestCounter()];
  let cold = true;
  return {
    count: (store, kind) => (kind === "input" ? input : others).of(store),
    begin() {
      const since = performance.now();
      const before = snapshot(input, others);
      const start = cold ? { starts: 1, seconds: started } : { starts: 0, seconds: 0 };
      cold = false;
      return () => {
        const seconds = start.seconds + (performance.now() - since) / 1000;
        const own = { calls: 1, starts: start.starts, seconds, gbSeconds: (seconds * memory) / 1024 };
        return sumUsage([own, last, snapshot(input, others), negative(before)]);
      };
    },
  };
}

function snapshot(input: RequestCounter, others: RequestCounter): Usage {
  const read = input.now();
  return sumUsage([read, others.now(), { inputBytes: read.bytesRead }]);
}

function negative(usage: Usage): Partial<Usage> {
  return Object.fromEntries(Object.entries(usage).map(([field, value]) => [field, -value]));
}
