import { createChance } from "../../lib/local/chance.ts";
import { partGroupCount } from "../../lib/plan/items.ts";
import { cost } from "../../lib/plan/price.ts";
import { noUsage, transitionsOf, type Usage } from "../../lib/plan/usage.ts";
import type { Assumed } from "./assumed.ts";
import { createHeap } from "./heap.ts";
import { type Load, prefixesOf, type Stage, segmentsOf, stagesOf, type Volume } from "./load.ts";
import type { Measured } from "./measure.ts";
import { createLimiter, type Limiter } from "./prefix.ts";

/** Where the seconds of all places for functions have gone, busy or not. */
export type Spent = Record<string, number>;

export type Simulated = {
  readonly seconds: number;
  readonly stages: readonly { readonly name: string; readonly calls: number; readonly seconds: number }[];
  readonly usage: Usage;
  readonly usd: number;
  readonly parts: Readonly<Record<string, number>>;
  readonly objects: number;
  /** Place-seconds by what they were lost to. */
  readonly spent: Spent;
  /** Longest call. */
  readonly longest: { readonly stage: string; readonly seconds: number };
  readonly refused: number;
  readonly splits: number;
  /** Calls that Lambda ended at its limit, and those of them that had no try left: the run has failed. */
  readonly timedOut: number;
  readonly givenUp: number;
  /** Chance that a call is lost as often as it is tried, so that the run fails. */
  readonly failing: number;
};

type Input = { volume: Volume; measured: Measured; assumed: Assumed; places: number };

/** Parts of a call between which its requests are spread. */
const parts = 8;
/** A lost worker is tried again so often (lib/stack/task.ts). */
const retries = 2;

