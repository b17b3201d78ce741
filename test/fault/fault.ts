import type { Context } from "../../lib/step/context.ts";
import type { ObjectEntry, Store } from "../../lib/store/store.ts";
import { long, seed } from "../figure.ts";

/** What can go wrong at one operation of a store. */
export const kinds = [
  /** The operation fails. */
  "error",
  /** It takes effect, and then says that it failed. */
  "late error",
  /** The store asks for less, as S3 does under load. */
  "throttle",
  /** Nothing is heard; in the end that is an error. */
  "time-out",
  /** Less comes than there is, without an error: half of it, and all but a byte. */
  "half read",
  "short read",
  /** The answer comes after all others that are under way. */
  "slow",
  /** The process dies before it, after it, and (a write) in the middle: no later operation happens. */
  "crash before",
  "crash after",
  "torn write",
] as const;
export type Kind = (typeof kinds)[number];

export type Injection = {
  readonly kind: Kind;
  /** The operation, counted over all stores of the run. */
  readonly at: number;
};

export type Fault = {
  /** How a new process sees the stores of the run. */
  sight(): (store: Store) => Store;
  /** Operations so far. */
  readonly count: () => number;
  /** Whether the fault has come about: not every kind can befall every operation. */
  readonly happened: () => boolean;
};

/** A fault that befalls one operation of those of all stores that are seen through it. */
export function openFault(injection?: Injection): Fault {
  const state: State = { count: 0, happened: false, ...(injection && { injection }) };
  return {
    sight() {
      const guard = guardOf(state);
      return (store) => faultyStore(store, guard);
    },
    count: () => state.count,
    happened: () => state.happened,
  };
}

/** The stores of a run, one of whose operations goes wrong. */
export function faultyContext(
  { input, work, output }: Context,
  injection?: Injection,
): Fault & { context: Context } {
  const fault = openFault(injection);
  const through = fault.sight();
  return { ...fault, context: { input: through(input), work: through(work), output: through(output) } };
}

type State = { count: number; happened: boolean; readonly injection?: Injection };

/** An operation, and what else it could come to. */
type Operation<T> = {
  readonly act: () => Promise<T>;
  /** A write that is broken off in the middle. */
  readonly tear?: () => Promise<unknown>;
  /** Of what was read as much as comes through; nothing if there is nothing to cut off. */
  readonly cut?: (value: T, kept: (length: number) => number) => T | undefined;
};
type Guard = <T>(operation: Operation<T>) => Promise<T>;

function faultyStore(store: Store, guard: Guard): Store {
  return {
    get: (key, range) =>
      guard({
        act: () => store.get(key, range),
        cut(object, kept) {
          if (!object?.bytes.length) return undefined;
          return { ...object, bytes: object.bytes.subarray(0, kept(object.bytes.length)) };
        },
      }),
    head: (key) => guard({ act: () => store.head(key) }),
    put: (key, bytes, options) =>
      guard({
        act: () => store.put(key, bytes, options),
        tear: () => store.put(key, bytes.subarray(0, bytes.length >> 1), options),
      }),
    async *list(prefix) {
      yield* await guard({ act: () => all(store.list(prefix)) });
    },
    async *entries() {
      yield* await guard({ act: () => all<ObjectEntry>(store.entries()) });
    },
    delete: (key) => guard({ act: () => store.delete(key) }),
  };
}

/** Of one process: once it is dead, nothing it does happens any more. */
function guardOf(state: State): Guard {
  let dead = false;
  const die = () => {
    dead = true;
    return new Error("the process is dead");
  };
  return async ({ act, tear, cut }) => {
    if (dead) throw die();
    const { kind, at } = state.injection ?? {};
    if (state.count++ !== at || kind === undefined) return act();
    if (kind === "half read" || kind === "short read") {
      const value = await act();
      const less = cut?.(value, (length) => (kind === "half read" ? length >> 1 : length - 1));
      if (less === undefined) return value;
      state.happened = true;
      return less;
    }
    if (kind === "torn write" && tear === undefined) return act();
    state.happened = true;
    if (kind === "error") throw new Error("injected: the store fails");
    if (kind === "throttle") throw Object.assign(new Error("injected"), { name: "SlowDown", $metadata: {} });
    if (kind === "crash before") throw die();
    for (let turn = 0; turn < 20 && (kind === "slow" || kind === "time-out"); turn++) await macrotask();
    if (kind === "time-out") throw Object.assign(new Error("injected"), { name: "TimeoutError" });
    if (kind === "torn write") {
      await tear?.();
      throw die();
    }
    const value = await act();
    if (kind === "late error") throw new Error("injected: done, but it says that it failed");
    if (kind === "crash after") throw die();
    return value;
  };
}

const macrotask = () => new Promise((resolve) => setImmediate(resolve));

async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of list) found.push(one);
  return found;
}

/**
 * The points that are tried: all of them in the long form (`NEUROPRESS_LONG=1`), else every k-th so that about `most`
 * are left; where it begins is `NEUROPRESS_SEED`'s, so that several short forms add up to the long one.
 */
export function chosenPoints(count: number, most: number): number[] {
  const points = Array.from({ length: count }, (_, at) => at);
  if (long) return points;
  const step = Math.max(1, Math.ceil(count / most));
  return points.filter((at) => at % step === seed % step);
}
