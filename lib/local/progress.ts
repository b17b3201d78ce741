import type { WriteStream } from "node:tty";

/** Shows how far a run is: one line that is written over on a terminal, plain lines elsewhere. */
export type Progress = {
  start(stage: string, total: number, unit: string): void;
  /** @param skipped whether the item was there already */
  step(voxels: number, skipped: boolean): void;
  end(): void;
};

const width = 24;
const plainSeconds = 5;

export function showProgress(out: WriteStream | NodeJS.WritableStream): Progress {
  const terminal = "isTTY" in out && out.isTTY;
  let state = { stage: "", total: 0, unit: "", done: 0, skipped: 0, voxels: 0, since: 0, said: 0 };
  const line = () => {
    const seconds = (performance.now() - state.since) / 1000;
    return { seconds, text: describe(state, seconds) };
  };
  return {
    start(stage, total, unit) {
      const since = performance.now();
      state = { stage, total, unit, done: 0, skipped: 0, voxels: 0, since, said: since };
      if (terminal) out.write(line().text);
    },
    step(voxels, skipped) {
      state.done++;
      // What was there already says nothing of the pace.
      if (skipped) state.skipped++;
      else state.voxels += voxels;
      const due = terminal || performance.now() - state.said > plainSeconds * 1000;
      if (!due || state.done === state.total) return;
      state.said = performance.now();
      out.write(terminal ? `\r\x1b[K${line().text}` : `${line().text}\n`);
    },
    end() {
      const { seconds } = line();
      const { stage, total, unit, skipped, voxels } = state;
      const there = skipped === 0 ? "" : ` (${skipped} there already)`;
      const took = `in ${seconds.toFixed(1)} s${rate(voxels, seconds)}`;
      const text = `${stage.padEnd(8)} ${plural(total, unit)}${there} ${took}`;
      out.write(terminal ? `\r\x1b[K${text}\n` : `${text}\n`);
    },
  };
}

/** Says nothing. */
export const silent: Progress = { start() {}, step() {}, end() {} };

type State = { stage: string; total: number; unit: string; done: number; skipped: number; voxels: number };

function describe({ stage, total, unit, done, skipped, voxels }: State, seconds: number): string {
  const filled = total === 0 ? width : Math.round((done / total) * width);
  const bar = `${"█".repeat(filled)}${"░".repeat(width - filled)}`;
  const pace = seconds / (done - skipped);
  const left = done === skipped ? "" : `, ${Math.ceil(pace * (total - done))} s left`;
  return `${stage.padEnd(8)} ${bar} ${done}/${plural(total, unit)}${rate(voxels, seconds)}${left}`;
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

function rate(voxels: number, seconds: number): string {
  return voxels === 0 || seconds === 0 ? "" : `, ${(voxels / seconds / 1e6).toFixed(1)} MVox/s`;
}
