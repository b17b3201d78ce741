import { getHeapStatistics } from "node:v8";
import { chanceOf } from "./chance.ts";
import type { Execution, Target } from "./target.ts";

/** What came of one execution. */
export type Outcome = {
  readonly accepted: boolean;
  /** Bytes by which memory grew, garbage included. */
  readonly grew: number;
  readonly failure?: Failure;
};

export type Failure = {
  readonly target: string;
  readonly number: number;
  readonly what: string;
  readonly input: string;
};

/** An execution may take so much processor time. */
const longest = 2000;

/** Runs execution `number` of a run and judges it: errors, time, memory. */
export async function execute(target: Target, seed: number, number: number): Promise<Outcome> {
  const execution = target.prepare(chanceOf(target.name, seed, number));
  const first = await measure(target, execution);
  const slow = first.milliseconds > longest;
  const large = first.grew > execution.bound();
  if (first.what === undefined && !slow && !large) return first;
  // Memory and time are told by the whole process: what is meant must show again.
  const again = first.what === undefined ? await measureAlone(target, seed, number) : first;
  const what = again.what ?? excess(again, execution.bound());
  if (what === undefined) return first;
  return { ...first, failure: { target: target.name, number, what, input: shown(execution) } };
}

type Measured = Outcome & { readonly milliseconds: number; readonly what?: string };

async function measure(target: Target, execution: Execution): Promise<Measured> {
  const before = held();
  const start = performance.now();
  const cost = () => ({ grew: held() - before, milliseconds: performance.now() - start });
  let spent: ReturnType<typeof cost> | undefined;
  try {
    await execution.run();
    spent = cost();
    execution.check?.();
    return { accepted: true, ...spent };
  } catch (error) {
    const told = { accepted: false, ...(spent ?? cost()) };
    const mayRefuse = spent === undefined && execution.right !== true;
    if (mayRefuse && target.refuses(error)) return told;
    return { ...told, what: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** Once more after the garbage is gone, by processor time: other programs do not count. */
async function measureAlone(target: Target, seed: number, number: number): Promise<Measured> {
  globalThis.gc?.();
  const execution = target.prepare(chanceOf(target.name, seed, number));
  const start = process.cpuUsage();
  const measured = await measure(target, execution);
  const { user, system } = process.cpuUsage(start);
  return { ...measured, milliseconds: (user + system) / 1000 };
}

function excess({ milliseconds, grew }: Measured, bound: number): string | undefined {
  if (milliseconds > longest) return `takes ${Math.round(milliseconds)} ms of processor time`;
  return grew > bound ? `takes ${grew} bytes of memory, more than ${Math.round(bound)}` : undefined;
}

/** Everything that V8 holds for JavaScript, array buffers included; garbage counts until it is collected. */
function held(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}

function shown(execution: Execution): string {
  const text = execution.show();
  return text.length > 4000 ? `${text.slice(0, 4000)}... (${text.length} characters)` : text;
}
