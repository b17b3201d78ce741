import type { Context } from "../../lib/step/context.ts";
import type { ObjectEntry, Store } from "../../lib/store/store.ts";

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

export type Faulty = {
  readonly context: Context;
  /** Operations so far. */
  readonly count: () => number;
  /** Whether the fault has come about: not every kind can befall every operation. */
  readonly happened: () => boolean;
};

/** The stores of a run, one of whose operations goes wrong. */
export function faultyContext(context: Context, injection?: Injection): Faulty {
  const state: State = { count: 0, happened: false, dead: false, ...(injection && { injection }) };
  const { input, work, output } = context;
  return {
    context: {
      input: faultyStore(input, state),
      work: faultyStore(work, state),
      output: faultyStore(output, state),
    },
    count: () => state.count,
    happened: () => state.happened,
  };
}

type State = { count: number; happened: boolean; dead: boolean; readonly injection?: Injection };

function faultyStore(store: Store, state: State): Store {
  const guard = guardOf(state);
  return {
    async get(key, range) {
      const object = await guard(() => store.get(key, range), ["half read", "short read"]);
      if (!("cut" in object)) return object.value;
      const { value } = object;
      const { length } = value?.bytes ?? [];
      if (value === undefined || !length) return value;
      state.happened = true;
      return {
        ...value,
        bytes: value.bytes.subarray(0, object.cut === "half read" ? length >> 1 : length - 1),
      };
    },
    head: async (key) => (await guard(() => store.head(key))).value,
    async put(key, bytes, options) {
      const torn = () => store.put(key, bytes.subarray(0, bytes.length >> 1), options);
      await guard(() => store.put(key, bytes, options), [], torn);
    },
    async *list(prefix) {
      yield* (await guard(() => all(store.list(prefix)))).value;
    },
    async *entries() {
      yield* (await guard(() => all<ObjectEntry>(store.entries()))).value;
    },
    delete: async (key) => (await guard(() => store.delete(key))).value,
  };
}

type Outcome<T> = { readonly value: T } | { readonly value: T; readonly cut: Kind };

function guardOf(state: State) {
  const die = () => {
    state.dead = true;
    return new Error("the process is dead");
  };
  return async <T>(
    act: () => Promise<T>,
    cuts: readonly Kind[] = [],
    torn?: () => Promise<unknown>,
  ): Promise<Outcome<T>> => {
    if (state.dead) throw die();
    const { kind, at } = state.injection ?? {};
    if (state.count++ !== at || kind === undefined) return { value: await act() };
    if (cuts.includes(kind)) return { value: await act(), cut: kind };
    if (kind === "half read" || kind === "short read" || (kind === "torn write" && !torn)) {
      return { value: await act() };
    }
    state.happened = true;
    if (kind === "error") throw new Error("injected: the store fails");
    if (kind === "throttle") throw Object.assign(new Error("injected"), { name: "SlowDown", $metadata: {} });
    if (kind === "crash before") throw die();
    for (let turn = 0; turn < 20 && (kind === "slow" || kind === "time-out"); turn++) await macrotask();
    if (kind === "time-out") throw Object.assign(new Error("injected"), { name: "TimeoutError" });
    if (kind === "torn write") {
      await torn?.();
      throw die();
    }
    const value = await act();
    if (kind === "late error") throw new Error("injected: done, but it says that it failed");
    if (kind === "crash after") throw die();
    return { value };
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
  if (process.env["NEUROPRESS_LONG"] === "1") return points;
  const step = Math.max(1, Math.ceil(count / most));
  const seed = Number(process.env["NEUROPRESS_SEED"] ?? 0);
  return points.filter((at) => at % step === seed % step);
}