/** A run, event by event: every call of every list with its start, its requests, its losses and its end. */
export function simulate({ volume, measured, assumed, places }: Input): Simulated {
  const { plan } = volume;
  const chance = createChance(20_261_124);
  const limiters = new Map<string, Limiter>();
  const limiter = (kind: "GET" | "PUT", prefix: string) => {
    const known = limiters.get(`${kind} ${prefix}`);
    const perSecond = kind === "GET" ? assumed.getsPerSecond : assumed.putsPerSecond;
    const made = known ?? createLimiter(perSecond * prefixesOf(prefix, plan), assumed);
    limiters.set(`${kind} ${prefix}`, made);
    return made;
  };
  const spent: Spent = {};
  const spend = (what: string, seconds: number) => {
    spent[what] = (spent[what] ?? 0) + seconds;
  };
  const usage = { ...noUsage };
  const warm = new Map<string, number>();
  const stages: { name: string; calls: number; seconds: number }[] = [];
  let longest = { stage: "", seconds: 0 };
  let now = alone(plan.slices.length * (measured.seconds.planPerSlice + (3 * assumed.getSeconds) / 8));
  usage.gets += 3 * plan.slices.length;
  const planSeconds = now;
  stages.push({ name: "plan", calls: 1, seconds: now });
  const counts = { encode: 0, pyramid: 0, mesh: 0, verify: 0 };
  let lists = 0;
  let receipts = 0;
  let timedOut = 0;
  let givenUp = 0;

  function alone(seconds: number): number {
    usage.calls++;
    usage.seconds += seconds;
    spend("a stage of one function", seconds * places);
    return seconds;
  }

  const runList = ({ name, loads }: Stage) => {
    const began = now;
    const family = name.split("-")[0] as keyof typeof counts;
    const events = createHeap<{ load: Load; part: number; since: number; tries: number }>();
    let next = 0;
    let admitted = now;
    let started = warm.get(family) ?? 0;
    let busy = 0;
    let end = now;
    /** Functions of one name grow by a thousand every ten seconds. */
    const room = (at: number) =>
      Math.min(
        places,
        assumed.copiesPerTenSeconds * (1 + Math.floor((at - began) / 10)) + (warm.get(family) ?? 0),
      );
    const begin = (at: number) => {
      while (next < loads.length && busy < room(at)) {
        // A child costs two transitions, of which the machine does only so many a second.
        admitted = Math.max(at, admitted) + 2 / assumed.transitionsPerSecond;
        spend("transitions per second of Step Functions", admitted - at);
        busy++;
        const cold = busy > started ? assumed.startSeconds : 0;
        started = Math.max(started, busy);
        spend("start of functions", cold);
        usage.starts += cold > 0 ? 1 : 0;
        usage.seconds += cold;
        events.push(admitted + cold, { load: loads[next++] as Load, part: 0, since: admitted, tries: 0 });
      }
    };
    begin(now);
    for (let event = events.pop(); event !== undefined; event = events.pop()) {
      const { load, part, since, tries } = event.value;
      end = event.time;
      if (part < parts) {
        const took = step(load, event.time);
        // What is lost is lost anywhere, and begins anew after a pause.
        const lost = chance() < assumed.lostCalls / parts;
        if (lost) spend("calls that were lost", assumed.retrySeconds);
        const pause = lost ? assumed.retrySeconds : 0;
        usage.seconds += took;
        const until = event.time + took + pause;
        if (until - since <= assumed.limitSeconds || tries >= retries) {
          events.push(until, { load, part: lost ? 0 : part + 1, since, tries });
          continue;
        }
        // Ended by Lambda, whatever it has done, and begun anew. With no try left it goes on here, to tell how long it takes.
        timedOut++;
        events.push(until + assumed.retrySeconds, {
          load,
          part: 0,
          since: until + assumed.retrySeconds,
          tries: tries + 1,
        });
        continue;
      }
      busy--;
      if (event.time - since > assumed.limitSeconds) givenUp++;
      if (event.time - since > longest.seconds) longest = { stage: name, seconds: event.time - since };
      usage.calls++;
      begin(event.time);
    }
    warm.set(family, Math.max(warm.get(family) ?? 0, started));
    now = end;
    counts[family] += loads.length;
    receipts += loads.length;
    if (family !== "encode") lists++;
    stages.push({ name, calls: loads.length, seconds: now - began });
  };

  /** One part of a call: its requests overlap its computing, since a call does three items at a time. */
  function step({ compute, gets, puts, bytes }: Load, at: number): number {
    let requests = 0;
    let waited = { seconds: 0, what: "" };
    for (const [kind, list, latency] of [
      ["GET", gets, assumed.getSeconds],
      ["PUT", puts, assumed.putSeconds],
    ] as const) {
      for (const [prefix, count] of list) {
        const seconds = limiter(kind, prefix).wait(at, count / parts);
        if (seconds > waited.seconds)
          waited = { seconds, what: `${kind}s per second: ${prefix.replace(/ of scale.*/, "")}` };
        requests += (count / parts) * latency;
        usage[kind === "GET" ? "gets" : "puts"] += count / parts;
      }
    }
    const transfer = bytes / parts / assumed.bytesPerSecond;
    const computing = compute / parts;
    const moving = requests / assumed.inFlight + transfer;
    const least = Math.max(computing, moving);
    spend("computing", computing);
    spend("waiting for answers of S3", least - computing);
    const wait = Math.max(0, waited.seconds - least);
    if (wait > 0) spend(waited.what, wait);
    return least + wait;
  }

  for (const stage of stagesOf(volume, { measured, assumed })) runList(stage);
  const fanned = now;
  const segments = segmentsOf(plan, measured);
  // A receipt of each call, statistics of each bucket; of verification what each bucket and each group has found.
  const findings = plan.parts > 0 ? plan.buckets + partGroupCount(plan) : 0;
  const reads = receipts + plan.buckets + findings;
  const perRead = Math.max(assumed.requestSeconds + 0.0005, assumed.getSeconds / 32);
  const publish = alone(
    reads * perRead +
      (receipts / 1000) * 0.1 +
      measured.seconds.publish +
      segments * measured.seconds.publishPerSegment,
  );
  usage.gets += reads;
  usage.lists += receipts / 1000;
  if (publish > longest.seconds) longest = { stage: "publish", seconds: publish };
  if (planSeconds > longest.seconds) longest = { stage: "plan", seconds: planSeconds };
  stages.push({ name: "publish", calls: 1, seconds: publish });
  now += publish;
  usage.gbSeconds = (usage.seconds * assumed.memoryMegabytes) / 1024;
  usage.transitions = transitionsOf({ ...counts, lists });
  const all = (fanned - planSeconds) * places;
  const accounted =
    Object.values(spent).reduce((sum, seconds) => sum + seconds, 0) - (planSeconds + publish) * places;
  spend("places without work: ends of lists, few calls", Math.max(0, all - accounted));
  const { usd, parts: dollars } = cost(usage);
  const sum = (of: (one: Limiter) => number) =>
    [...limiters.values()].reduce((total, one) => total + of(one), 0);
  return {
    seconds: now,
    stages,
    usage,
    usd,
    parts: dollars,
    objects: usage.puts,
    spent,
    longest,
    refused: sum((one) => one.refused()),
    splits: sum((one) => one.splits()),
    timedOut,
    givenUp,
    failing: 1 - (1 - assumed.lostCalls ** (retries + 1)) ** receipts,
  };
}
